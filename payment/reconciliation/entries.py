"""One movement of money as one side has it on its books for a day. Pure."""

from enum import StrEnum
from typing import NamedTuple


class Movement(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


class Side(StrEnum):
    """Whose books. Bank credits are sums of a day, not entries."""

    CHANNEL = "channel"  # C: the platform's bill
    GATEWAY = "gateway"  # G: our journal
    FINANCE = "finance"  # F: the authority's statement


class EntryState(StrEnum):
    DONE = "done"  # money moved, and finance is to have it
    PROCESSING = "processing"  # of a refund: asked for, nothing known yet
    FAILED = "failed"  # of a refund: no money moved
    # Of the gateway's payments and refunds alone:
    STRAY = "stray"  # money moved, but it settles nothing: finance is not to have it
    TRANSFERRED = "transferred"  # of a refund: finance paid it; no bill has it, finance is to
    # Of a refund of stray money: finance paid it, and had never booked the money. We alone have it.
    STRAY_TRANSFERRED = "stray_transferred"
    # Of finance alone: it has not booked the payment, for it wants this amount instead. Nought: it
    # did not say which.
    WANTED = "wanted"
    # Of a payment: out of the suspense account, on the channel's bill of an earlier day under that
    # bill's own number; finance is to have it.
    IDENTIFIED = "identified"
    OPEN = "open"  # the citizen may still pay, or nobody knows
    CLOSED = "closed"


# Finance is to have it.
BOOKED = (EntryState.DONE, EntryState.TRANSFERRED, EntryState.IDENTIFIED)
# Of refunds, what the channel moved nothing of.
BY_TRANSFER = (EntryState.TRANSFERRED, EntryState.STRAY_TRANSFERRED)
COUNTED = (EntryState.DONE, EntryState.STRAY, *BY_TRANSFER)  # in our own sums


class Entry(NamedTuple):
    """A line of a bill, of our journal, or of finance's statement, in one form.

    A tuple of plain texts and whole numbers, for a day may have millions of them; a movement and
    a state may be their plain text.
    """

    movement: str  # `Movement`
    order_id: str  # our out_trade_no
    refund_no: str  # ours; empty of a payment
    transaction: str  # the platform's number of the payment; empty: this side does not know it
    amount_fen: int  # never negative
    at: str  # Beijing text, 2026-01-05 13:29:35
    state: str = "done"  # `EntryState`
    fee_e5: int | None = None  # what the platform keeps, in 10⁻⁵ yuan; None: this side is silent
    pay_code: str = ""
    unit_code: str = ""

    @property
    def number(self) -> str:
        """By which the sides are matched: a payment's order, or a refund's own."""
        return self.refund_no or self.order_id
