"""WeChat Pay's words for payments and refunds, in ours. Pure.

Source: pay.weixin.qq.com, «商户订单号查询订单» and «退款申请» (v3).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import orjson

from channel_gateway.domain.days import moment_from_rfc3339
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import NOTHING, Fen
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus

Read = TypeVar("Read")
Message = Mapping[str, Any]

PAYMENT = {
    "SUCCESS": PaymentStatus.PAID,
    "REFUND": PaymentStatus.PAID,  # paid, and some of it given back since
    "NOTPAY": PaymentStatus.UNPAID,
    "USERPAYING": PaymentStatus.UNPAID,
    "PAYERROR": PaymentStatus.UNPAID,
    "CLOSED": PaymentStatus.CLOSED,
    "REVOKED": PaymentStatus.CLOSED,
}
REFUND = {
    "SUCCESS": RefundStatus.DONE,
    "PROCESSING": RefundStatus.PROCESSING,
    "ABNORMAL": RefundStatus.ABNORMAL,
    "CLOSED": RefundStatus.CLOSED,
}


def read(reader: Callable[..., Read], body: bytes, *more: object) -> Read:
    """Parse and read a message whose signature held. Raises `Malformed`, naming the field."""
    try:
        return reader(orjson.loads(body), *more)
    except KeyError as missing:
        raise Malformed("WeChat Pay left a field out", field=str(missing.args[0])) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Malformed("not a message of the agreed shape") from error


def payment_fact(transaction: Message) -> PaymentFact:
    """Read a transaction, as a query answers and a callback carries it.

    Of one that is not paid less is said: no transaction, no moment, perhaps no amount.
    """
    status = PAYMENT.get(text(transaction, "trade_state"))
    if status is None:
        raise Malformed("a word WeChat Pay did not use before", field="trade_state")
    if status is not PaymentStatus.PAID:
        return _not_paid(transaction, status)
    amount = transaction["amount"]
    return PaymentFact(
        text(transaction, "out_trade_no"),
        status,
        text(transaction, "appid"),
        text(transaction, "mchid"),
        _fen(amount, "total"),
        text(amount, "currency"),
        text(transaction, "transaction_id"),
        _moment(transaction, "success_time"),
    )


def refund_fact(refund: Message) -> RefundFact:
    """Read a refund as the API answers it."""
    return _refund_fact(refund, "status")


def refund_callback_fact(refund: Message) -> RefundFact:
    """Read a refund as a callback carries it: with `refund_status`, and without an appid."""
    return replace(_refund_fact(refund, "refund_status"), merchant=text(refund, "mchid"))


def text(said: Message, field: str) -> str:
    """A text that says something. Raises `Malformed`, also for a number or an object.

    Such a value would go on into a query of the store, where an object may be an operator.
    """
    value = said[field]
    if type(value) is not str or not value:
        raise Malformed("a text was meant, and is none", field=field)
    return value


def _not_paid(transaction: Message, status: PaymentStatus) -> PaymentFact:
    amount = transaction.get("amount") or {}
    return PaymentFact(
        text(transaction, "out_trade_no"),
        status,
        _text_if_said(transaction, "appid"),
        _text_if_said(transaction, "mchid"),
        _fen(amount, "total") if "total" in amount else NOTHING,
        _text_if_said(amount, "currency"),
        _text_if_said(transaction, "transaction_id"),
    )


def _refund_fact(refund: Message, status_field: str) -> RefundFact:
    status = REFUND.get(text(refund, status_field))
    if status is None:
        raise Malformed("a word WeChat Pay did not use before", field=status_field)
    return RefundFact(
        order_id=text(refund, "out_trade_no"),
        refund_no=text(refund, "out_refund_no"),
        status=status,
        amount_fen=_fen(refund["amount"], "refund"),
        done_at=_moment(refund, "success_time") if refund.get("success_time") else None,
        transaction=text(refund, "transaction_id"),
        total_fen=_fen(refund["amount"], "total") if "total" in refund["amount"] else None,
    )


def _text_if_said(said: Message, field: str) -> str:
    return "" if said.get(field) in (None, "") else text(said, field)


def _moment(said: Message, field: str) -> datetime:
    try:
        return moment_from_rfc3339(text(said, field))
    except Malformed as error:
        raise Malformed(str(error), field=field) from None


def _fen(amount: Message, field: str) -> Fen:
    fen = amount[field]
    if type(fen) is not int or fen < 0:
        raise Malformed("an amount is whole fen", field=field)
    return Fen(fen)
