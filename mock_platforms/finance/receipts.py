"""E-receipts (财政电子票据): issued seconds after a confirmation, reversed but never deleted. Pure.

Numbers as published for fiscal receipts: an 8-digit code of region 2, class 2, kind 2 and year 2,
a 10-digit running number, a 6-character check code.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_platforms.finance.notices import REGION, Notice
from mock_platforms.finance.payments import Confirmed

ISSUED_AFTER = timedelta(seconds=5)
_CLASS_AND_KIND = "0101"  # a general receipt


@dataclass(frozen=True)
class Receipt:
    receipt_code: str
    receipt_number: str
    check_code: str
    confirmation_no: str
    total_fen: int
    issued_at: datetime  # may still lie ahead


def receipt_of(confirmed: Confirmed, number: int, check_code: str) -> Receipt:
    issued_at = confirmed.confirmed_at + ISSUED_AFTER
    return Receipt(
        receipt_code=f"{REGION[:2]}{_CLASS_AND_KIND}{issued_at:%y}",
        receipt_number=f"{number:010d}",
        check_code=check_code,
        confirmation_no=confirmed.payment.confirmation_no,
        total_fen=confirmed.payment.amount_fen,
        issued_at=issued_at,
    )


def as_json(receipt: Receipt, notice: Notice, now: datetime) -> dict[str, Any]:
    """The receipt as it travels, or that it is still being made."""
    if now < receipt.issued_at:
        return {"state": "PENDING"}
    return {
        "state": "ISSUED",
        "receipt_code": receipt.receipt_code,
        "receipt_number": receipt.receipt_number,
        "check_code": receipt.check_code,
        "total_fen": receipt.total_fen,
        "issued_at": receipt.issued_at.isoformat(),
        "items": [
            {"code": item.code, "name": item.name, "amount_fen": item.amount_fen}
            for item in notice.items
        ],
        "unit_code": notice.unit_code,
        "unit_name": notice.unit_name,
        "payer": masked(notice.payer_name),
    }


def masked(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)
