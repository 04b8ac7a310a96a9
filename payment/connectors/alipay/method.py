"""Alipay as a payment method: trades of a mini-program (`JSAPI_PAY`) round the gateway's client."""

from datetime import datetime
from typing import Any

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Unavailable
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from payment.connectors.alipay import trades, words
from payment.connectors.alipay.callbacks import read_callback
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, Repayment

# Parts of sub codes, which differ between methods and in their prefixes.
_PAID = ("TRADE_HAS_SUCCESS", "TRADE_HAS_FINISHED")
_CLOSED = ("TRADE_HAS_CLOSE", "NOW_TIME_AFTER_EXPIRE_TIME")
_ABSENT = ("TRADE_NOT_EXIST",)
_NOT_WAITING = ("TRADE_STATUS_ERROR", "REASON_TRADE_STATUS_INVALID", "REASON_ILLEGAL_STATUS")

# Exactly these bytes end the repeats; anything else asks for the next.
_HEADERS = Headers({"Content-Type": "text/plain; charset=utf-8"})
_HAVE_IT = HttpResponse(200, _HEADERS, b"success")
_SEND_AGAIN = HttpResponse(200, _HEADERS, b"failure")


class AlipayMethod:
    """Implements `PaymentMethod`."""

    def __init__(
        self,
        platform: OpenPlatform,
        *,
        name: str,
        channel: str,
        seller_id: str,
        id_mode: IdMode,
        notify_url: str,
    ) -> None:
        self.name = name
        self.channel = channel
        self.app = platform.account.app_id
        self.merchant = seller_id
        self._platform = platform
        self._id_mode = id_mode
        self._notify_url = notify_url

    async def prepare(self, order: Payable) -> str:
        content = trades.create(order, app_id=self.app, id_mode=self._id_mode)
        try:
            node = await self._platform.call(trades.CREATE, content, notify_url=self._notify_url)
        except AlipayRefused as refusal:
            if refusal.says(*_PAID):
                raise AlreadyPaid from refusal
            if refusal.says(*_CLOSED):
                raise OrderClosed from refusal
            raise
        return words.text(_about(order.order_id, node), "trade_no")

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        return {"tradeNO": handle}

    async def ask(self, order_id: str) -> PaymentFact:
        """A query names neither application nor payee: it answers about those who ask."""
        try:
            node = await self._platform.call(trades.QUERY, {"out_trade_no": order_id})
        except AlipayRefused as refusal:
            if refusal.says(*_ABSENT):
                return PaymentFact(order_id, PaymentStatus.ABSENT)
            raise
        return words.payment_fact(
            _about(order_id, node),
            app=self.app,
            merchant=self.merchant,
            paid_at_field="send_pay_date",
        )

    async def close(self, order_id: str) -> None:
        """Close a trade that waits for its buyer; of any other, ask what is true."""
        try:
            await self._platform.call(trades.CLOSE, {"out_trade_no": order_id})
        except AlipayRefused as refusal:
            if refusal.says(*_ABSENT):
                return
            if not refusal.says(*_NOT_WAITING):
                raise
            status = (await self.ask(order_id)).status
            if status is PaymentStatus.PAID:
                raise AlreadyPaid from refusal
            if status is PaymentStatus.UNPAID:
                raise Unavailable("Alipay neither closes the trade nor says why") from refusal

    async def refund(self, repayment: Repayment) -> RefundFact:
        """Give money back. `fund_change` Y: this call moved it; else ask what became of it.

        The answer's `refund_fee` is the sum of all refunds of the trade: it is not read.
        """
        order_id, refund_no = repayment.order_id, repayment.refund_no
        node = await self._platform.call(trades.REFUND, trades.refund(repayment))
        if _about(order_id, node).get("fund_change") == "Y":
            return words.sent_back(node, order_id, refund_no, repayment.amount_fen)
        asked = await self.ask_refund(order_id, refund_no)
        if asked.status is RefundStatus.ABSENT:
            # The query lags a refund by some ten seconds.
            return RefundFact(order_id, refund_no, RefundStatus.PROCESSING)
        return asked

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        content = trades.refund_query(order_id, refund_no)
        try:
            node = await self._platform.call(trades.REFUND_QUERY, content)
        except AlipayRefused as refusal:
            if refusal.says(*_ABSENT):
                return RefundFact(order_id, refund_no, RefundStatus.ABSENT)
            raise
        if node.get("out_request_no", refund_no) != refund_no:
            raise Unavailable("an answer about another refund")
        return words.refund_fact(node, order_id, refund_no)

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        return read_callback(request.body, self._platform.alipay_keys, now)

    def answer(self, *, accepted: bool) -> HttpResponse:
        return _HAVE_IT if accepted else _SEND_AGAIN


def _about(order_id: str, node: dict[str, Any]) -> dict[str, Any]:
    """A signed answer says nothing of its request: one about another order may be a replay."""
    if node.get("out_trade_no") != order_id:
        raise Unavailable("an answer about another order")
    return node
