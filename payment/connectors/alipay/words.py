"""Alipay's words for payments and refunds, in ours. Pure.

Source: opendocs.alipay.com, `alipay.trade.query`, `alipay.trade.fastpay.refund.query`, and
"asynchronous notification".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import NOTHING, Fen, fen_from_yuan
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus

PAYMENT = {
    "WAIT_BUYER_PAY": PaymentStatus.UNPAID,
    "TRADE_SUCCESS": PaymentStatus.PAID,
    "TRADE_FINISHED": PaymentStatus.PAID,  # paid, and too long ago to be refunded
    "TRADE_CLOSED": PaymentStatus.CLOSED,
}
DEPOSIT_BACK = {
    "S": RefundStatus.DONE,
    "P": RefundStatus.PROCESSING,
    "F": RefundStatus.ABNORMAL,  # the bank card did not take it
}


def payment_fact(
    said: Mapping[str, Any], *, app: str, merchant: str, paid_at_field: str
) -> PaymentFact:
    """Read a trade as a query answers and a callback carries it. Raises `Malformed`."""
    order_id = text(said, "out_trade_no")
    paid_at = _moment_if_said(said, paid_at_field)
    status = PAYMENT.get(text(said, "trade_status"))
    if status is None:
        raise Malformed("a word Alipay did not use before", field="trade_status")
    if status is PaymentStatus.CLOSED and paid_at:
        status = PaymentStatus.PAID  # paid, and all of it given back since
    if status is not PaymentStatus.PAID:
        amount = fen(said, "total_amount") if said.get("total_amount") else NOTHING
        transaction = text_if_said(said, "trade_no")
        return PaymentFact(order_id, status, app, merchant, amount, "CNY", transaction)
    if paid_at is None:
        raise Malformed("Alipay left a field out", field=paid_at_field)
    amount, transaction = fen(said, "total_amount"), text(said, "trade_no")
    return PaymentFact(order_id, status, app, merchant, amount, "CNY", transaction, paid_at)


def refund_fact(said: Mapping[str, Any], order_id: str, refund_no: str) -> RefundFact:
    """Read what the refund query answers: without `refund_status` there is no such refund."""
    status = said.get("refund_status")
    if not status:
        return RefundFact(order_id, refund_no, RefundStatus.ABSENT)
    if status != "REFUND_SUCCESS":
        raise Malformed("a word Alipay did not use before", field="refund_status")
    return RefundFact(
        order_id,
        refund_no,
        _deposited(said.get("deposit_back_info")),
        fen(said, "refund_amount"),
        _moment_if_said(said, "gmt_refund_pay"),
        transaction=text_if_said(said, "trade_no"),
        total_fen=_total_if_said(said),
    )


def refund_callback_fact(said: Mapping[str, str]) -> RefundFact | None:
    """Read a callback about a refund; None when it does not name which one.

    Its `refund_fee` is the sum of all refunds so far: only `send_back_fee` is this one's.
    """
    refund_no = said.get("out_biz_no")
    if not refund_no:
        return None
    return RefundFact(
        text(said, "out_trade_no"),
        refund_no,
        RefundStatus.DONE,
        fen(said, "send_back_fee") if said.get("send_back_fee") else NOTHING,
        _moment_if_said(said, "gmt_refund"),
        transaction=text(said, "trade_no"),
        total_fen=_total_if_said(said),
        app=text(said, "app_id"),
        merchant=text(said, "seller_id"),
    )


def text(said: Mapping[str, Any], field: str) -> str:
    value = said.get(field)
    if not isinstance(value, str) or not value:
        raise Malformed("Alipay left a field out", field=field)
    return value


def text_if_said(said: Mapping[str, Any], field: str) -> str:
    return text(said, field) if said.get(field) else ""


def sent_back(
    said: Mapping[str, Any], order_id: str, refund_no: str, amount_fen: Fen
) -> RefundFact:
    """Read the answer to a refund that moved money just now."""
    return RefundFact(
        order_id,
        refund_no,
        RefundStatus.DONE,
        amount_fen,
        _moment_if_said(said, "gmt_refund_pay"),
        transaction=text_if_said(said, "trade_no"),
    )


def fen(said: Mapping[str, Any], field: str) -> Fen:
    try:
        return fen_from_yuan(text(said, field))
    except Malformed as error:
        raise Malformed(str(error), field=field) from error


def _total_if_said(said: Mapping[str, Any]) -> Fen | None:
    return fen(said, "total_amount") if said.get("total_amount") else None


def _moment_if_said(said: Mapping[str, Any], field: str) -> datetime | None:
    if not said.get(field):
        return None
    try:
        return moment_from_beijing_text(text(said, field))
    except Malformed as error:
        raise Malformed(str(error), field=field) from None


def _deposited(info: object) -> RefundStatus:
    """Money for a bank card travels on after the refund; this says whether it has arrived."""
    status = info.get("dback_status") if isinstance(info, Mapping) else None
    if status is None:
        return RefundStatus.DONE
    if status not in DEPOSIT_BACK:
        raise Malformed("a word Alipay did not use before", field="dback_status")
    return DEPOSIT_BACK[status]
