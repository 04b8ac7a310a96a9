"""WeChat's non-tax platform as a payment method: our number, and the platform's orders under it.

The platform may have several orders under one number of ours, and takes money for one of them at
most. It has no call that closes an order: an unpaid one closes by itself when its time is over.
"""

from datetime import datetime

from channel_gateway.domain.errors import GatewayError, Refused
from channel_gateway.ports import Clock
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.connectors.wechat_nontax import answers, messages, words
from payment.connectors.wechat_nontax.account import Account
from payment.connectors.wechat_nontax.callbacks import read_notification
from payment.connectors.wechat_nontax.kept import KeptOrder, KeptOrders
from payment.connectors.wechat_nontax.line import Line
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, ClosesByItself, OrderClosed, Payable, Repayment


class WechatNontax:
    """Implements `PaymentMethod` and `SaysWhy`."""

    def __init__(
        self,
        account: Account,
        line: Line,
        kept: KeptOrders,
        clock: Clock,
        *,
        name: str,
        channel: str,
    ) -> None:
        self.name = name
        self.channel = channel
        self.app = account.app.app_id
        self.merchant = account.bank_id
        self._account = account
        self._line = line
        self._kept = kept
        self._clock = clock

    async def prepare(self, order: Payable) -> str:
        kept = await self._kept.get(order.order_id)
        if kept is None:
            kept = await self._begun(order)
        else:
            await self._still_payable(order, kept)
            if kept.handle is not None:
                return kept.handle
        body = messages.unified_order(self._account, order, kept)
        response = await self._line.call("unifiedorder", body)
        return await self._kept.answered(order.order_id, messages.read_ordered(response))

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        return messages.page_of(handle)

    async def ask(self, order_id: str) -> PaymentFact:
        """What was never sent, the platform has never heard of."""
        kept = await self._kept.get(order_id)
        if kept is None:
            return PaymentFact(order_id, PaymentStatus.ABSENT)
        return (await self._asked(kept))[0]

    async def close(self, order_id: str) -> None:
        status = (await self.ask(order_id)).status
        if status is PaymentStatus.PAID:
            raise AlreadyPaid
        if status is PaymentStatus.UNPAID:
            raise ClosesByItself

    async def refund(self, repayment: Repayment) -> RefundFact:
        """What is known is not sent again: the platform's answer to a repeat is not documented."""
        order = await self._paid(repayment.order_id)
        if order is None:
            raise Refused("nothing was paid that could be given back")
        known = words.refund_fact(order, repayment.refund_no)
        if known.status is not RefundStatus.ABSENT:
            if known.amount_fen != repayment.amount_fen:
                raise Refused("this refund number was used for another amount", field="refund_no")
            return known
        whole = repayment.amount_fen == order["fee"] and not words.given_back(order)
        body = messages.refund(self._account, order["order_id"], repayment, whole=whole)
        messages.read_refund(await self._line.call("refund", body))
        told = await self.ask_refund(repayment.order_id, repayment.refund_no)
        if told.status is RefundStatus.ABSENT:  # it was taken; the query may lag behind
            return RefundFact(
                repayment.order_id,
                repayment.refund_no,
                RefundStatus.PROCESSING,
                repayment.amount_fen,
            )
        return told

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        order = await self._paid(order_id)
        if order is None:
            return RefundFact(order_id, refund_no, RefundStatus.ABSENT)
        return words.refund_fact(order, refund_no)

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        return read_notification(self._account.gate, request, now)

    def answer(self, *, accepted: bool) -> HttpResponse:
        return answers.TAKEN if accepted else answers.refusal()

    def refusal(self, error: GatewayError) -> HttpResponse:
        return answers.refusal(error)

    async def _begun(self, order: Payable) -> KeptOrder:
        if self._account.check_fee:
            body = messages.query_fee(self._account, order)
            owed = messages.read_fee(await self._line.call("queryfee", body))
            if owed != order.amount_fen:
                raise Refused("the non-tax platform has the notice with another total")
        notice = order.notice
        return await self._kept.add(
            KeptOrder(
                order.order_id,
                notice.region,
                notice.unit_code,
                notice.unit_name,
                order.amount_fen,
                self._clock.now(),
            )
        )

    async def _still_payable(self, order: Payable, kept: KeptOrder) -> None:
        if order.amount_fen != kept.amount_fen:
            raise Refused("this number was ordered with another amount", field="amount")
        status = (await self._asked(kept))[0].status
        if status is PaymentStatus.PAID:
            raise AlreadyPaid
        if status is PaymentStatus.CLOSED:
            raise OrderClosed

    async def _paid(self, order_id: str) -> words.Message | None:
        kept = await self._kept.get(order_id)
        if kept is None:
            return None
        fact, order = await self._asked(kept)
        return order if fact.status is PaymentStatus.PAID else None

    async def _asked(self, kept: KeptOrder) -> tuple[PaymentFact, words.Message]:
        """The paid one of the platform's orders, or one that may yet be paid, or any."""
        body = messages.order_list(self._account, kept)
        found = messages.read_order_list(await self._line.call("getorderlist", body))
        fact = PaymentFact(kept.id, PaymentStatus.ABSENT)
        order: words.Message = {}
        for platform_id in found:
            response = await self._line.call("getorder", messages.order(self._account, platform_id))
            order = messages.read_order(response, kept.id)
            fact = words.read(words.payment_fact, order)
            if fact.status is not PaymentStatus.CLOSED:
                break
        return fact, order
