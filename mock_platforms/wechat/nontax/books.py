"""Orders, refunds and notices as the non-tax platform keeps them. The books only remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any


class Status(IntEnum):
    UNPAID = 1
    PAID = 3
    REFUNDED = 5
    REFUNDING = 6
    CLOSED = 12  # its time was over; there is no other way


@dataclass(frozen=True, slots=True)
class Bank:
    """Who receives the money: WeChat hands it over on the day after (T+1)."""

    bank_id: str
    name: str
    mch_id: str


@dataclass(frozen=True, slots=True)
class Order:
    order_id: str  # the platform's
    asked: Mapping[str, Any]  # the call it was made by
    created_at: datetime
    closes_at: datetime
    status: Status = Status.UNPAID
    trans_id: str = ""
    paid_at: datetime | None = None

    @property
    def number(self) -> str:
        """Under what it was ordered: an order_no, or the notice's number."""
        return str(self.asked.get("order_no") or self.asked["payment_notice_no"])

    @property
    def fee(self) -> int:
        return int(self.asked["fee"])

    @property
    def paid(self) -> bool:
        return self.paid_at is not None

    @property
    def numbers(self) -> set[str]:
        return {self.order_id, self.number, self.trans_id} - {""}


@dataclass(frozen=True, slots=True)
class Refund:
    refund_order_id: str
    order_id: str
    refund_out_id: str
    fee: int
    whole: bool  # asked for without an amount
    reason: str
    asked_at: datetime
    finished_at: datetime | None = None


@dataclass
class Books:
    bank: Bank
    orders: dict[str, Order] = field(default_factory=dict)  # by order_id
    refunds: dict[str, Refund] = field(default_factory=dict)  # by refund_order_id
    notices: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # what finance has issued
    order_life: timedelta = timedelta(minutes=30)  # inferred: no page says how long
    fee_rate: int = 0  # WeChat's fee, in ten-thousandths of the amount

    def put(self, order: Order) -> Order:
        self.orders[order.order_id] = order
        return order

    def of_number(self, number: str) -> list[Order]:
        """Return the orders under one number of the department's, the oldest first."""
        return [order for order in self.orders.values() if order.number == number]

    def find(self, number: str) -> Order | None:
        """Return an order by the platform's number, or the one that matters by the department's."""
        if number in self.orders:
            return self.orders[number]
        found = self.of_number(number)
        return next((order for order in found if order.paid), found[-1] if found else None)

    def paid_under(self, number: str) -> Order | None:
        return next((order for order in self.of_number(number) if order.paid), None)

    def refunds_of(self, order: Order) -> list[Refund]:
        return [each for each in self.refunds.values() if each.order_id == order.order_id]

    def left(self, order: Order) -> int:
        return order.fee - sum(refund.fee for refund in self.refunds_of(order))

    def after_refunds(self, order: Order) -> Order:
        """A refund in part leaves the status as it is; only all of it changes it."""
        refunds = self.refunds_of(order)
        if self.left(order) > 0:
            return self.put(replace(order, status=Status.PAID))
        finished = all(refund.finished_at is not None for refund in refunds)
        return self.put(replace(order, status=Status.REFUNDED if finished else Status.REFUNDING))

    def fee_fen(self, amount_fen: int) -> int:
        return (amount_fen * self.fee_rate + 5000) // 10000
