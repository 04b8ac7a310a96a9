"""Late fees, by the published rule and the amounts computed from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platforms.finance.late_fees import Late, Pause, late_fee_fen, midnight, next_change
from mock_platforms.finance.people import CITIZENS

DUE = date(2026, 1, 10)
FINE = Late(300)  # 3 % a day: Administrative Penalty Law art. 72(1)


@pytest.mark.parametrize(
    ("principal_fen", "days", "late_fen"),
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
def test_three_per_cent_a_day_up_to_the_fine(principal_fen: int, days: int, late_fen: int) -> None:
    assert late_fee_fen(principal_fen, FINE, DUE, DUE + timedelta(days=days)) == late_fen


@given(st.integers(1, 10**9), st.integers(0, 1000), st.integers(-400, 4000))
def test_it_never_shrinks_and_never_passes_the_principal(
    principal_fen: int, rate: int, days: int
) -> None:
    today, tomorrow = (
        late_fee_fen(principal_fen, Late(rate), DUE, DUE + timedelta(days=n))
        for n in (days, days + 1)
    )
    assert 0 <= today <= tomorrow <= principal_fen


@pytest.mark.parametrize(
    ("day", "change"),
    [
        (DUE - timedelta(days=5), DUE + timedelta(days=1)),
        (DUE, DUE + timedelta(days=1)),
        (DUE + timedelta(days=1), DUE + timedelta(days=2)),
        (DUE + timedelta(days=34), None),  # capped
    ],
)
def test_the_next_change_is_a_midnight_until_the_cap(day: date, change: date | None) -> None:
    assert next_change(200_00, FINE, DUE, day) == change


def test_what_bears_no_late_fee_never_changes() -> None:
    assert next_change(200_00, None, DUE, DUE) is None
    assert next_change(200_00, Late(0), DUE, DUE) is None


def test_a_due_day_at_the_calendars_end_never_changes() -> None:
    assert next_change(200_00, FINE, date.max, DUE) is None


def after(days: int, late: Late = FINE, *pauses: Pause) -> int:
    return late_fee_fen(200_00, late, DUE, DUE + timedelta(days=days), pauses)


def test_a_cap_of_its_own_holds_below_the_principal() -> None:
    assert after(400, Late(300, cap_fen=50_00)) == 50_00
    assert after(400, Late(300, cap_fen=900_00)) == 200_00


def test_a_start_of_its_own_counts() -> None:
    late = Late(300, starts_on=DUE + timedelta(days=10))
    assert [after(n, late) for n in (9, 10)] == [0, 6_00]


def test_days_of_a_pause_do_not_count_and_its_end_is_the_next_change() -> None:
    pause = Pause(DUE + timedelta(days=3), DUE + timedelta(days=5))
    assert [after(n, FINE, pause) for n in (2, 5, 6)] == [12_00, 12_00, 18_00]
    third, sixth = (DUE + timedelta(days=n) for n in (3, 6))
    assert next_change(200_00, FINE, DUE, third, [pause]) == sixth
    assert next_change(200_00, FINE, DUE, third, [Pause(third)]) is None


def test_a_late_fee_of_less_than_a_fen_a_day_changes_when_it_is_half_a_fen() -> None:
    assert next_change(100, Late(5), DUE, DUE) == DUE + timedelta(days=10)


def test_a_day_begins_at_beijing_s_midnight() -> None:
    assert midnight(DUE) == datetime(2026, 1, 9, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("number", CITIZENS.values())
def test_invented_citizens_have_a_valid_check_digit(number: str) -> None:
    """ISO 7064 MOD 11-2: all digits, weighted by powers of two, leave 1."""
    digits = [10 if letter == "X" else int(letter) for letter in number]
    assert sum(digit << (17 - place) for place, digit in enumerate(digits)) % 11 == 1
    assert number.startswith("990101")
