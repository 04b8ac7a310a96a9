"""A payment method whose every request leaves a trace. Implements `PaymentMethod`."""

from collections.abc import Mapping
from datetime import datetime

from channel_gateway.ports import Clock
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact, RefundFact
from payment.ports import Payable, PayeeCard, PaymentMethod, RefundsToCards, Repayment
from payment.traces.asking import Asking
from payment.traces.notes import Notes


class TracedMethod:
    def __init__(self, method: PaymentMethod, asking: Asking) -> None:
        self.name = method.name
        self.channel = method.channel
        self.app = method.app
        self.merchant = method.merchant
        self._method = method
        self._asking = asking

    async def prepare(self, order: Payable) -> str:
        return await self._asking.noted("prepare", order.order_id, self._method.prepare(order))

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        return self._method.pay_parameters(handle, now=now, nonce=nonce)

    async def ask(self, order_id: str) -> PaymentFact:
        asking = self._method.ask(order_id)
        return await self._asking.noted("ask", order_id, asking, lambda fact: fact.status.value)

    async def close(self, order_id: str) -> None:
        return await self._asking.noted("close", order_id, self._method.close(order_id))

    async def refund(self, repayment: Repayment) -> RefundFact:
        return await self._asking.noted(
            "refund",
            repayment.order_id,
            self._method.refund(repayment),
            lambda fact: fact.status.value,
            note=repayment.refund_no,
        )

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        asking = self._method.ask_refund(order_id, refund_no)
        return await self._asking.noted(
            "ask_refund", order_id, asking, lambda fact: fact.status.value, note=refund_no
        )

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        return await self._method.read_callback(request, now)

    def answer(self, *, accepted: bool) -> HttpResponse:
        return self._method.answer(accepted=accepted)


class TracedCardMethod(TracedMethod):
    """Of one that can send a refund to another account. Implements `RefundsToCards`."""

    def __init__(self, method: PaymentMethod, cards: RefundsToCards, asking: Asking) -> None:
        super().__init__(method, asking)
        self._cards = cards

    async def refund_to_card(self, order_id: str, refund_no: str, card: PayeeCard) -> RefundFact:
        asking = self._cards.refund_to_card(order_id, refund_no, card)
        return await self._asking.noted(
            "refund_to_card", order_id, asking, lambda fact: fact.status.value, note=refund_no
        )


def traced_methods(
    methods: Mapping[str, PaymentMethod], notes: Notes, clock: Clock
) -> dict[str, PaymentMethod]:
    return {name: _traced(method, Asking(notes, clock, name)) for name, method in methods.items()}


def _traced(method: PaymentMethod, asking: Asking) -> PaymentMethod:
    if isinstance(method, RefundsToCards):
        return TracedCardMethod(method, method, asking)
    return TracedMethod(method, asking)
