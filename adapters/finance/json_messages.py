"""Finance's JSON of notices: what we tell in its words, and what it answers in ours. Pure.

Shape: docs/reference/finance-json.md.
"""

from datetime import date
from typing import Any

from channel_gateway.domain.days import moment_from_rfc3339
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    FeeItem,
    IssuedNotice,
    LateRule,
    Notice,
    NoticeDraft,
    NoticeState,
    Pause,
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
        pauses=tuple(_read_pause(pause) for pause in answer.get("pauses", ())),
        paid_elsewhere=answer.get("paid_elsewhere", False),
    )


def _read_item(item: Any) -> FeeItem:
    return FeeItem(
        item["code"],
        item["name"],
        item["unit"],
        item["quantity"],
        Fen(item["amount_fen"]),
        _read_late(item["late"]) if item.get("late") else None,
        standard=item.get("standard", ""),
        reduced_fen=Fen(item.get("reduced_fen", 0)),
    )


def _read_late(late: Any) -> LateRule:
    return LateRule(
        late["rate_per_10000"],
        code=late["code"],
        name=late["name"],
        cap_fen=Fen(late["cap_fen"]),
        starts_on=date.fromisoformat(late["starts_on"]),
    )


def _read_pause(pause: Any) -> Pause:
    last = pause["last"]
    return Pause(date.fromisoformat(pause["first"]), last and date.fromisoformat(last))


def read_void(answer: Any) -> str:
    """The pay code of the notice that is void now."""
    if answer["state"] != "VOIDED":
        raise ValueError("the notice is not void")
    return str(answer["pay_code"])
