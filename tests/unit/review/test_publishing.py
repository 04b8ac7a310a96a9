"""Figures: what is counted, and that nobody can be singled out of what is published."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.review.figures import (
    BAD,
    GOOD,
    LEVELS,
    Count,
    Tally,
    counted,
    together,
)
from channel_gateway.services.review.publishing import SEVERAL, PublicRow, published
from channel_gateway.services.review.review import Review, State
from tests.unit.review.samples import in_state, review

THRESHOLD = 5
counts = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 300))


def some(number: int, of: str = "", *, times: int = 1) -> Count:
    """So many people's reviews, each person's `times`."""
    return Count(number * times, {f"{of}{n}" for n in range(number)})


def tally_of(
    service: str, hall: str | None, levels: tuple[int, ...], excluded: int, times: int = 1
) -> Tally:
    """Of people who are all different."""
    where = f"{service} {hall}"
    said = {
        level: some(n, f"{where} {level} ", times=times)
        for level, n in zip(LEVELS, levels, strict=True)
    }
    return Tally(
        service,
        hall,
        said,
        some(excluded, times=times),
        not_in_time=together(said[level] for level in BAD),
    )


tallies = st.builds(
    tally_of,
    st.sampled_from(["AA-BB-01", "AA-BB-02", "AA-BB-03"]),
    st.sampled_from([None, "center", "west", "east"]),
    st.tuples(*[counts] * len(LEVELS)),
    st.integers(0, 9),
)
towns = st.lists(tallies, max_size=10, unique_by=lambda each: (each.service, each.hall))


def tally(
    *levels: int, hall: str = "center", service: str = "AA-BB-01", excluded: int = 0
) -> Tally:
    """Counts of level 5 first, as people read them; those left out are none."""
    padded = (*levels, *[0] * (len(LEVELS) - len(levels)))
    return tally_of(service, hall, padded[::-1], excluded)


def one_tally(*reviews: Review) -> Tally:
    tallies: dict[tuple[str, str], Tally] = {}
    for each in reviews:
        counted(tallies, each)
    [total] = tallies.values()
    return total


def numbers(total: Tally) -> tuple[int, ...]:
    return tuple(total.levels[level].reviews for level in LEVELS)


def test_excluded_reviews_count_as_excluded_and_not_as_reviews() -> None:
    total = one_tally(review(5), review(2), in_state(State.EXCLUDED), in_state(State.MERGED))

    assert (numbers(total), total.excluded.reviews) == ((0, 1, 0, 0, 1), 1)


def test_in_time_is_what_was_closed_with_no_step_overdue() -> None:
    total = one_tally(
        in_state(State.CLOSED),
        in_state(State.CLOSED, late=True),
        in_state(State.FIXING),
        review(5),
    )
    assert (total.in_time.reviews, total.not_in_time.reviews) == (1, 2)


def test_a_large_hall_is_published_with_its_rate() -> None:
    [row] = published([tally(40, 30, 20, 6, 4)], THRESHOLD)
    assert row.levels == (None, None, 20, 30, 40)  # 4 are few, and 6 hide them
    assert (row.total, row.bad, row.satisfaction) == (100, 10, "90.0%")

    [row] = published([tally(40, 30, 20, 10, 0)], THRESHOLD)
    assert row.levels == (0, 10, 20, 30, 40)


def test_few_bad_reviews_are_told_neither_as_a_count_nor_by_a_rate() -> None:
    [row] = published([tally(90, 9, 0, 0, 1, excluded=2)], THRESHOLD)

    assert row.levels == (None, 0, 0, None, 90)
    assert (row.bad, row.satisfaction, row.in_time, row.excluded) == (None, None, None, None)


def test_small_halls_of_a_service_are_put_together() -> None:
    rows = published(
        [tally(10, hall="center"), tally(3, hall="west"), tally(4, hall="east")], THRESHOLD
    )
    assert [(row.hall, row.merged, row.total) for row in rows] == [
        ("center", False, 10),
        (None, True, 7),
    ]


def test_small_services_are_put_together_and_what_is_still_small_is_held_back() -> None:
    few = [tally(3, service="AA-BB-01"), tally(4, service="AA-BB-02")]
    [row] = published(few, THRESHOLD)

    assert (row.service, row.total) == (SEVERAL, 7)
    assert published(few[:1], THRESHOLD) == ()
    assert published([tally(1)], 1)[0].total == 1


@given(towns)
def test_nothing_published_is_about_few(town: list[Tally]) -> None:
    for row in published(town, THRESHOLD):
        shown = [n for n in row.levels if n is not None]
        assert row.total >= THRESHOLD
        assert all(n == 0 or n >= THRESHOLD for n in (*shown, row.excluded or 0))
        hidden = row.total - sum(shown)
        assert hidden == 0 or (hidden >= THRESHOLD and row.levels.count(None) > 1)
        for part in _parts(row):
            assert part == 0 or part >= THRESHOLD


@given(towns)
def test_every_review_is_in_one_row_or_held_back(town: list[Tally]) -> None:
    rows = published(town, THRESHOLD)
    left = sum(each.all.reviews for each in town) - sum(row.total for row in rows)

    assert 0 <= left < THRESHOLD
    assert (
        max(Counter((row.service, row.hall, row.merged) for row in rows).values(), default=1) == 1
    )


@pytest.mark.parametrize(
    ("good", "bad", "rate"), [(39, 1, "97.5%"), (2, 1, "66.7%"), (0, 1, "0.0%"), (1, 0, "100.0%")]
)
def test_the_rate_is_levels_three_to_five_of_all(good: int, bad: int, rate: str) -> None:
    assert published([tally(good, 0, 0, bad, 0)], 1)[0].satisfaction == rate


def test_days_of_one_month_are_counted_whatever_their_order() -> None:
    days = [review(level, now=review().reviewed_at + timedelta(days=level)) for level in LEVELS]

    assert one_tally(*days) == one_tally(*reversed(days))


def test_five_reviews_of_one_citizen_are_not_published() -> None:
    assert published([one_tally(*[review(1)] * 5)], THRESHOLD) == ()

    four = [replace(review(5), person=f"p{n}") for n in range(4)]
    [row] = published([one_tally(*four, *[review(1)] * 20)], THRESHOLD)
    assert (row.total, row.levels, row.bad) == (24, (None, 0, 0, 0, None), None)


def test_who_was_forgotten_may_be_one_person() -> None:
    assert published([one_tally(*[replace(review(5), person=None)] * 9)], THRESHOLD) == ()


@given(towns, st.integers(1, 4))
def test_what_is_held_back_does_not_depend_on_how_often_people_review(
    town: list[Tally], times: int
) -> None:
    often = [
        tally_of(each.service, each.hall, numbers(each), each.excluded.reviews, times)
        for each in town
    ]
    assert [_held_back(row) for row in published(often, THRESHOLD)] == [
        _held_back(row) for row in published(town, THRESHOLD)
    ]


@pytest.mark.parametrize(
    ("in_time", "late", "told"),
    [(1, 4, None), (4, 6, None), (6, 4, None), (5, 5, 5), (0, 5, 0), (5, 0, 5)],
)
def test_how_many_were_put_right_in_time_is_told_of_none_or_many(
    in_time: int, late: int, told: int | None
) -> None:
    closed = [replace(in_state(State.CLOSED), person=f"in time {n}") for n in range(in_time)]
    fixing = [replace(in_state(State.FIXING), person=f"late {n}") for n in range(late)]

    [row] = published([one_tally(*closed, *fixing)], THRESHOLD)
    assert (row.bad, row.in_time) == (in_time + late, told)


def _held_back(row: PublicRow) -> tuple[object, ...]:
    figures = (*row.levels, row.excluded, row.bad, row.in_time)
    return row.service, row.hall, tuple(each is None for each in figures)


def _parts(row: PublicRow) -> tuple[int, ...]:
    """What follows about the hidden counts, from all that is told of a row."""
    if row.bad is None:
        return ()
    shown_bad = sum(
        n or 0 for level, n in zip(LEVELS, row.levels, strict=True) if level not in GOOD
    )
    shown = sum(n or 0 for n in row.levels)
    hidden_bad = row.bad - shown_bad
    return hidden_bad, row.total - shown - hidden_bad
