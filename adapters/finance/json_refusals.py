"""How finance's JSON says no, as errors of ours. Pure.

A 401 is about our clock or key, not about what was asked: it passes when that is put right.
"""

from typing import Any

from channel_gateway.domain.errors import GatewayError, NotFound, Refused, RefusedForNow
from channel_gateway.domain.money import Fen
from channel_gateway.ports import (
    NoticeAmountDiffers,
    NoticePaidAlready,
    NoticeSettledElsewhere,
    NoticeVoided,
    NoticeWaived,
)

REFUSALS: dict[str, type[GatewayError]] = {
    "NOT_FOUND": NotFound,
    "NOTICE_ALREADY_PAID": NoticeSettledElsewhere,
    "NOTICE_VOIDED": NoticeVoided,
    "NOTICE_WAIVED": NoticeWaived,
    "VOID_AFTER_PAYMENT": NoticePaidAlready,
    "AMOUNT_MISMATCH": NoticeAmountDiffers,
    "DAY_NOT_READY": RefusedForNow,
}


def refusal(status: int, answer: Any) -> GatewayError:
    """Raises `KeyError`, `TypeError` where it is none that can be read."""
    code = answer["code"]
    kind = REFUSALS.get(code, RefusedForNow if status == 401 else Refused)
    refused = kind(f"finance answered {code}", field=answer.get("field"))
    if isinstance(refused, NoticeAmountDiffers):
        refused.expected_fen = _expected(answer)
    return refused


def _expected(answer: Any) -> Fen | None:
    """What it would have taken, where it says so."""
    expected = answer.get("expected")
    amount = expected.get("amount_fen") if isinstance(expected, dict) else None
    return Fen(amount) if type(amount) is int and amount >= 0 else None
