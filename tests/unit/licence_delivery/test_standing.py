"""Where a parcel is depends on the set of what was said of it, and on nothing else."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import Attempt, KeptScan
from channel_gateway.services.licence_delivery.rules.since import (
    ASKED,
    PUSHED,
    UNCONFIRMED,
    how_known,
)
from channel_gateway.services.licence_delivery.rules.standing import (
    ENDS,
    GRACE,
    MOST_HINTS,
    MOST_SCANS,
    RANK,
    Standing,
    answered,
    is_ahead,
    is_put_right,
    is_unconfirmed,
    pushed,
    standing,
)

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
BLANK = Attempt("D1-1", "ems", "W1")
HOUR = timedelta(hours=1)


def scan(stage: Stage | None, hour: float, code: str = "", place: str = "") -> KeptScan:
    return KeptScan(NOW + hour * HOUR, code or str(stage), stage, place)


@dataclass(frozen=True)
class Told:
    """A push, signed or not, or an answer."""

    how: str
    scans: tuple[KeptScan, ...]
    at: datetime


def after(told: Sequence[Told], attempt: Attempt = BLANK) -> Attempt:
    for each in told:
        if each.how == "answer":
            attempt = answered(attempt, each.scans, each.at)
        else:
            attempt = pushed(attempt, each.scans, signed=each.how == "signed", now=each.at)
    return attempt


def stage_of(attempt: Attempt) -> Stage | None:
    found = standing(attempt)
    return None if found is None else found.stage


def asked(*scans: KeptScan, at: float = 100) -> Attempt:
    return answered(BLANK, scans, NOW + at * HOUR)


scans = st.builds(
    scan,
    st.sampled_from([*Stage, None]),
    st.integers(0, 5),
    place=st.sampled_from(["", "杭州"]),
)
tellings = st.builds(
    Told,
    st.sampled_from(["answer", "signed", "unsigned"]),
    st.lists(scans, min_size=1, max_size=4).map(tuple),
    st.integers(0, 8).map(lambda quarters: NOW + quarters * timedelta(minutes=15)),
)


# Twenty scans at most: of more that nobody signed, the first are kept.
@given(st.lists(tellings, max_size=5), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_the_same_set_is_the_same_standing(
    told: list[Told], order: random.Random
) -> None:
    shuffled = [*told, *order.sample(told, len(told) // 2)]
    order.shuffle(shuffled)

    assert after(shuffled) == after(told)
    assert standing(after(shuffled)) == standing(after(told))


@given(st.lists(tellings, max_size=6), st.randoms(use_true_random=False))
def test_pushes_cut_into_pieces_are_the_same_set(told: list[Told], order: random.Random) -> None:
    pieces = [
        piece
        for each in told
        for piece in (
            [each] if each.how == "answer" else [replace(each, scans=(one,)) for one in each.scans]
        )
    ]
    order.shuffle(pieces)

    assert after(pieces) == after(told)


@given(st.lists(tellings, max_size=8), tellings)
def test_what_nobody_signed_moves_nothing(told: list[Told], forged: Told) -> None:
    before, hinted = after(told), after([*told, replace(forged, how="unsigned")])

    rests_on = [
        (found.stage, found.scan.key) if (found := standing(each)) else None
        for each in (before, hinted)
    ]
    assert rests_on[0] == rests_on[1]


@given(st.lists(tellings, max_size=8))
def test_an_end_stands_only_if_the_last_answer_has_it(told: list[Told]) -> None:
    attempt = after(told)
    found = standing(attempt)

    if found is not None and found.stage in ENDS:
        assert found.scan.asked_at == attempt.answered_at is not None


@given(st.lists(scans, min_size=1, max_size=6))
def test_the_highest_rank_of_an_answer_stands(said: list[KeptScan]) -> None:
    found = standing(asked(*said))
    ranks = [RANK[each.stage] for each in said if each.stage is not None]

    assert (None if found is None else RANK[found.stage]) == max(ranks, default=None)


def test_every_stage_has_a_rank() -> None:
    assert set(RANK) == set(Stage)


@pytest.mark.parametrize(
    ("said", "stage", "since"),
    [
        ([(Stage.IN_TRANSIT, 3), (Stage.PICKED_UP, 5)], Stage.IN_TRANSIT, 3),
        ([(Stage.OUT_FOR_DELIVERY, 1), (Stage.AT_LOCKER, 2)], Stage.AT_LOCKER, 2),
        ([(Stage.OUT_FOR_DELIVERY, 3), (Stage.NOT_DELIVERED, 2)], Stage.OUT_FOR_DELIVERY, 3),
        ([(Stage.OUT_FOR_DELIVERY, 2), (Stage.AT_LOCKER, 2)], Stage.AT_LOCKER, 2),
        ([(Stage.RETURNING, 2), (Stage.OUT_FOR_DELIVERY, 3)], Stage.RETURNING, 2),
        ([(Stage.RETURNING, 2), (Stage.SIGNED, 3)], Stage.RETURNED, 3),
        ([(Stage.RETURNING, 3), (Stage.SIGNED, 2)], Stage.SIGNED, 2),
        ([(Stage.RETURNING, 2), (Stage.PROXY_SIGNED, 2)], Stage.RETURNED, 2),
        ([(Stage.SIGNED, 3), (Stage.CANCELLED, 4)], Stage.SIGNED, 3),
        ([(Stage.PROXY_SIGNED, 3), (Stage.SIGNED, 4)], Stage.SIGNED, 4),
        ([(Stage.PROXY_SIGNED, 3), (Stage.SIGNED, 3)], Stage.PROXY_SIGNED, 3),
        ([(Stage.IN_TRANSIT, 3), (None, 9)], Stage.IN_TRANSIT, 3),
        ([(Stage.SIGNED, 3), (Stage.IN_TRANSIT, 9)], Stage.SIGNED, 3),
    ],
)
def test_what_stands_and_since_when(
    said: list[tuple[Stage | None, float]], stage: Stage, since: float
) -> None:
    found = standing(asked(*(scan(*each) for each in said)))

    assert found is not None
    assert (found.stage, found.scan.at) == (stage, NOW + since * HOUR)


def test_a_signed_push_moves_it_but_to_no_end() -> None:
    way = (scan(Stage.IN_TRANSIT, 1), scan(Stage.SIGNED, 2))
    heard = pushed(BLANK, way, signed=True, now=NOW)

    assert stage_of(heard) is Stage.IN_TRANSIT
    assert stage_of(answered(heard, way, NOW + HOUR)) is Stage.SIGNED


def test_a_moment_corrected_to_an_earlier_one_is_put_right() -> None:
    late = asked(scan(Stage.PICKED_UP, 1), scan(Stage.OUT_FOR_DELIVERY, 9), at=10)
    right = answered(
        late, (scan(Stage.PICKED_UP, 1), scan(Stage.OUT_FOR_DELIVERY, 5)), NOW + 11 * HOUR
    )

    found = standing(right)
    assert found is not None
    assert found.scan.at == NOW + 5 * HOUR
    assert [each.at for each in right.scans if is_put_right(each, right.answered_at)] == [
        NOW + 9 * HOUR
    ]


def test_an_end_the_courier_takes_back_is_taken_back() -> None:
    signed = asked(scan(Stage.IN_TRANSIT, 1), scan(Stage.SIGNED, 2), at=3)

    assert stage_of(answered(signed, (scan(Stage.IN_TRANSIT, 1),), NOW + 4 * HOUR)) is (
        Stage.IN_TRANSIT
    )


def test_an_empty_answer_takes_nothing_back() -> None:
    signed = asked(scan(Stage.SIGNED, 2), at=3)

    assert answered(signed, (), NOW + 4 * HOUR) == signed


def test_an_answer_that_comes_after_a_later_one_takes_nothing_back() -> None:
    later = asked(scan(Stage.SIGNED, 2), at=5)

    assert stage_of(answered(later, (scan(Stage.IN_TRANSIT, 1),), NOW + 4 * HOUR)) is Stage.SIGNED


@pytest.mark.parametrize(
    ("before_the_question", "stage"),
    [(GRACE - timedelta(minutes=1), Stage.OUT_FOR_DELIVERY), (GRACE, Stage.IN_TRANSIT)],
)
def test_a_push_the_answer_does_not_show_counts_for_a_while(
    before_the_question: timedelta, stage: Stage
) -> None:
    asked_at = NOW + 5 * HOUR
    heard = pushed(
        BLANK,
        (scan(Stage.OUT_FOR_DELIVERY, 4),),
        signed=True,
        now=asked_at - before_the_question,
    )

    assert stage_of(answered(heard, (scan(Stage.IN_TRANSIT, 1),), asked_at)) is stage


def test_a_flood_of_what_nobody_signed_is_kept_to_a_bound() -> None:
    attempt = asked(scan(Stage.IN_TRANSIT, 1))
    for number in range(500):
        forged = scan(Stage.SIGNED, number, code=str(number))
        attempt = pushed(attempt, (forged,), signed=False, now=NOW + 200 * HOUR)

    assert len(attempt.scans) == 1 + MOST_HINTS
    hints = [each for each in attempt.scans if is_unconfirmed(each, attempt.answered_at)]
    assert len(hints) == MOST_HINTS
    assert stage_of(attempt) is Stage.IN_TRANSIT


def test_of_very_many_scans_those_that_count_and_the_newest_stay() -> None:
    attempt = asked(*(scan(Stage.IN_TRANSIT, hour, code="old") for hour in range(MOST_SCANS)), at=1)
    attempt = answered(attempt, (scan(Stage.PICKED_UP, -1),), NOW + 2 * HOUR)

    assert len(attempt.scans) == MOST_SCANS
    assert standing(attempt) == Standing(Stage.PICKED_UP, attempt.scans[0])


DAY = timedelta(days=1)


@pytest.mark.parametrize("how", ["signed", "answer"])
def test_a_mistyped_year_pins_nothing_until_it_is_said_again_then(how: str) -> None:
    typed = KeptScan(NOW + 1400 * DAY, "50", Stage.OUT_FOR_DELIVERY)
    known = scan(Stage.IN_TRANSIT, 0)
    attempt = after([Told(how, (known, typed), NOW)])

    assert stage_of(attempt) is Stage.IN_TRANSIT
    [kept] = [each for each in attempt.scans if each.code == "50"]
    assert is_ahead(kept)
    assert not is_put_right(kept, attempt.answered_at)

    later = answered(attempt, (known, typed), typed.at)
    assert stage_of(later) is Stage.OUT_FOR_DELIVERY


def test_a_clock_that_is_a_little_fast_is_borne() -> None:
    assert stage_of(asked(scan(Stage.PICKED_UP, 108), at=100)) is Stage.PICKED_UP


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), NOW + 1400 * DAY])
def test_what_nobody_signed_of_another_age_is_not_kept(at: datetime) -> None:
    hint = KeptScan(at, "80", Stage.SIGNED)

    assert pushed(BLANK, [hint], signed=False, now=NOW) == BLANK


def test_an_end_that_was_only_pushed_is_told_as_unconfirmed() -> None:
    end = scan(Stage.SIGNED, 0)
    vouched = pushed(BLANK, [end, scan(Stage.PICKED_UP, 0)], signed=True, now=NOW)
    confirmed = answered(vouched, [end], NOW)

    assert [how_known(each) for each in vouched.scans] == [PUSHED, UNCONFIRMED]
    assert [how_known(each) for each in confirmed.scans] == [PUSHED, ASKED]
