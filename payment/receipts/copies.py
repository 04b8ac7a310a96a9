"""What a receipt says, for paper and for the page that verifies it. Pure.

The receipt itself, with its seals, is finance's; what we show is a copy of what it says.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Receipt
from payment.lines import OrderLine
from payment.order import Order

VERIFY_PATH = "/receipts/verify"


class Standing(StrEnum):
    """What a receipt is worth now, as its reader is told."""

    VALID = "有效"
    PARTLY_REVERSED = "部分冲红"
    REVERSED = "已冲红"
    RED = "红字票据"  # it reverses another


@dataclass(frozen=True, slots=True)
class Copy:
    receipt: Receipt
    standing: Standing
    payer: str  # masked; empty: not known any more
    unit_name: str
    lines: tuple[OrderLine, ...]  # none in a red one
    reversals: tuple[Receipt, ...]  # the red ones of this one
    left_fen: Fen  # what it is still good for
    issued_on: date


def copies(order: Order, payer: str) -> tuple[Copy, ...]:
    """The copy of an order's receipt, and those of its red ones; none before it is there."""
    if order.receipt is None:
        return ()
    reds = tuple(refund.red_receipt for refund in order.refunds if refund.red_receipt)
    left = _left(order, order.receipt, reds)
    whole = Copy(
        order.receipt,
        _standing(order.receipt, left),
        payer,
        order.unit_name or order.description,
        order.lines,
        reds,
        left,
        beijing_day(order.receipt.issued_at),
    )
    return (whole, *(_red(red, whole) for red in reds))


def _left(order: Order, receipt: Receipt, reds: tuple[Receipt, ...]) -> Fen:
    """Money that went back counts before finance has reversed it, and where finance never does."""
    reversed_fen = -sum(red.total_fen for red in reds)
    return Fen(receipt.total_fen - max(reversed_fen, order.returned_fen))


def _standing(receipt: Receipt, left_fen: Fen) -> Standing:
    if left_fen == receipt.total_fen:
        return Standing.VALID
    return Standing.PARTLY_REVERSED if left_fen > NOTHING else Standing.REVERSED


def _red(red: Receipt, of: Copy) -> Copy:
    issued_on = beijing_day(red.issued_at)
    return Copy(red, Standing.RED, of.payer, of.unit_name, (), (), NOTHING, issued_on)


def verifying_address(public_url: str, receipt: Receipt) -> str:
    """What the QR code says: where to verify it. Codes of a receipt, and nothing of a person."""
    told = {"code": receipt.code, "number": receipt.number, "check_code": receipt.check_code}
    return f"{public_url}/v1{VERIFY_PATH}?{urlencode(told)}"


def quantity(line: OrderLine) -> str:
    return f"{line.quantity}{line.unit}" if line.unit else ""
