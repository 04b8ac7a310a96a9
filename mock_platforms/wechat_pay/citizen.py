"""What the citizen does with an order: control rows of the WeChat Pay stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import signatures
from mock_platforms.wechat_pay.answers import refund_json, transaction
from mock_platforms.wechat_pay.books import Order, TradeState
from mock_platforms.wechat_pay.errors import Refusal
from mock_platforms.wechat_pay.payments import PREPAY_LIFE, Payments
from mock_platforms.wechat_pay.refunds import Refunds

ORDER = "/wechat_pay/orders/{order}"


@dataclass(frozen=True, slots=True)
class Citizen:
    """The person with the phone; `order` is an out_trade_no, a prepay_id or a transaction_id."""

    stage: Stage
    payments: Payments
    refunds: Refunds

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                f"{ORDER}/pay",
                self.pay,
                "The citizen pays; the notification follows.",
                {
                    "openid?": "who pays; must be the order's payer",
                    "at?": "when (RFC 3339), also in the past, so that past days have bills",
                    "late?": "true pays an order that was closed: it won the race with the close",
                },
                '{"errMsg", "trade_state", "transaction_id"}',
            ),
            ControlRoute(
                "POST",
                f"{ORDER}/cancel",
                self.cancel,
                "The citizen leaves the payment sheet; the order stays unpaid.",
                answers='{"errMsg", "trade_state"}',
            ),
            ControlRoute(
                "POST",
                "/wechat_pay/request-payment",
                self.request_payment,
                "The page calls wx.requestPayment and the citizen pays; paySign is checked.",
                {
                    "appId": "of the mini-program the page runs in",
                    "timeStamp": "seconds, as text",
                    "nonceStr": "as signed",
                    "package": "prepay_id=…",
                    "signType": "RSA",
                    "paySign": "as signed",
                    "openid?": "who holds the phone",
                },
                '{"errMsg", "trade_state", "transaction_id"}',
            ),
            ControlRoute(
                "POST",
                f"{ORDER}/refund",
                self.refund,
                "Somebody refunds in WeChat's web console, past the gateway.",
                {"amount_fen": "how much"},
                "the refund",
            ),
            ControlRoute("GET", ORDER, self.look, "Look an order and its refunds up."),
            ControlRoute(
                "GET",
                "/wechat_pay/books",
                self.books,
                "Tell the platform's own books: what was taken and given back, in fen.",
                answers='{"captured_fen", "refunded_fen", "orders": […], "refunds": […]}',
            ),
        ]

    def pay(self, command: Command) -> dict[str, Any]:
        order = self._order(command.parts["order"])
        at = command.moment("at") or self.stage.clock.now()
        if at > self.stage.clock.now():
            raise Refused("nobody pays in the future", field="at")
        if command.body.get("openid", _payer(order)) != _payer(order):
            raise Refused("this prepay_id is another citizen's", field="openid", status=409)
        if order.paid:
            raise Refused("the order is paid; WeChat takes money once", status=409)
        if order.state is TradeState.CLOSED and not command.flag("late"):
            raise Refused("the order is closed", status=409)
        if at >= order.prepaid_at + PREPAY_LIFE and not command.flag("late"):
            raise Refused("the prepay_id is older than two hours: ask for it again", status=409)
        paid = self.payments.capture(order, at)
        return {
            "errMsg": "requestPayment:ok",
            "trade_state": paid.state.value,
            "transaction_id": paid.transaction_id,
        }

    def cancel(self, command: Command) -> dict[str, Any]:
        order = self._order(command.parts["order"])
        return {"errMsg": "requestPayment:fail cancel", "trade_state": order.state.value}

    def request_payment(self, command: Command) -> dict[str, Any]:
        """Check the page's parameters as the phone does, then pay.

        Signed text: appId, timeStamp, nonceStr, package, each closed by a line feed
        (pay.weixin.qq.com/doc/v3/merchant/4012365341).
        """
        merchant = self.payments.gate.merchant
        signed = [command.text(name) for name in ("appId", "timeStamp", "nonceStr", "package")]
        if command.text("signType") != "RSA":
            raise Refused("signType must be RSA", field="signType")
        text = "".join(f"{line}\n" for line in signed).encode()
        if not signatures.verifies(merchant.public_key, text, command.text("paySign")):
            raise Refused("requestPayment:fail, paySign does not verify", field="paySign")
        name, _, prepay_id = command.text("package").partition("=")
        if name != "prepay_id":
            raise Refused("package must be prepay_id=…", field="package")
        order = self.payments.books.prepaid_as(prepay_id)
        if order is None:
            raise Refused("no such prepay_id, or no longer", field="package", status=404)
        if command.text("appId") != order.payers_app:
            raise Refused("not the appId under which the payer has this openid", field="appId")
        who = {"openid": command.text("openid")} if "openid" in command.body else {}
        return self.pay(Command({"order": prepay_id}, who))

    def refund(self, command: Command) -> dict[str, Any]:
        order = self._order(command.parts["order"])
        try:
            refund = self.refunds.from_console(order, command.integer("amount_fen"))
        except Refusal as refusal:
            raise Refused(refusal.message, field="amount_fen", status=409) from refusal
        return refund_json(refund)

    def look(self, command: Command) -> dict[str, Any]:
        order = self._order(command.parts["order"])
        refunds = self.payments.books.refunds_of(order)
        return {
            **transaction(order),
            "prepay_id": order.prepay_id,
            "description": order.description,
            "refunds": [refund_json(refund) for refund in refunds],
        }

    def books(self, _: Command) -> dict[str, Any]:
        orders = self.payments.books.orders.values()
        refunds = self.payments.books.refunds.values()
        return {
            "captured_fen": sum(order.total_fen for order in orders if order.paid),
            "refunded_fen": sum(r.refund_fen for r in refunds if r.succeeded_at is not None),
            "orders": [transaction(order) for order in orders],
            "refunds": [refund_json(refund) for refund in refunds],
        }

    def _order(self, number: str) -> Order:
        order = self.payments.books.find(number)
        if order is None:
            raise Refused(f"no order {number}", field="order", status=404)
        return order


def _payer(order: Order) -> str:
    return next(iter(order.payer.values()))
