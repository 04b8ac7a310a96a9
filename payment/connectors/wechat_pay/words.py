"""WeChat Pay's words for payments and refunds, in ours. Pure.

Source: pay.weixin.qq.com, «商户订单号查询订单» and «退款申请» (v3).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import orjson

from channel_gateway.domain.days import moment_from_rfc3339
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import Fen
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
    """Read a transaction, as a query answers and a callback carries it."""
    status = PAYMENT.get(transaction["trade_state"])
    if status is None:
        raise Malformed("a word WeChat Pay did not use before", field="trade_state")
    if status is not PaymentStatus.PAID:
        return PaymentFact(transaction["out_trade_no"], status)
    amount = transaction["amount"]
    return PaymentFact(
        transaction["out_trade_no"],
        status,
        transaction["appid"],
        transaction["mchid"],
        _fen(amount, "total"),
        amount["currency"],
        transaction["transaction_id"],
        moment_from_rfc3339(transaction["success_time"]),
    )


def refund_fact(refund: Message) -> RefundFact:
    """Read a refund as the API answers it."""
    return _refund_fact(refund, "status")


def refund_callback_fact(refund: Message) -> RefundFact:
    """Read a refund as a callback carries it: with `refund_status`, and without an appid."""
    return replace(_refund_fact(refund, "refund_status"), merchant=refund["mchid"])


def _refund_fact(refund: Message, status_field: str) -> RefundFact:
    status = REFUND.get(refund[status_field])
    if status is None:
        raise Malformed("a word WeChat Pay did not use before", field=status_field)
    done_at = refund.get("success_time")
    return RefundFact(
        order_id=refund["out_trade_no"],
        refund_no=refund["out_refund_no"],
        status=status,
        amount_fen=_fen(refund["amount"], "refund"),
        done_at=moment_from_rfc3339(done_at) if done_at else None,
    )


def _fen(amount: Message, field: str) -> Fen:
    fen = amount[field]
    if type(fen) is not int or fen < 0:
        raise Malformed("an amount is whole fen", field=field)
    return Fen(fen)
