"""The non-tax platform's words for payments and refunds, in ours. Pure.

Source: developers.weixin.qq.com, «获取缴费订单详情» (nontaxgetorder). A refund in part leaves the
order's status as it is; only when all is back it is 5.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from channel_gateway.domain.days import in_reach, moment_of
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import NOTHING, Fen
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus

Read = TypeVar("Read")
Message = Mapping[str, Any]

PAYMENT = {
    1: PaymentStatus.UNPAID,
    3: PaymentStatus.PAID,
    4: PaymentStatus.PAID,
    5: PaymentStatus.PAID,  # paid, and all of it given back since
    6: PaymentStatus.PAID,  # paid, and being given back
    12: PaymentStatus.CLOSED,  # its time was over
}
REFUND = {5: RefundStatus.DONE, 6: RefundStatus.PROCESSING}
CURRENCY = {1: "CNY", 2: "USD"}


def read(reader: Callable[[Message], Read], message: Message) -> Read:
    """Read what was said. Raises `Malformed`, naming the field."""
    try:
        return reader(message)
    except KeyError as missing:
        raise Malformed("the platform left a field out", field=str(missing.args[0])) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Malformed("not a message of the agreed shape") from error


def payment_fact(order: Message) -> PaymentFact:
    """Read an order, as a query answers and a notification carries it.

    The merchant is the bank that receives the money. Of one that is not paid less is said.
    """
    status = PAYMENT.get(_whole(order, "status"))
    if status is None:
        raise Malformed("a status the platform did not use before", field="status")
    paid = status is PaymentStatus.PAID
    return PaymentFact(
        text(order, "order_no"),
        status,
        text(order, "appid"),
        text(order, "bank_id") if paid or order.get("bank_id") else "",
        _fen(order, "fee") if paid or "fee" in order else NOTHING,
        _currency(order) if paid or "fee_type" in order else "",
        text(order, "trans_id") if paid else "",
        _moment(order, "pay_finish_time") if paid else None,
    )


def given_back(order: Message) -> Sequence[Message]:
    """All refunds the platform tells of, the one of the whole among them.

    One refund in part may come as an object, several as an array.
    """
    parts = order.get("partial_refund_info") or []
    listed = list(parts) if isinstance(parts, list) else [parts]
    if listed or not order.get("refund_order_id"):
        return listed
    whole = {
        "refund_out_id": order.get("refund_out_id"),
        "refund_fee": order["fee"],
        "refund_status": order["status"],
        "refund_finish_time": order.get("refund_finish_time"),
    }
    return [whole]


def refund_fact(order: Message, refund_no: str) -> RefundFact:
    """What an order tells of a refund; ABSENT when it tells nothing."""
    refunds = read(given_back, order)
    for refund in refunds:
        if refund.get("refund_out_id") == refund_no:
            return read(lambda said: _refund_fact(order, said), refund)
    return RefundFact(text(order, "order_no"), refund_no, RefundStatus.ABSENT)


def _refund_fact(order: Message, refund: Message) -> RefundFact:
    status = REFUND.get(_whole(refund, "refund_status"))
    if status is None:
        raise Malformed("a status the platform did not use before", field="refund_status")
    return RefundFact(
        order_id=text(order, "order_no"),
        refund_no=text(refund, "refund_out_id"),
        status=status,
        amount_fen=_fen(refund, "refund_fee"),
        done_at=_moment(refund, "refund_finish_time") if status is RefundStatus.DONE else None,
        transaction=text(order, "trans_id"),
        total_fen=_fen(order, "fee"),
        app=text(order, "appid"),
        merchant=text(order, "bank_id"),
    )


def text(said: Message, field: str) -> str:
    """A text that says something; raises `Malformed`, also for a number or an object."""
    value = said[field]
    if type(value) is not str or not value:
        raise Malformed("a text was meant, and is none", field=field)
    return value


def _currency(order: Message) -> str:
    currency = CURRENCY.get(_whole(order, "fee_type"))
    if currency is None:
        raise Malformed("a currency the platform did not use before", field="fee_type")
    return currency


def _whole(said: Message, field: str) -> int:
    value = said[field]
    if type(value) is not int:
        raise Malformed("a whole number was meant, and is none", field=field)
    return value


def _fen(said: Message, field: str) -> Fen:
    fen = _whole(said, field)
    if fen < 0:
        raise Malformed("an amount is whole fen", field=field)
    return Fen(fen)


def _moment(said: Message, field: str) -> datetime:
    """Seconds since 1970, as the platform writes moments."""
    try:
        return in_reach(moment_of(_whole(said, field) * 1000))
    except (ValueError, OverflowError):
        raise Malformed("not a moment of our time", field=field) from None
