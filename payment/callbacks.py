"""What a platform tells us: verified, compared, durable, and only then acknowledged.

Forged, stale and ill-fitting ones are refused in the platform's words and counted; nothing of them
is kept. A repeated one gets the same acknowledgement and changes nothing.
"""

import logging
from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact
from payment.order import FactMismatch
from payment.orders import Orders
from payment.ports import PaymentMethod, SaysWhy

log = logging.getLogger(__name__)


class Callbacks:
    """The callback endpoint of one payment method."""

    def __init__(self, orders: Orders, method: PaymentMethod) -> None:
        self._orders = orders
        self._method = method

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        try:
            fact = await self._method.read_callback(request, now)
            if fact is not None:
                await self._believe(fact, now)
        except GatewayError as refusal:
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

    async def _believe(self, fact: Fact, now: datetime) -> None:
        if not fact.merchant:  # an answer is for who asked, a callback has to say for whom it is
            raise FactMismatch("a callback that names no merchant", field="merchant")
        if not isinstance(fact, PaymentFact):
            await self._orders.believe_refund(fact, self._method, now)
        elif not fact.app:
            raise FactMismatch("a callback that names no app", field="app")
        else:
            await self._orders.believe(fact, self._method, now)
