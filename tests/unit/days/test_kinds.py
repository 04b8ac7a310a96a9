"""Every kind of difference has a cause, an owner, a next step and a deadline."""

from datetime import date

import pytest

from channel_gateway.ports import Role
from payment.reconciliation.differences import Kind
from payment.reconciliation.kinds import HANDLING, due_on, is_late_to_heal
from tests.unit.days.samples import DAY, EveryWeekday

OWNERS = {Role.FINANCE_CLERK, Role.UNIT_CLERK, Role.OPERATOR}


def test_every_kind_is_in_the_table_and_no_other() -> None:
    assert set(HANDLING) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_says_its_cause_owner_next_step_and_deadline(kind: Kind) -> None:
    handling = HANDLING[kind]
    assert all((handling.name, handling.cause, handling.next_step))
    assert handling.owner in OWNERS
    assert (handling.workdays > 0) == (kind is not Kind.BALANCED)
    assert handling.waits <= handling.workdays


def test_a_deadline_counts_working_days_only() -> None:
    friday = date(2026, 3, 6)
    assert due_on(Kind.CALLBACK_LOST, friday, EveryWeekday()) == date(2026, 3, 9)
    assert due_on(Kind.UNKNOWN_MONEY, friday, EveryWeekday()) == date(2026, 3, 13)


def test_money_in_transit_is_a_case_after_two_working_days() -> None:
    calendar = EveryWeekday()
    waits = [
        is_late_to_heal(Kind.FINANCE_NOT_TOLD, DAY, day, calendar)
        for day in (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5))
    ]
    assert waits == [False, False, True]


def test_unknown_money_is_a_case_at_once() -> None:
    assert is_late_to_heal(Kind.UNKNOWN_MONEY, DAY, date(2026, 3, 3), EveryWeekday())
