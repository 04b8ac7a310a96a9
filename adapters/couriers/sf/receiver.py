"""Where SF pushes routes to: read, kept by whoever keeps parcels, and only then acknowledged."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from adapters.couriers.hearing import tell
from adapters.couriers.sf.pushes import read_pushes, words_of
from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Parcels
from channel_gateway.wire import HttpRequest, HttpResponse

log = logging.getLogger(__name__)


class RoutePushes:
    def __init__(self, courier: str, keepers: Callable[[], Collection[Parcels]]) -> None:
        """`keepers`: asked for each push, as they may be offered after us."""
        self._courier = courier
        self._keepers = keepers

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        words = words_of(request)
        try:
            for push in read_pushes(request, self._courier):
                await tell(self._keepers(), [push], now)
        except GatewayError as refusal:
            told = {"action": "push_refused", "courier": self._courier, "code": refusal.code}
            log.warning("push of routes refused", extra=told | {"field": refusal.field})
            # The words are SF's own; the status says whose fault it is.
            status = 503 if isinstance(refusal, Unavailable) else 400
            return words.answer(accepted=False, status=status, code=refusal.code)
        return words.answer(accepted=True)
