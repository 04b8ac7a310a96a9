"""Samplebank as a payment method: a call of the line for each verb of the port."""

from datetime import datetime

from channel_gateway.domain.days import rfc3339
from channel_gateway.domain.errors import NotFound
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, Repayment
from tests.sample_channel.adapters.samplebank.line import Errors, Line, read, signed, text, verify
from tests.sample_channel.payment.connectors.samplebank_pay import words

# Change here: the platform's words for no, and for «have it» and «send it again».
ERRORS: Errors = {
    "ORDER_PAID": AlreadyPaid,
    "ORDER_CLOSED": OrderClosed,
    "ORDER_UNKNOWN": NotFound,
    "REFUND_UNKNOWN": NotFound,
}
JSON = Headers({"Content-Type": "application/json"})
HAVE_IT = HttpResponse(200, JSON, b'{"code":"OK"}')
SEND_AGAIN = HttpResponse(500, JSON, b'{"code":"AGAIN"}')


class SamplebankPay:
    """Implements `PaymentMethod`."""

    def __init__(self, line: Line, *, name: str, channel: str, notify_url: str) -> None:
        self.name = name
        self.channel = channel
        self.app = line.settings.app_id
        self.merchant = line.settings.merchant_id
        self._line = line
        self._notify_url = notify_url

    async def prepare(self, order: Payable) -> str:
        answer = await self._line.call(
            "/v1/orders/prepare",
            ERRORS,
            out_trade_no=order.order_id,
            amount_fen=order.amount_fen,
            description=order.description,
            openid=order.payer.reveal(),
            expires_at=rfc3339(order.expires_at),
            notify_url=self._notify_url,
        )
        return text(answer, "prepay_id")

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        timestamp = str(int(now.timestamp()))
        sign = signed(self._line.our_key, handle, timestamp, nonce, b"")["X-Signature"]
        return {"prepay_id": handle, "timestamp": timestamp, "nonce": nonce, "sign": sign}

    async def ask(self, order_id: str) -> PaymentFact:
        try:
            answer = await self._line.call("/v1/orders/query", ERRORS, out_trade_no=order_id)
        except NotFound:
            return PaymentFact(order_id, PaymentStatus.ABSENT)
        return words.payment_fact(answer)

    async def close(self, order_id: str) -> None:
        try:
            await self._line.call("/v1/orders/close", ERRORS, out_trade_no=order_id)
        except NotFound:
            return  # what the platform never heard of, nobody can pay

    async def refund(self, repayment: Repayment) -> RefundFact:
        answer = await self._line.call(
            "/v1/refunds/create",
            out_trade_no=repayment.order_id,
            out_refund_no=repayment.refund_no,
            amount_fen=repayment.amount_fen,
            reason=repayment.reason,
        )
        return words.refund_fact(answer)

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        asked = {"out_trade_no": order_id, "out_refund_no": refund_no}
        try:
            answer = await self._line.call("/v1/refunds/query", ERRORS, **asked)
        except NotFound:
            return RefundFact(order_id, refund_no, RefundStatus.ABSENT)
        return words.refund_fact(answer)

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        verify(request.headers, request.body, self._line.platform_key, now)
        return words.fact(read(request.body))

    def answer(self, *, accepted: bool) -> HttpResponse:
        return HAVE_IT if accepted else SEND_AGAIN
