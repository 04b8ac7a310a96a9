"""What platforms say about payments and refunds, in our words. Pure.

A connector reads a callback or an answer into one of these; the order compares it with itself
before it believes anything.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from channel_gateway.domain.money import NOTHING, Fen


class PaymentStatus(StrEnum):
    PAID = "paid"
    UNPAID = "unpaid"  # the platform knows the order; the citizen may still pay
    CLOSED = "closed"  # nobody can pay it any more
    ABSENT = "absent"  # the platform has never heard of it


class RefundStatus(StrEnum):
    DONE = "done"
    PROCESSING = "processing"
    ABNORMAL = "abnormal"  # the citizen's account does not take it: a person must act
    CLOSED = "closed"  # the platform gave up: no money was moved
    ABSENT = "absent"


class PaymentFact(NamedTuple):
    """What a platform says about an order. What it left out is empty; when it is PAID, nothing is.

    A tuple, for it is made at each callback: a frozen dataclass takes 2 µs, RSA itself 20.
    """

    order_id: str  # out_trade_no
    status: PaymentStatus
    app: str = ""
    merchant: str = ""
    amount_fen: Fen = NOTHING
    currency: str = "CNY"
    transaction: str = ""  # the platform's own number
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundFact:
    """What a platform says about a refund."""

    order_id: str
    refund_no: str
    status: RefundStatus
    amount_fen: Fen = NOTHING
    done_at: datetime | None = None
    # Whose payment is given back: compared with ours where it is said. No part of what is told.
    transaction: str = field(default="", compare=False)
    total_fen: Fen | None = field(default=None, compare=False)  # of the payment
    app: str = field(default="", compare=False)
    merchant: str = field(default="", compare=False)


Fact = PaymentFact | RefundFact
