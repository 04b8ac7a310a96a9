"""Prepay, query and close: the life of an order until its money moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import books
from mock_platforms.wechat_pay.answers import transaction
from mock_platforms.wechat_pay.books import Books, Order, TradeState
from mock_platforms.wechat_pay.errors import Refusal, bad_field, impossible, no_order
from mock_platforms.wechat_pay.fields import Group, check, moment
from mock_platforms.wechat_pay.gate import Call, Gate
from mock_platforms.wechat_pay.modes import DIRECT, PARTNER, Mode, check_parties
from mock_platforms.wechat_pay.moments import BEIJING, beijing_day
from mock_platforms.wechat_pay.notices import Notices

PREPAY_LIFE = timedelta(hours=2)
ORDER_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Payments:
    stage: Stage
    gate: Gate
    books: Books
    notices: Notices

    def routes(self) -> list[Route]:
        return [row for mode in (DIRECT, PARTNER) for row in self._routes(mode)]

    def _routes(self, mode: Mode) -> list[Route]:
        guard, root = self.gate.guard, mode.root
        return [
            Route("POST", f"{root}/jsapi", guard(lambda c: self.prepay(c, mode)), "orders.prepay"),
            Route(
                "GET",
                f"{root}/out-trade-no/{{out_trade_no}}",
                guard(lambda c: self.query(c, mode)),
                "orders.query",
            ),
            Route(
                "GET",
                f"{root}/id/{{transaction_id}}",
                guard(lambda c: self.query(c, mode)),
                "orders.query",
            ),
            Route(
                "POST",
                f"{root}/out-trade-no/{{out_trade_no}}/close",
                guard(lambda c: self.close(c, mode)),
                "orders.close",
            ),
        ]

    def prepay(self, call: Call, mode: Mode) -> dict[str, Any]:
        check(call.body, Group(mode.fields), "请求正文", "/body")
        check_parties(call.body, mode, self.gate.merchant)
        now = self.stage.clock.now()
        known = self.books.orders.get(call.body["out_trade_no"])
        if known is None:
            order = self._new_order(call.body, mode, now)
            self.stage.clock.at(order.expires_at, lambda: self.expire(order.out_trade_no), "expiry")
        else:
            order = _asked_again(known, call.body)
            if now >= order.prepaid_at + PREPAY_LIFE:
                order = replace(order, prepay_id=self._prepay_id(now), prepaid_at=now)
        self.books.put(order)
        return {"prepay_id": order.prepay_id}

    def query(self, call: Call, mode: Mode) -> dict[str, Any]:
        return transaction(self._order(call, mode, call.query, "query"))

    def close(self, call: Call, mode: Mode) -> None:
        order = self._order(call, mode, call.body, "body")
        if order.paid:
            raise impossible("该订单已支付")
        orders = {order.out_trade_no}
        race = self.stage.faults.take("wechat_pay", "paid_while_closing", "orders.close", orders)
        if order.state is TradeState.NOTPAY:
            order = self.books.put(books.close(order, self.stage.clock.now()))
        if race:
            self.capture(order, self.stage.clock.now())

    def expire(self, out_trade_no: str) -> None:
        """Close an order whose time is over. Only an unpaid one has such a time."""
        order = self.books.orders[out_trade_no]
        if order.state is TradeState.NOTPAY:
            self.books.put(books.close(order, order.expires_at))

    def capture(self, order: Order, at: datetime) -> Order:
        """Take the citizen's money and tell the merchant."""
        day = f"{beijing_day(at):%Y%m%d}"
        chance = self.stage.randomness
        number = f"4200{chance.digits(6)}{day}{chance.digits(10)}"
        paid = self.books.put(books.pay(order, number, at))
        self.stage.deliveries.post(self.notices.payment(paid))
        return paid

    def _order(self, call: Call, mode: Mode, place: Mapping[str, Any], where: str) -> Order:
        """Return the order a call names, if it belongs to the merchant it names too."""
        names = [name for name in mode.fields if name.endswith("mchid")]
        for name in names:
            if not place.get(name):
                raise bad_field(f"/{where}/{name}", None, f"输入源“/{where}/{name}”为必填项")
        if place[mode.merchant] != self.gate.merchant.mch_id:
            message = "http header中的mchid与请求中的mchid不匹配"
            raise bad_field(f"/{where}/{mode.merchant}", place[mode.merchant], message)
        if "transaction_id" in call.parts:
            order = self.books.paid_as(call.parts["transaction_id"])
        else:
            order = self.books.orders.get(call.parts["out_trade_no"])
        if order is None or any(order.ids.get(name) != place[name] for name in names):
            raise no_order()
        return order

    def _new_order(self, body: Mapping[str, Any], mode: Mode, now: datetime) -> Order:
        return Order(
            out_trade_no=body["out_trade_no"],
            prepay_id=self._prepay_id(now),
            ids=mode.ids(body),
            payer=body["payer"],
            asked=body,
            total_fen=body["amount"]["total"],
            description=body["description"],
            attach=body.get("attach") or "",
            notify_url=body["notify_url"],
            created_at=now,
            prepaid_at=now,
            expires_at=now + self._life(body),
        )

    def _life(self, body: Mapping[str, Any]) -> timedelta:
        """Return how long an order may be paid. The caller reckons by the signatures' clock."""
        if not body.get("time_expire"):
            return ORDER_LIFE
        path = "/body/time_expire"
        life = moment(body["time_expire"], "交易结束时间", path) - self.stage.signing_now()
        if life < timedelta(minutes=1):
            raise bad_field(path, body["time_expire"], "交易结束时间必须晚于当前时间1分钟以上")
        return min(life, ORDER_LIFE)

    def _prepay_id(self, now: datetime) -> str:
        return f"wx{now.astimezone(BEIJING):%Y%m%d%H%M%S}{self.stage.randomness.hex(20)}"


def _asked_again(known: Order, body: Mapping[str, Any]) -> Order:
    """Return the order that is asked for again, or raise what its state forbids."""
    if known.asked != body:
        raise Refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
    if known.state is TradeState.CLOSED:
        raise Refusal(400, "ORDER_CLOSED", "订单已关闭")
    if known.paid:
        raise impossible("该订单已支付")
    return known
