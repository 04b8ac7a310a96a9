"""Finance's JSON: what we tell in its words, and what it answers in ours. Pure.

Shape: docs/reference/finance-json.md.
"""

from datetime import date, datetime
from typing import Any

from channel_gateway.domain.days import moment_from_rfc3339, rfc3339
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    Confirmation,
    FeeItem,
    IssuedNotice,
    LateRule,
    Notice,
    NoticeDraft,
    NoticeState,
    Receipt,
)
from channel_gateway.domain.people import PersonName


def write_draft(number: str, draft: NoticeDraft) -> dict[str, Any]:
    return {
        "number": number,
        "unit_code": draft.unit_code,
        "unit_name": draft.unit_name,
        "payer_name": draft.payer_name.reveal(),
        "id_number": draft.id_number.reveal(),
        "items": [_written(item) for item in draft.items],
        "due_on": draft.due_on.isoformat(),
    }


def _written(item: FeeItem) -> dict[str, Any]:
    line = {"code": item.code, "name": item.name, "unit": item.unit}
    return {**line, "quantity": item.quantity, "amount_fen": item.amount_fen}


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


def read_issued(answer: Any) -> IssuedNotice:
    return IssuedNotice(read_notice(answer["notice"]), answer["check_code"])


def read_notices(answer: Any) -> tuple[Notice, ...]:
    return tuple(read_notice(notice) for notice in answer["notices"])


def read_notice(answer: Any) -> Notice:
    until = answer.get("valid_until")
    return Notice(
        answer["region"],
        answer["pay_code"],
        answer["unit_code"],
        answer["unit_name"],
        PersonName(answer["payer_name"]),
        tuple(_read_item(item) for item in answer["items"]),
        due_on=date.fromisoformat(answer["due_on"]),
        principal_fen=Fen(answer["principal_fen"]),
        late_fee_fen=Fen(answer["late_fee_fen"]),
        valid_until=until and moment_from_rfc3339(until),
        state=NoticeState(answer["state"].lower()),
    )


def _read_item(item: Any) -> FeeItem:
    late = item.get("late")
    rule = LateRule(late["rate_per_10000"]) if late else None
    amount = Fen(item["amount_fen"])
    return FeeItem(item["code"], item["name"], item["unit"], item["quantity"], amount, rule)


def read_void(answer: Any) -> str:
    """The pay code of the notice that is void now."""
    if answer["state"] != "VOIDED":
        raise ValueError("the notice is not void")
    return str(answer["pay_code"])


def read_confirmed_at(answer: Any) -> datetime:
    return moment_from_rfc3339(answer["confirmed_at"])


def read_receipt(answer: Any) -> Receipt | None:
    if answer.get("state") == "PENDING":
        return None
    code, number, check = (answer[k] for k in ("receipt_code", "receipt_number", "check_code"))
    total, issued_at = Fen(answer["total_fen"]), moment_from_rfc3339(answer["issued_at"])
    return Receipt(code, number, check, total, issued_at)
