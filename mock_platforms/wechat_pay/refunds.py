"""Refunds: asked for, processed a moment later, told; and the ones that go wrong.

Source: pay.weixin.qq.com, "refund request", "refund query", "abnormal refund".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay.answers import refund_json
from mock_platforms.wechat_pay.books import Books, Order, Refund, RefundStatus, TradeState
from mock_platforms.wechat_pay.errors import Refusal, bad_field, impossible, no_resource
from mock_platforms.wechat_pay.fields import check
from mock_platforms.wechat_pay.gate import Call, Gate
from mock_platforms.wechat_pay.moments import beijing_day
from mock_platforms.wechat_pay.notices import Notices
from mock_platforms.wechat_pay.refund_fields import ABNORMAL_ASK, ASK

PROCESSING_S = 2
REFUNDABLE = timedelta(days=365)
MOST_PARTS = 50
BETWEEN_PARTS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Refunds:
    stage: Stage
    gate: Gate
    books: Books
    notices: Notices

    def routes(self) -> list[Route]:
        root, guard = "/v3/refund/domestic/refunds", self.gate.guard
        return [
            Route("POST", root, guard(self.create), "refunds.create"),
            Route("GET", f"{root}/{{out_refund_no}}", guard(self.query), "refunds.query"),
            Route(
                "POST",
                f"{root}/{{refund_id}}/apply-abnormal-refund",
                guard(self.apply_abnormal),
                "refunds.apply_abnormal",
            ),
        ]

    async def create(self, call: Call) -> dict[str, Any]:
        check(call.body, ASK, "请求正文", "/body")
        order = self._order(call.body)
        if known := self.books.refunds.get(call.body["out_refund_no"]):
            _same_again(known, order, call.body)
            return refund_json(known)
        self._check_limits(order, call.body)
        numbers = {order.out_trade_no, order.transaction_id, call.body["out_refund_no"]}
        if self.stage.faults.take(
            "wechat_pay", "merchant_balance_short", "refunds.create", numbers
        ):
            raise Refusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
        refund = self.books.put_refund(self._new_refund(order, call.body))
        self.books.put(replace(order, state=TradeState.REFUND))
        end = self._end(numbers)
        if self.stage.faults.take("wechat_pay", "refund_notify_first", "refunds.create", numbers):
            await self.finish(refund.out_refund_no, end, at_once=True)
        else:
            self._finish_later(refund, end)
        return refund_json(refund)

    def query(self, call: Call) -> dict[str, Any]:
        refund = self.books.refunds.get(call.parts["out_refund_no"])
        sub_mch_id = call.query.get("sub_mchid")
        if refund is None or refund.order.ids.get("sub_mchid") != sub_mch_id:
            raise no_resource("退款单不存在")
        return refund_json(refund)

    def apply_abnormal(self, call: Call) -> dict[str, Any]:
        """Send an ABNORMAL refund to another account. Card and name come sealed."""
        check(call.body, ABNORMAL_ASK, "请求正文", "/body")
        refund = self.books.refund_by_id(call.parts["refund_id"])
        if refund is None or refund.out_refund_no != call.body["out_refund_no"]:
            raise no_resource("退款单不存在")
        if refund.order.ids.get("sub_mchid") != call.body.get("sub_mchid"):
            raise no_resource("退款单不存在")
        if refund.status is not RefundStatus.ABNORMAL:
            raise impossible("退款单状态不支持异常退款")
        if call.body["type"] == "USER_BANK_CARD":
            self._check_sealed(call)
        refund = replace(refund, status=RefundStatus.PROCESSING, channel="OTHER_BANKCARD")
        self.books.put_refund(refund)
        self._finish_later(refund, RefundStatus.SUCCESS)
        return refund_json(refund)

    def from_console(self, order: Order, refund_fen: int) -> Refund:
        """Refund in WeChat's own web console, past the merchant's system: nobody is told."""
        amount = {"refund": refund_fen, "total": order.total_fen, "currency": "CNY"}
        ask = {"out_refund_no": f"CONSOLE{self.stage.randomness.digits(20)}", "amount": amount}
        self._check_limits(order, ask)
        refund = self.books.put_refund(self._new_refund(order, ask))
        self.books.put(replace(order, state=TradeState.REFUND))
        self._finish_later(refund, RefundStatus.SUCCESS)
        return refund

    async def finish(
        self, out_refund_no: str, status: RefundStatus, *, at_once: bool = False
    ) -> None:
        """End a refund and tell the merchant, at once or as soon as the clock runs."""
        refund = self.books.refunds[out_refund_no]
        if refund.status is not RefundStatus.PROCESSING:
            return
        done = self.stage.clock.now() if status is RefundStatus.SUCCESS else None
        refund = self.books.put_refund(replace(refund, status=status, succeeded_at=done))
        if not refund.notify_url:
            return
        notice = self.notices.refund(refund)
        if at_once:
            await self.stage.deliveries.send_now(notice)
        else:
            self.stage.deliveries.post(notice)

    def _finish_later(self, refund: Refund, end: RefundStatus) -> None:
        self.stage.clock.after(
            PROCESSING_S,
            lambda: self.finish(refund.out_refund_no, end),
            f"wechat_pay refund {refund.out_refund_no} ends",
        )

    def _end(self, orders: set[str]) -> RefundStatus:
        take = self.stage.faults.take
        if take("wechat_pay", "refund_abnormal", "refunds.create", orders):
            return RefundStatus.ABNORMAL
        if take("wechat_pay", "refund_closed", "refunds.create", orders):
            return RefundStatus.CLOSED
        return RefundStatus.SUCCESS

    def _order(self, body: Mapping[str, Any]) -> Order:
        transaction_id, out_trade_no = body.get("transaction_id"), body.get("out_trade_no")
        if transaction_id:
            order = self.books.paid_as(transaction_id)
        elif out_trade_no:
            order = self.books.orders.get(out_trade_no)
        else:
            message = "transaction_id和out_trade_no必须二选一"
            raise bad_field("/body/transaction_id", None, message)
        if order is None or order.ids.get("sub_mchid") != body.get("sub_mchid"):
            raise no_resource("订单号不存在")
        if out_trade_no not in (None, order.out_trade_no):
            raise impossible("transaction_id和out_trade_no不匹配")
        return order

    def _check_limits(self, order: Order, body: Mapping[str, Any]) -> None:
        """Raise when an order cannot give back so much, so late, or so soon again."""
        now, earlier = self.stage.clock.now(), self.books.refunds_of(order)
        funds = body["amount"].get("from")
        if funds and sum(one["amount"] for one in funds) != body["amount"]["refund"]:
            raise impossible("退款出资金额之和与退款金额不一致")
        if order.paid_at is None:
            raise impossible("订单未支付，不支持退款")
        if body["amount"]["total"] != order.total_fen:
            raise impossible("订单金额或退款金额与之前请求不一致，请核实后再试")
        if sum(r.refund_fen for r in earlier) + body["amount"]["refund"] > order.total_fen:
            raise impossible("累计退款金额大于订单金额")
        if now > order.paid_at + REFUNDABLE:
            raise impossible("订单已超过可退款的最大期限(1年)")
        if len(earlier) >= MOST_PARTS:
            raise Refusal(403, "RULE_LIMIT", "该订单退款次数超过限制")
        if any(now - r.created_at < BETWEEN_PARTS for r in earlier):
            raise Refusal(429, "FREQUENCY_LIMITED", "同一订单的多次退款需间隔1分钟以上")

    def _new_refund(self, order: Order, body: Mapping[str, Any]) -> Refund:
        now, chance = self.stage.clock.now(), self.stage.randomness
        return Refund(
            out_refund_no=body["out_refund_no"],
            refund_id=f"503{chance.digits(8)}{beijing_day(now):%Y%m%d}{chance.digits(10)}",
            order=order,
            refund_fen=body["amount"]["refund"],
            reason=body.get("reason") or "",
            notify_url=body.get("notify_url") or "",
            funds_account=body.get("funds_account") or "UNSETTLED",
            funds_from=body["amount"].get("from") or [],
            created_at=now,
        )

    def _check_sealed(self, call: Call) -> None:
        for name in ("bank_account", "real_name"):
            self.gate.opened(call, name)


def _same_again(known: Refund, order: Order, body: Mapping[str, Any]) -> None:
    """Raise unless a repeated number asks for the same refund of the same order."""
    if (
        known.order.out_trade_no != order.out_trade_no
        or known.refund_fen != body["amount"]["refund"]
        or known.order.total_fen != body["amount"]["total"]
    ):
        raise impossible("订单金额或退款金额与之前请求不一致，请核实后再试")
