"""The way to the departments. Who was silent is let alone for a while, so that others do not wait.

A worker that waits for one silent department is not there for the payments of everybody else.
"""

from datetime import datetime, timedelta

from adapters.departments.partner import Partner
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Clock
from channel_gateway.wire import HttpRequest, HttpResponse, HttpSender

_REST = 4  # times as long as was waited for: at most a fifth of the time goes into waiting
_NEARLY = 0.9  # of the time there was: a refused connection is no silence, and costs nothing


class Line:
    def __init__(self, http: HttpSender, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._rests_until: dict[str, datetime] = {}  # by department

    async def send(
        self, partner: Partner, request: HttpRequest, *, timeout_s: float
    ) -> HttpResponse:
        """Raises `Unavailable`, at once while the department is let alone."""
        began = self._clock.now()
        rests_until = self._rests_until.get(partner.code)
        if rests_until is not None and began < rests_until:
            raise Unavailable("the department was silent a moment ago")
        try:
            return await self._http.send(request, timeout_s=timeout_s)
        except Unavailable:
            now = self._clock.now()
            if now - began >= timedelta(seconds=timeout_s * _NEARLY):
                self._rests_until[partner.code] = now + timedelta(seconds=timeout_s * _REST)
            raise
