"""A late fee grows by the day up to its cap, rests while it is paused, and says when it changes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.late_fee import LateFee, late_fee
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, LateRule, Pause

DUE = date(2026, 3, 2)
FINE = LateRule(rate_per_10000=300)  # 3 % a day: 行政处罚法 art. 72(1)


def item(amount_fen: int, late: LateRule | None = FINE) -> FeeItem:
    return FeeItem("103050101", "交通违法罚款", "次", 1, Fen(amount_fen), late)


def after(days: int, *items: FeeItem, pauses: tuple[Pause, ...] = ()) -> LateFee:
    """So many days after the due day, in the morning."""
    return late_fee(items, DUE, day_start(DUE + timedelta(days=days)) + timedelta(hours=9), pauses)


def days(first: int, last: int | None) -> Pause:
    """Counted from the due day."""
    return Pause(DUE + timedelta(days=first), None if last is None else DUE + timedelta(days=last))


# Reckoned by hand from the law's words: three per cent, half up to the fen, never above the fine.
@pytest.mark.parametrize(
    ("amount_fen", "late_days", "late_fen"),
    [
        (200_00, 0, 0),
        (200_00, 1, 6_00),
        (200_00, 10, 60_00),
        (200_00, 33, 198_00),
        (200_00, 34, 200_00),
        (200_00, 400, 200_00),
        (150_55, 7, 31_62),
    ],
)
def test_three_per_cent_a_day_up_to_the_fine(
    amount_fen: int, late_days: int, late_fen: int
) -> None:
    assert after(late_days, item(amount_fen)).fen == late_fen


def test_a_lower_cap_of_the_rule_holds_and_a_higher_one_does_not() -> None:
    assert after(400, item(200_00, replace(FINE, cap_fen=Fen(50_00)))).fen == 50_00
    assert after(400, item(200_00, replace(FINE, cap_fen=Fen(900_00)))).fen == 200_00
    assert after(400, item(200_00, replace(FINE, cap_fen=Fen(0)))).fen == 0


def test_a_rule_with_a_day_of_its_own_counts_from_it() -> None:
    rule = replace(FINE, starts_on=DUE + timedelta(days=10))
    assert [after(n, item(200_00, rule)).fen for n in (9, 10, 12)] == [0, 6_00, 18_00]


def test_days_within_a_pause_do_not_count() -> None:
    assert after(2, item(200_00), pauses=(days(3, 5),)).fen == 12_00
    assert after(5, item(200_00), pauses=(days(3, 5),)).fen == 12_00
    assert after(6, item(200_00), pauses=(days(3, 5),)).fen == 18_00


def test_a_pause_that_still_runs_ends_with_nothing_more() -> None:
    fee = after(90, item(200_00), pauses=(days(3, None),))
    assert (fee.fen, fee.valid_until) == (12_00, None)


def test_a_day_in_two_pauses_is_left_out_once() -> None:
    assert after(9, item(200_00), pauses=(days(3, 6), days(5, 7), days(4, 4))).fen == 24_00


def test_a_pause_before_the_first_late_day_changes_nothing() -> None:
    assert after(3, item(200_00), pauses=(days(-20, 0),)).fen == 18_00


def test_what_an_item_owes_is_told_by_item() -> None:
    levy = item(100_00, LateRule(5))
    assert after(10, item(200_00), item(80_00, None), levy).by_item == (60_00, 0, 50)


def test_a_total_holds_through_a_pause_until_the_day_after_it() -> None:
    fee = after(3, item(200_00), pauses=(days(3, 5),))
    assert fee.valid_until == day_start(DUE + timedelta(days=6))


def test_a_rate_of_less_than_half_a_fen_a_day_holds_for_days() -> None:
    """A hundred fen at 5 in 10,000 grow by a twentieth of a fen a day: half a fen on the tenth."""
    fee = after(1, item(100, LateRule(5)))
    assert (fee.fen, fee.valid_until) == (0, day_start(DUE + timedelta(days=10)))


RULES = st.builds(
    LateRule,
    rate_per_10000=st.integers(0, 500),
    cap_fen=st.none() | st.integers(0, 60_000).map(Fen),
    starts_on=st.none() | st.integers(-20, 20).map(lambda n: DUE + timedelta(days=n)),
)
ITEMS = st.lists(st.builds(item, st.integers(1, 50_000), st.none() | RULES), min_size=1, max_size=3)
PAUSES = st.lists(
    st.builds(
        lambda first, length: days(first, None if length is None else first + length),
        st.integers(-30, 80),
        st.none() | st.integers(-3, 30),
    ),
    max_size=4,
)


@given(ITEMS, PAUSES, st.integers(-40, 3000))
def test_no_item_ever_owes_more_than_its_cap(
    items: list[FeeItem], pauses: list[Pause], day: int
) -> None:
    fee = after(day, *items, pauses=tuple(pauses))
    assert fee.fen == sum(fee.by_item)
    for one, owed in zip(items, fee.by_item, strict=True):
        cap = one.late and one.late.cap_fen
        assert 0 <= owed <= (one.amount_fen if cap is None else min(cap, one.amount_fen))


@given(ITEMS, PAUSES, st.integers(-40, 120))
def test_it_never_shrinks_from_a_day_to_the_next(
    items: list[FeeItem], pauses: list[Pause], day: int
) -> None:
    paused = tuple(pauses)
    assert after(day, *items, pauses=paused).fen <= after(day + 1, *items, pauses=paused).fen


@given(ITEMS, PAUSES, st.integers(-40, 120))
def test_no_pause_ever_raises_it(items: list[FeeItem], pauses: list[Pause], day: int) -> None:
    assert after(day, *items, pauses=tuple(pauses)).fen <= after(day, *items).fen


@given(ITEMS, PAUSES, st.integers(-40, 120))
def test_it_holds_until_just_the_moment_it_says(
    items: list[FeeItem], pauses: list[Pause], day: int
) -> None:
    paused, beyond = tuple(pauses), 400
    fee = after(day, *items, pauses=paused)
    held = beyond if fee.valid_until is None else (beijing_day(fee.valid_until) - DUE).days
    for later in range(day + 1, min(held, day + beyond)):
        assert after(later, *items, pauses=paused).fen == fee.fen
    if fee.valid_until is not None:
        assert after(held, *items, pauses=paused).fen > fee.fen


@given(PAUSES, st.integers(1, 90))
def test_it_counts_as_a_calendar_crossed_out_by_hand_does(pauses: list[Pause], day: int) -> None:
    crossed_out = {
        n
        for pause in pauses
        for n in range(1, day + 1)
        if pause.first <= DUE + timedelta(days=n) <= (pause.last or date.max)
    }
    grown = 300 * (day - len(crossed_out))
    fee = after(day, item(10_000, FINE), pauses=tuple(pauses))
    assert fee.fen == min(10_000, grown)
