"""E-receipts (财政电子票据): issued seconds after a confirmation, reversed but never deleted. Pure.

Numbers as published for fiscal receipts: an 8-digit code of region 2, class 2, kind 2 and year 2,
a 10-digit running number, a 6-character check code.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.notices import REGION, Notice
from mock_platforms.finance.payments import Confirmed

ISSUED_AFTER = timedelta(seconds=5)
_CLASS_AND_KIND = "0101"  # a general receipt


@dataclass(frozen=True)
class Line:
    code: str
    name: str
    amount_fen: int
    unit: str = ""
    quantity: int = 1
    standard: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Receipt:
    receipt_code: str
    receipt_number: str
    check_code: str
    confirmation_no: str
    total_fen: int  # below zero in a red one
    issued_at: datetime  # may still lie ahead
    lines: tuple[Line, ...] = ()
    reverses: tuple[str, str] = ("", "")  # code and number of the receipt that a red one reverses


def receipt_of(confirmed: Confirmed, notice: Notice, number: int, check_code: str) -> Receipt:
    issued_at = confirmed.confirmed_at + ISSUED_AFTER
    return Receipt(
        receipt_code=_code(issued_at),
        receipt_number=f"{number:010d}",
        check_code=check_code,
        confirmation_no=confirmed.payment.confirmation_no,
        total_fen=confirmed.payment.amount_fen,
        issued_at=issued_at,
        lines=tuple(_lines(notice, beijing_day(confirmed.payment.paid_at))),
    )


def red_receipt_of(
    receipt: Receipt, fen: int, number: int, check_code: str, now: datetime
) -> Receipt:
    """The reversal (冲红) of a receipt, or of a part of it."""
    return Receipt(
        receipt_code=_code(now),
        receipt_number=f"{number:010d}",
        check_code=check_code,
        confirmation_no=receipt.confirmation_no,
        total_fen=-fen,
        issued_at=now,
        reverses=(receipt.receipt_code, receipt.receipt_number),
    )


def red_as_json(red: Receipt) -> dict[str, Any]:
    return {
        "receipt_code": red.receipt_code,
        "receipt_number": red.receipt_number,
        "check_code": red.check_code,
        "total_fen": red.total_fen,
        "issued_at": red.issued_at.isoformat(),
        "related_code": red.reverses[0],
        "related_number": red.reverses[1],
    }


def _code(issued_at: datetime) -> str:
    return f"{REGION[:2]}{_CLASS_AND_KIND}{issued_at:%y}"


def _lines(notice: Notice, paid_on: date) -> Iterator[Line]:
    """The items, and after them what being late added, each under its own item."""
    for item in notice.items:
        yield Line(item.code, item.name, item.amount_fen, item.unit, item.quantity, item.standard)
    for item, fen in notice.late_fees(paid_on):
        if fen and item.late:
            yield Line(item.late.code or item.code, item.late.name or f"{item.name}滞纳金", fen)


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
        "items": [line.as_json() for line in receipt.lines],
        "unit_code": notice.unit_code,
        "unit_name": notice.unit_name,
        "payer": masked(notice.payer_name),
    }


def masked(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)
