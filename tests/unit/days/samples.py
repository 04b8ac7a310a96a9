"""Differences, findings and members to start from; every test changes what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from channel_gateway.ports import Member, Role
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import Finding, found

DAY = date(2026, 3, 2)  # a Monday
NOW = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)  # half past ten in Beijing, on the day after

CLERK = Member("clerk-lin", frozenset({Role.FINANCE_CLERK}))
REVIEWER = Member("reviewer-wu", frozenset({Role.FINANCE_REVIEWER}))
BOTH = Member("both-he", frozenset({Role.FINANCE_CLERK, Role.FINANCE_REVIEWER}))
UNIT_CLERK = Member("unit-zhao", frozenset({Role.UNIT_CLERK}), frozenset({"330199011"}))
AUDITOR = Member("auditor-qi", frozenset({Role.AUDITOR}))


class EveryWeekday:
    """A `Workdays` that knows of weekends alone."""

    def works(self, day: date) -> bool:
        return day.weekday() < 5


def difference(kind: Kind = Kind.UNKNOWN_MONEY, **given: Any) -> Difference:
    values: dict[str, Any] = {
        "kind": kind,
        "day": DAY,
        "method": "wechat_pay",
        "movement": Movement.PAYMENT,
        "order_id": "G20260302aaaaaaaaaaaaaaaaaaaa",
        "transaction": "4200001",
        "unit_code": "330199011",
        "channel_fen": 20600,
    }
    return Difference(**(values | given))


def finding(kind: Kind = Kind.UNKNOWN_MONEY, **given: Any) -> Finding:
    return found(difference(kind, **given), DAY, NOW)
