"""Orders and refunds as WeChat Pay keeps them, and how they print. The books only remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from mock_platforms.wechat_pay.moments import rfc3339


class TradeState(StrEnum):
    NOTPAY = "NOTPAY"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"  # paid, and any part of it given back
    CLOSED = "CLOSED"


class RefundStatus(StrEnum):
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"  # the card is dead: the merchant must say where the money goes
    CLOSED = "CLOSED"


DESCRIPTIONS = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.SUCCESS: "支付成功",
    TradeState.REFUND: "订单发生过退款，退款详情请查询退款单",
    TradeState.CLOSED: "订单已关闭",
}


@dataclass(frozen=True, slots=True)
class Order:
    out_trade_no: str
    prepay_id: str
    ids: Mapping[str, str]  # appid and mchid, or the four of service-provider mode
    payer: Mapping[str, str]
    asked: Mapping[str, Any]  # the prepay call: the same again gives a prepay_id again
    total_fen: int
    description: str
    attach: str
    notify_url: str
    created_at: datetime
    prepaid_at: datetime  # a prepay_id lives two hours
    expires_at: datetime
    state: TradeState = TradeState.NOTPAY
    closed_at: datetime | None = None
    transaction_id: str = ""
    paid_at: datetime | None = None

    @property
    def paid(self) -> bool:
        return self.paid_at is not None

    @property
    def mch_id(self) -> str:
        return self.ids.get("sp_mchid") or self.ids["mchid"]


@dataclass(frozen=True, slots=True)
class Refund:
    out_refund_no: str
    refund_id: str
    order: Order  # as it was when the refund was asked for
    refund_fen: int
    reason: str
    notify_url: str
    funds_account: str
    created_at: datetime
    status: RefundStatus = RefundStatus.PROCESSING
    channel: str = "ORIGINAL"
    succeeded_at: datetime | None = None


@dataclass
class Books:
    orders: dict[str, Order] = field(default_factory=dict)  # by out_trade_no
    refunds: dict[str, Refund] = field(default_factory=dict)  # by out_refund_no
    fee_rate: int = 0  # WeChat's fee, in ten-thousandths of the amount

    def put(self, order: Order) -> Order:
        self.orders[order.out_trade_no] = order
        return order

    def put_refund(self, refund: Refund) -> Refund:
        self.refunds[refund.out_refund_no] = refund
        return refund

    def find(self, number: str) -> Order | None:
        """Return the order with this out_trade_no, prepay_id or transaction_id."""
        if number in self.orders:
            return self.orders[number]
        known = (o for o in self.orders.values() if number in (o.prepay_id, o.transaction_id))
        return next(known, None)

    def refunds_of(self, order: Order) -> list[Refund]:
        """Return the refunds of an order that took, or may still take, its money."""
        return [
            refund
            for refund in self.refunds.values()
            if refund.order.out_trade_no == order.out_trade_no
            and refund.status is not RefundStatus.CLOSED
        ]

    def fee_fen(self, amount_fen: int) -> int:
        """Return WeChat's fee on an amount, rounded to the fen."""
        return (amount_fen * self.fee_rate + 5000) // 10000

    def refund_by_id(self, refund_id: str) -> Refund | None:
        return next((r for r in self.refunds.values() if r.refund_id == refund_id), None)


def pay(order: Order, transaction_id: str, at: datetime) -> Order:
    return replace(order, state=TradeState.SUCCESS, transaction_id=transaction_id, paid_at=at)


def close(order: Order, at: datetime) -> Order:
    return replace(order, state=TradeState.CLOSED, closed_at=at)


def transaction(order: Order) -> dict[str, Any]:
    """Return an order as the query answers and the notification tells it."""
    value: dict[str, Any] = {
        "amount": {"currency": "CNY", "total": order.total_fen},
        **order.ids,
        "attach": order.attach,
        "out_trade_no": order.out_trade_no,
        "payer": dict(order.payer),
        "promotion_detail": [],
        "trade_state": order.state.value,
        "trade_state_desc": DESCRIPTIONS[order.state],
    }
    if order.paid_at is not None:
        value["amount"] |= {"payer_currency": "CNY", "payer_total": order.total_fen}
        value |= {
            "bank_type": "OTHERS",
            "success_time": rfc3339(order.paid_at),
            "trade_type": "JSAPI",
            "transaction_id": order.transaction_id,
        }
    return dict(sorted(value.items()))


def refund_json(refund: Refund) -> dict[str, Any]:
    """Return a refund as the refund calls answer it."""
    value: dict[str, Any] = {
        "amount": _refund_amount(refund)
        | {
            "currency": "CNY",
            "discount_refund": 0,
            "from": [],
            "refund_fee": 0,
            "settlement_refund": refund.refund_fen,
            "settlement_total": refund.order.total_fen,
        },
        "channel": refund.channel,
        "create_time": rfc3339(refund.created_at),
        "funds_account": refund.funds_account,
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": refund.order.out_trade_no,
        "promotion_detail": [],
        "refund_id": refund.refund_id,
        "status": refund.status.value,
        "transaction_id": refund.order.transaction_id,
        "user_received_account": "支付用户零钱",
    }
    if refund.succeeded_at is not None:
        value["success_time"] = rfc3339(refund.succeeded_at)
    return value


def refund_notice(refund: Refund) -> dict[str, Any]:
    """Return a refund as its notification tells it: there the field is `refund_status`."""
    ids = {name: value for name, value in refund.order.ids.items() if name.endswith("mchid")}
    value = ids | {
        "out_trade_no": refund.order.out_trade_no,
        "transaction_id": refund.order.transaction_id,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_status": refund.status.value,
        "user_received_account": "支付用户零钱",
        "amount": _refund_amount(refund),
    }
    if refund.succeeded_at is not None:
        value["success_time"] = rfc3339(refund.succeeded_at)
    return value


def _refund_amount(refund: Refund) -> dict[str, Any]:
    return {
        "total": refund.order.total_fen,
        "refund": refund.refund_fen,
        "payer_total": refund.order.total_fen,
        "payer_refund": refund.refund_fen,
    }
