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


class Entry(NamedTuple):
    """A line of a bill, of our journal, or of finance's statement, in one form.

    A tuple of texts and whole numbers, for a day may have millions of them. `state` is in our
    words: `done`, `processing`, `failed`; of the gateway also `closed` and `open`.
    """

    movement: Movement
    order_id: str  # our out_trade_no
    refund_no: str  # ours; empty of a payment
    transaction: str  # the platform's number of the payment
    amount_fen: int  # never negative
    at: str  # Beijing text, 2026-01-05 13:29:35
    state: str = "done"
    fee_e5: int = 0  # what the platform keeps, in 10⁻⁵ yuan; positive: taken from us
    pay_code: str = ""
    unit_code: str = ""
