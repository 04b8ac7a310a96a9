"""Figures: what is counted, and that nobody can be singled out of what is published."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.review.figures import GOOD, LEVELS, Tally, none_of, with_one
from channel_gateway.services.review.publishing import SEVERAL, PublicRow, published
from channel_gateway.services.review.review import Review, State
from tests.unit.review.samples import in_state, review

THRESHOLD = 5
counts = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 300))
tallies = st.builds(
    Tally,
    st.sampled_from(["AA-BB-01", "AA-BB-02", "AA-BB-03"]),
    st.sampled_from([None, "center", "west", "east"]),
    st.tuples(*[counts] * len(LEVELS)),
    st.integers(0, 9),
    st.just(0),
)
towns = st.lists(tallies, max_size=10, unique_by=lambda each: (each.service, each.hall))


def tally(
    *levels: int, hall: str = "center", service: str = "AA-BB-01", excluded: int = 0
) -> Tally:
    """Counts of level 5 first, as people read them; those left out are none."""
    padded = (*levels, *[0] * (len(LEVELS) - len(levels)))
    return Tally(service, hall, padded[::-1], excluded)


def counted(*reviews: Review) -> Tally:
    total = none_of(reviews[0])
    for each in reviews:
        total = with_one(total, each)
    return total


def test_excluded_reviews_count_as_excluded_and_not_as_reviews() -> None:
    total = counted(review(5), review(2), in_state(State.EXCLUDED))

    assert (total.levels, total.excluded, total.bad) == ((0, 1, 0, 0, 1), 1, 1)


def test_in_time_is_what_was_closed_with_no_step_overdue() -> None:
    total = counted(
        in_state(State.CLOSED),
        in_state(State.CLOSED, late=True),
        in_state(State.FIXING),
        review(5),
    )
    assert (total.bad, total.in_time) == (3, 1)


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
    left = sum(each.total for each in town) - sum(row.total for row in rows)

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
    some = [review(level, now=review().reviewed_at + timedelta(days=level)) for level in LEVELS]

    assert counted(*some) == counted(*reversed(some))


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
