"""Refund cases for tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime

from channel_gateway.domain.money import Fen
from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays
from payment.refund_cases.case import (
    BY_CITIZEN,
    Actor,
    Desk,
    Ground,
    Material,
    MaterialKind,
    ReceiptAction,
    RefundCase,
    Way,
)
from payment.refund_cases.clocks import Clocks
from payment.refund_cases.deciding import applied, taken, verified

FRIDAY = datetime(2026, 9, 18, 2, tzinfo=UTC)  # 10:00 in Beijing
RED = ReceiptAction.RED
CLOCKS = Clocks(ChineseWorkdays())
WANG = Actor("wang", "unit_clerk", Desk.UNIT)
ZHAO = Actor("zhao", "finance_reviewer", Desk.FINANCE)


def material(kind: MaterialKind = MaterialKind.RECEIPT_ORIGINAL, id: str = "m1") -> Material:
    return Material(id, kind, "sealed", "0" * 64, 10, FRIDAY, "")


def case(now: datetime = FRIDAY, by: Actor = BY_CITIZEN, **more: object) -> RefundCase:
    """An application for all of a payment, its original receipt handed in."""
    given = RefundCase(
        id="RC1",
        order_id="G1",
        pay_code="33019926010000000001",
        unit_code="330199011",
        amount_fen=Fen(20600),
        total_fen=Fen(20600),
        ground=Ground.OVERPAID,
        way=Way.CHANNEL,
        applied_at=now,
        open_key="G1",
        materials=(material(),),
    )
    return applied(replace(given, **more), by, CLOCKS, now, "", None)  # type: ignore[arg-type]


def at_finance(now: datetime = FRIDAY, by: Actor = BY_CITIZEN, **more: object) -> RefundCase:
    return verified(taken(case(now, by, **more), WANG, now), WANG, CLOCKS, now, "属实", RED)
