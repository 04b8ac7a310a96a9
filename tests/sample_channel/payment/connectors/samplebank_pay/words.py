"""Samplebank's words for payments and refunds, in ours. Pure.

Change here: the fields and states of the platform's messages. An unknown word is an error, never
a default: it may mean that money moved.
"""

from collections.abc import Callable, Mapping
from typing import Any

from channel_gateway.domain.days import moment_from_rfc3339
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import Fen
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from tests.sample_channel.adapters.samplebank.line import text

Said = Mapping[str, Any]

PAYMENT = {
    "PAID": PaymentStatus.PAID,
    "UNPAID": PaymentStatus.UNPAID,
    "CLOSED": PaymentStatus.CLOSED,
}
REFUND = {"DONE": RefundStatus.DONE, "PROCESSING": RefundStatus.PROCESSING}


def payment_fact(said: Said) -> PaymentFact:
    """Read an order, as a query answers and a callback carries it. Raises `Malformed`."""
    order_id, status = text(said, "out_trade_no"), PAYMENT.get(text(said, "state"))
    if status is None:
        raise Malformed("a word Samplebank did not use before", field="state")
    paid = status is PaymentStatus.PAID
    return PaymentFact(
        order_id,
        status,
        text(said, "app_id"),
        text(said, "merchant_id"),
        _fen(said),
        text(said, "currency"),
        text(said, "transaction") if paid else "",
        moment_from_rfc3339(text(said, "paid_at")) if paid else None,
    )


def refund_fact(said: Said) -> RefundFact:
    status = REFUND.get(text(said, "state"))
    if status is None:
        raise Malformed("a word Samplebank did not use before", field="state")
    return RefundFact(
        order_id=text(said, "out_trade_no"),
        refund_no=text(said, "out_refund_no"),
        status=status,
        amount_fen=_fen(said),
        done_at=moment_from_rfc3339(text(said, "done_at")) if said.get("done_at") else None,
        transaction=text(said, "transaction"),
        merchant=text(said, "merchant_id"),
    )


def fact(callback: Said) -> Fact:
    """Read a verified callback. Raises `Malformed`."""
    event, about = text(callback, "event"), callback.get("about")
    if event not in EVENTS or not isinstance(about, dict):
        raise Malformed("an event we do not know", field="event")
    return EVENTS[event](about)


EVENTS: Mapping[str, Callable[[Said], Fact]] = {"payment": payment_fact, "refund": refund_fact}


def _fen(said: Said) -> Fen:
    fen = said.get("amount_fen")
    if type(fen) is not int or fen < 0:
        raise Malformed("an amount is whole fen", field="amount_fen")
    return Fen(fen)
