"""What a platform tells us: verified, compared, durable, and only then acknowledged.

Forged, stale and ill-fitting ones are refused in the platform's words and counted; nothing of them
is kept. A repeated one gets the same acknowledgement and changes nothing. What was verified leaves
a trace, whether we took it in, had it already, or refused it.
"""

import logging
from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.errors import GatewayError, NotFound, Unavailable
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact
from payment.order import FactMismatch, Order
from payment.orders import Orders
from payment.ports import PaymentMethod, SaysWhy
from payment.traces.notes import Notes
from payment.traces.trace import Trace, What

log = logging.getLogger(__name__)

NEWS, REPEATED = "taken in", "told before"


class Callbacks:
    """The callback endpoint of one payment method."""

    def __init__(self, orders: Orders, method: PaymentMethod, notes: Notes) -> None:
        self._orders = orders
        self._method = method
        self._notes = notes

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        fact: Fact | None = None
        try:
            fact = await self._method.read_callback(request, now)
            if fact is not None:
                order = await self._believe(fact, now)
                await self._trace(fact, now, NEWS if _is_news(order, now) else REPEATED)
        except GatewayError as refusal:
            if fact is not None and not isinstance(refusal, NotFound):
                await self._trace(fact, now, f"refused: {refusal.code}", refusal.field or "")
            log.warning(
                "callback refused",
                extra={
                    "action": "callback_refused",
                    "payment_method": self._method.name,
                    "code": refusal.code,
                    "field": refusal.field,
                },
            )
            # The words are the platform's own; the status says whose fault it is.
            status = 503 if isinstance(refusal, Unavailable) else 400
            return replace(self._words(refusal), status=status, code=refusal.code)
        return self._method.answer(accepted=True)

    def _words(self, refusal: GatewayError) -> HttpResponse:
        if isinstance(self._method, SaysWhy):
            return self._method.refusal(refusal)
        return self._method.answer(accepted=False)

    async def _trace(self, fact: Fact, now: datetime, outcome: str, note: str = "") -> None:
        verb = f"payment {fact.status}"
        if not isinstance(fact, PaymentFact):
            verb = f"refund {fact.refund_no} {fact.status}"
        trace = Trace(fact.order_id, now, What.CALLBACK, self._method.name, verb, outcome, 0, note)
        await self._notes.note(trace)

    async def _believe(self, fact: Fact, now: datetime) -> Order:
        if not fact.merchant:  # an answer is for who asked, a callback has to say for whom it is
            raise FactMismatch("a callback that names no merchant", field="merchant")
        if not isinstance(fact, PaymentFact):
            return await self._orders.believe_refund(fact, self._method, now)
        if not fact.app:
            raise FactMismatch("a callback that names no app", field="app")
        return await self._orders.believe(fact, self._method, now)


def _is_news(order: Order, now: datetime) -> bool:
    """Whether the order as it is after a callback was changed by it."""
    return order.asked_at == now or any(event.at == now for event in order.events)
