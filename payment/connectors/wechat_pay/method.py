"""WeChat Pay as a payment method: pairs of messages round the signed line."""

from datetime import datetime

from channel_gateway.domain.errors import UnknownKey
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from payment.connectors.wechat_pay import messages
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.callbacks import read_callback
from payment.connectors.wechat_pay.signing import pay_parameters
from payment.facts import Fact, PaymentFact, RefundFact
from payment.ports import Payable, PayeeCard, Repayment

# The status decides; of the body only people read.
SEND_AGAIN = '{"code":"FAIL","message":"未能处理，请稍后重发"}'.encode()


class WechatPay:
    def __init__(
        self, account: Account, api: Api, *, name: str, channel: str, notify_url: str
    ) -> None:
        self.name = name
        self.channel = channel
        self.app = account.app_id
        self.merchant = account.merchant.mch_id
        self._account = account
        self._api = api
        self._notify_url = notify_url

    async def prepare(self, order: Payable) -> str:
        asked = messages.prepare(self._account, order, self._notify_url)
        return messages.read_prepared(await self._api.call(asked))

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        timestamp = int(now.timestamp())
        account = self._account
        return pay_parameters(
            account.merchant, account.app_id, handle, timestamp=timestamp, nonce=nonce
        )

    async def ask(self, order_id: str) -> PaymentFact:
        response = await self._api.call(messages.ask(self._account, order_id))
        return messages.read_asked(response, order_id)

    async def close(self, order_id: str) -> None:
        messages.read_closed(await self._api.call(messages.close(self._account, order_id)))

    async def refund(self, repayment: Repayment) -> RefundFact:
        response = await self._api.call(messages.refund(repayment, self._notify_url))
        return messages.read_refund(response, repayment.order_id, repayment.refund_no)

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        response = await self._api.call(messages.ask_refund(refund_no))
        return messages.read_asked_refund(response, order_id, refund_no)

    async def refund_to_card(self, order_id: str, refund_no: str, card: PayeeCard) -> RefundFact:
        known = await self._api.call(messages.ask_refund(refund_no))
        refund_id = messages.read_refund_id(known)
        seal = await self._api.seal()
        asked = messages.refund_to_card(refund_id, refund_no, card, seal)
        return messages.read_refund(await self._api.call(asked), order_id, refund_no)

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        try:
            return self._read(request, now)
        except UnknownKey:
            await self._api.learn()
            return self._read(request, now)

    def answer(self, *, accepted: bool) -> HttpResponse:
        if accepted:
            return HttpResponse(204)
        return HttpResponse(500, Headers({"Content-Type": "application/json"}), SEND_AGAIN)

    def _read(self, request: HttpRequest, now: datetime) -> Fact | None:
        return read_callback(request.headers, request.body, self._api.keys, self._account.aead, now)
