"""The non-tax platform's calls: ask what is owed, order, look, list, refund.

Source: developers.weixin.qq.com, «微信非税缴费» and the pages of nontaxpay. Inferred, since no page
says it: errcodes beyond the general ones (232 and 236 are those of the notifications), that a
refund's number asked for again gives the same refund, and that a refund takes three seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mock_platforms.routes import Route
from mock_platforms.wechat.errors import Errcode, done
from mock_platforms.wechat.nontax import fields
from mock_platforms.wechat.nontax.answers import order_json
from mock_platforms.wechat.nontax.books import Books, Order, Refund, Status
from mock_platforms.wechat.nontax.moments import beijing_day
from mock_platforms.wechat.nontax.notices import Notices
from mock_platforms.wechat.platform import OpenPlatform

PAID_ALREADY, WRONG_BANK = "notice is paid already", "not allowed to be paid at this bank"
PAGE = {"appid": "wx9d3e54b2c1a0f687", "pagepath": "pages/pay/index", "business_type": "nontaxpay"}
REFUND_TAKES_S = 3


@dataclass(frozen=True, slots=True)
class Desk:
    platform: OpenPlatform
    books: Books
    notices: Notices

    def calls(self) -> list[Route]:
        posts = self.platform.posts
        return [
            *posts("/nontax/queryfee", self.query_fee, "nontax.queryfee"),
            *posts("/nontax/unifiedorder", self.unified_order, "nontax.unifiedorder"),
            *posts("/nontax/getorder", self.get_order, "nontax.getorder"),
            *posts("/nontax/getorderlist", self.get_order_list, "nontax.getorderlist"),
            *posts("/nontax/refund", self.refund, "nontax.refund"),
        ]

    def query_fee(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.ours(body)
        fields.whole(body, "service_id", least=1)
        fields.unit(body)
        notice = self.books.notices.get(fields.text(body, "payment_notice_no"))
        names = ("department_code", "region_code")
        if notice is None or any(notice[name] != body[name] for name in names):
            raise fields.wrong("payment_notice_no")
        if notice["paid"]:
            raise Errcode(232, PAID_ALREADY)
        return done(**{name: value for name, value in notice.items() if name != "paid"})

    def unified_order(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.ours(body)
        if body.get("trade_type") != "MWEB" and body.get("openid") not in self.platform.citizens:
            raise Errcode(40003)
        fields.order(body)
        self._through(body)
        now = self.platform.stage.clock.now()
        last = fields.day(body, "payment_expire_date", needed=False)
        if last is not None and last < beijing_day(now):
            raise fields.wrong("payment_expire_date")
        if self.books.paid_under(fields.one_number(body)) is not None:
            raise Errcode(232, PAID_ALREADY)
        order_id = f"AQ{self.platform.stage.randomness.text(26)}"
        order = Order(order_id, dict(body), now, now + self.books.order_life)
        self.books.put(order)
        self.platform.stage.clock.at(order.closes_at, lambda: self.expire(order_id), "expiry")
        query = f"order_id={order_id}"
        root = self.platform.stage.base_url("wechat")
        return done(
            order_id=order_id,
            pay_url=f"{root}/nontax/page?{query}",
            miniprogram={**PAGE, "query_string": query},
        )

    def get_order(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        order = self._order(body)
        history = self.notices.history(order)
        return done(**order_json(self.books, order), notify_history=history)

    def get_order_list(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """List many orders of one number, and at most one that is paid."""
        self.ours(body)
        fields.unit(body)
        names = ("department_code", "region_code")
        found = [
            order
            for order in self.books.of_number(fields.one_number(body))
            if all(order.asked[name] == body[name] for name in names)
        ]
        paid = next((order.order_id for order in found if order.paid), "")
        return done(order_id_list=[order.order_id for order in found], paid_order_id=paid)

    def refund(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        order = self._order(body)
        reason = fields.text(body, "reason")
        out_id = fields.text(body, "refund_out_id", needed="refund_fee" in body)
        whole = "refund_fee" not in body
        fee = order.fee if whole else fields.whole(body, "refund_fee", least=1)
        return done(refund_order_id=self.give_back(order, fee, out_id, reason, whole=whole))

    def give_back(self, order: Order, fee: int, out_id: str, reason: str, *, whole: bool) -> str:
        """Take a refund up and return its number. Raises Errcode."""
        if not order.paid:
            raise fields.wrong("order_id")
        earlier = self.books.refunds_of(order)
        for known in earlier:
            if out_id and known.refund_out_id == out_id:
                if (known.fee, known.whole) != (fee, whole):
                    raise fields.wrong("refund_out_id")
                return known.refund_order_id
        if fee > self.books.left(order) or (whole and earlier):
            raise fields.wrong("refund_fee")
        stage = self.platform.stage
        number = f"RF{stage.randomness.text(26)}"
        now = stage.clock.now()
        self.books.refunds[number] = Refund(number, order.order_id, out_id, fee, whole, reason, now)
        self.books.after_refunds(order)
        stage.clock.after(REFUND_TAKES_S, lambda: self.finish(number), "non-tax refund")
        return number

    def finish(self, refund_order_id: str) -> None:
        """The money has arrived; the department is told."""
        now = self.platform.stage.clock.now()
        refund = replace(self.books.refunds[refund_order_id], finished_at=now)
        self.books.refunds[refund_order_id] = refund
        order = self.books.after_refunds(self.books.orders[refund.order_id])
        self.notices.refunded(order, refund)

    def capture(self, order: Order, at: datetime) -> Order:
        """Take the citizen's money and tell the department."""
        number = f"4200{self.platform.stage.randomness.digits(6)}{beijing_day(at):%Y%m%d}"
        number += self.platform.stage.randomness.digits(10)
        paid = self.books.put(replace(order, status=Status.PAID, trans_id=number, paid_at=at))
        if notice := self.books.notices.get(paid.number):
            self.books.notices[paid.number] = {**notice, "paid": True}
        self.notices.paid(paid)
        return paid

    def expire(self, order_id: str) -> None:
        order = self.books.orders[order_id]
        if order.status is Status.UNPAID:
            self.books.put(replace(order, status=Status.CLOSED))

    def ours(self, body: Mapping[str, Any]) -> None:
        if body.get("appid") != self.platform.app_id:
            raise Errcode(40013)

    def _through(self, body: Mapping[str, Any]) -> None:
        """Check the bank: this is a test environment, where it has to be named."""
        if fields.text(body, "bank_id") != self.books.bank.bank_id:
            raise Errcode(236, WRONG_BANK)
        if body.get("mch_id", self.books.bank.mch_id) != self.books.bank.mch_id:
            raise fields.wrong("mch_id")
        fields.text(body, "bank_account", needed=False)

    def _order(self, body: Mapping[str, Any]) -> Order:
        self.ours(body)
        order = self.books.orders.get(fields.text(body, "order_id"))
        if order is None:
            raise fields.wrong("order_id")
        return order
