"""Each step of a refund has its working days, Beijing's, holidays left out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from payment.refund_cases.clocks import is_overdue
from payment.refund_cases.deciding import applied, approved, material_asked, supplied, taken
from tests.unit.payment.refund_cases.samples import (
    CLOCKS,
    FRIDAY,
    RED,
    WANG,
    ZHAO,
    at_finance,
    case,
)

# State Council, 国务院办公厅关于2026年部分节假日安排的通知: 25 to 27 September (中秋) and 1 to 7
# October (国庆) are off; Sunday 20 September and Saturday 10 October are worked.
BEFORE_NATIONAL_DAY = datetime(2026, 9, 28, 1, tzinfo=UTC)  # Monday


def test_the_unit_has_ten_working_days_over_the_national_holiday() -> None:
    # 29, 30 September; 8, 9, 10 (worked), 12, 13, 14, 15, 16 October
    assert case(BEFORE_NATIONAL_DAY).due_on == date(2026, 10, 16)


def test_a_sunday_that_is_worked_counts() -> None:
    # 20 (Sunday, worked), 21 to 24, 28 to 30 September: eight; 8, 9 October
    assert case(FRIDAY).due_on == date(2026, 10, 9)


def test_finance_has_ten_days_of_its_own_from_the_verification() -> None:
    assert at_finance(BEFORE_NATIONAL_DAY).due_on == date(2026, 10, 16)


def test_finance_has_fifteen_where_an_upper_level_owns_the_money() -> None:
    # five more: 19 to 23 October
    upper = at_finance(BEFORE_NATIONAL_DAY, upper_level=True)
    assert upper.due_on == date(2026, 10, 23)


def test_paying_back_has_ten_days_from_the_decision() -> None:
    decided = approved(at_finance(FRIDAY), ZHAO, CLOCKS, BEFORE_NATIONAL_DAY, "", RED)
    assert decided.due_on == date(2026, 10, 16)


def test_a_day_is_beijings() -> None:
    late_on_monday = datetime(2026, 9, 28, 15, 59, tzinfo=UTC)
    tuesday = late_on_monday + timedelta(minutes=1)
    assert case(late_on_monday).due_on == date(2026, 10, 16)
    assert case(tuesday).due_on == date(2026, 10, 19)


def test_a_step_is_overdue_when_its_last_day_is_over_and_not_before() -> None:
    given = case(BEFORE_NATIONAL_DAY)
    end = datetime(2026, 10, 16, 16, tzinfo=UTC)  # midnight in Beijing
    assert not is_overdue(given, end - timedelta(seconds=1))
    assert is_overdue(given, end)


def test_whoever_takes_it_up_late_has_not_gained_a_day() -> None:
    given = case(BEFORE_NATIONAL_DAY)
    assert taken(given, WANG, BEFORE_NATIONAL_DAY + timedelta(days=10)).due_on == given.due_on


def test_the_clock_stands_still_while_material_is_wanted() -> None:
    given = case(BEFORE_NATIONAL_DAY)
    asked_at = datetime(2026, 9, 30, 2, tzinfo=UTC)  # two of ten days are used
    asked = material_asked(given, WANG, CLOCKS, asked_at, "")
    assert (asked.due_on, asked.days_left) == (None, 8)
    assert not is_overdue(asked, asked_at + timedelta(days=300))
    back = supplied(asked, WANG, CLOCKS, datetime(2026, 10, 20, 2, tzinfo=UTC), "")
    assert (back.due_on, back.days_left) == (date(2026, 10, 30), None)


def test_a_clock_that_had_run_out_gives_no_new_days() -> None:
    late = BEFORE_NATIONAL_DAY + timedelta(days=40)
    asked = material_asked(case(BEFORE_NATIONAL_DAY), WANG, CLOCKS, late, "")
    back = supplied(asked, WANG, CLOCKS, late + timedelta(days=5), "")
    assert asked.late
    assert back.due_on == date(2026, 11, 12)


@pytest.mark.parametrize(("applied_on", "late"), [(15, False), (16, True)])
def test_a_unit_that_found_its_own_mistake_has_five_days_to_apply(
    applied_on: int, late: bool
) -> None:
    # found on 30 September: 8, 9, 10 (worked), 12, 13 October
    now = datetime(2026, 10, applied_on - 2, 2, tzinfo=UTC)
    made = applied(case(FRIDAY), WANG, CLOCKS, now, "", date(2026, 9, 30))
    assert made.late is late
