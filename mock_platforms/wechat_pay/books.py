"""Orders and refunds as WeChat Pay keeps them. The books only remember."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    def device_id(self) -> str:
        return str((self.asked.get("scene_info") or {}).get("device_id", ""))

    @property
    def payers_app(self) -> str:
        """The app under which the payer's openid was given: paySign names the same."""
        kind = "sub_appid" if "sub_openid" in self.payer else "sp_appid"
        return self.ids.get(kind) or self.ids["appid"]

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
    funds_from: Sequence[Mapping[str, Any]] = ()  # which accounts pay for it, as the call said


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

    def paid_as(self, transaction_id: str) -> Order | None:
        """Return the order that WeChat Pay gave this number when it was paid."""
        known = (o for o in self.orders.values() if o.transaction_id == transaction_id)
        return next(known, None) if transaction_id else None

    def prepaid_as(self, prepay_id: str) -> Order | None:
        return next((o for o in self.orders.values() if o.prepay_id == prepay_id), None)

    def numbers_of(self, numbers: Collection[str]) -> set[str]:
        """Return these numbers, and all others of the orders and refunds they belong to."""
        known = set(numbers)
        for refund in self.refunds.values():
            if known & {refund.out_refund_no, refund.refund_id}:
                known |= {refund.out_refund_no, refund.refund_id, refund.order.out_trade_no}
        for order in self.orders.values():
            if known & {order.out_trade_no, order.transaction_id, order.prepay_id}:
                known |= {order.out_trade_no, order.transaction_id, order.prepay_id}
        return known - {""}

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
