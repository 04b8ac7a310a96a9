"""Finance's JSON of money: confirmations, receipts and red ones, refunds, a day's statement. Pure.

Shape: docs/reference/finance-json.md.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from channel_gateway.domain.days import moment_from_rfc3339, rfc3339
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Confirmation, GivenBack, Receipt
from channel_gateway.ports import StatementLine


class StatementPage(NamedTuple):
    """Some lines of a day's statement."""

    day: date
    lines: tuple[StatementLine, ...]
    next: str  # the number after which to go on; empty: that was all


KINDS = ("PAYMENT", "ELSEWHERE", "REFUND")


def write_confirmation(confirmation: Confirmation) -> dict[str, Any]:
    return {
        "confirmation_no": confirmation.number,
        "pay_code": confirmation.pay_code,
        "amount_fen": confirmation.amount_fen,
        "late_fee_fen": confirmation.late_fee_fen,
        "paid_at": rfc3339(confirmation.paid_at),
        "channel": confirmation.method,
        "channel_transaction_no": confirmation.transaction,
    }


def read_confirmed_at(answer: Any) -> datetime:
    return moment_from_rfc3339(answer["confirmed_at"])


def read_receipt(answer: Any) -> Receipt | None:
    return None if answer.get("state") == "PENDING" else _receipt(answer)


def write_refund(paid: Confirmation, refund: GivenBack) -> dict[str, Any]:
    return {
        "refund_no": refund.number,
        "confirmation_no": paid.number,
        "amount_fen": refund.amount_fen,
        "reason": refund.reason,
    }


def read_red_receipt(answer: Any) -> Receipt:
    """Raises `ValueError` where it reverses nothing."""
    red = answer["red_receipt"]
    receipt = _receipt(red, red["related_code"], red["related_number"])
    if receipt.total_fen >= NOTHING:
        raise ValueError("a red receipt's total is below zero")
    return receipt


def _receipt(answer: Any, *related: str) -> Receipt:
    code, number, check = (answer[k] for k in ("receipt_code", "receipt_number", "check_code"))
    total, issued_at = Fen(answer["total_fen"]), moment_from_rfc3339(answer["issued_at"])
    return Receipt(code, number, check, total, issued_at, *related)


def read_statement(answer: Any) -> StatementPage:
    day = date.fromisoformat(answer["day"])
    return StatementPage(
        day, tuple(_line(line) for line in answer["lines"]), answer.get("next", "")
    )


def _line(line: Any) -> StatementLine:
    if line["kind"] not in KINDS:
        raise ValueError(f"no kind of line is called {line['kind']}")
    return StatementLine(
        number=line["number"],
        amount_fen=Fen(line["amount_fen"]),
        at=moment_from_rfc3339(line["at"]),
        refund=line["kind"] == "REFUND",
        elsewhere=line["kind"] == "ELSEWHERE",
        pay_code=line["pay_code"],
        unit_code=line["unit_code"],
        transaction=line["transaction"],
    )
