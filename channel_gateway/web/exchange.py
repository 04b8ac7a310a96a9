"""One request, one answer, one log line: what surrounds every address, without a socket.

aiohttp's shell (`app`) brings requests here; a simulation brings them by hand, with `send`.
"""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping

from channel_gateway.domain.errors import GatewayError
from channel_gateway.service import Table
from channel_gateway.web.arrival import Arrival, Endpoint
from channel_gateway.web.edge import Edge
from channel_gateway.web.endpoints import CallbackEndpoint, RouteEndpoint
from channel_gateway.web.gate import Gate
from channel_gateway.web.idempotency import FirstAnswers
from channel_gateway.web.problems import problem
from channel_gateway.web.refusals import Busy, Internal, RepeatedHeader, TooLarge
from channel_gateway.web.router import Router
from channel_gateway.web.words import prefers_chinese
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

# Reads the body up to a number of bytes. Raises `TooLarge`, `TooSlow`.
BodyReader = Callable[[int], Awaitable[bytes]]

# What a caller may name a request: nothing that looks like a phone or an identity number.
_REQUEST_ID = re.compile(r"(?!1\d{10}$)(?!\d{17}[\dXx]$)[A-Za-z0-9._-]{8,64}")
_NOWHERE = "-"  # the route of a request that found none
# Counted by name; a caller may invent any other.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
# Where a second one could be read differently by whoever stands in front of us.
_ONCE = ("authorization", "content-type", "idempotency-key", "x-request-id")


class Exchange:
    """All addresses of the gateway behind one function."""

    def __init__(self, table: Table, edge: Edge, pages: tuple[Endpoint, ...] = ()) -> None:
        gate = Gate(edge.sessions, edge.operator_key, table)
        first = FirstAnswers(edge.store, edge.vault, edge.clock, edge.randomness)
        limit = edge.limits.body_bytes
        self._router = Router(
            [
                *(RouteEndpoint(row, gate, first, limit) for row in table.routes),
                *(CallbackEndpoint(row, edge.metrics) for row in table.callbacks),
                *pages,
            ]
        )
        self._edge = edge
        self._in_flight = 0
        edge.metrics.in_flight.set_function(lambda: self._in_flight)

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        """Answer a request that is here already: an `HttpSender` towards ourselves."""

        async def read(limit: int) -> bytes:
            if len(request.body) > limit:
                raise TooLarge
            return request.body

        fields = list(request.headers.items())
        return await self.answer(request.method, request.url, fields, read)

    async def answer(
        self, method: str, target: str, fields: list[tuple[str, str]], read: BodyReader
    ) -> HttpResponse:
        """Answer a request. Never raises: what goes wrong is an answer too.

        `target`: path and query as they came; `fields`: the header, repeated ones included.
        """
        started = time.perf_counter()
        headers = Headers(fields)
        path, _, query = target.partition("?")
        arrival = Arrival(
            request=HttpRequest(method, target, headers),
            path={},
            query=query,
            request_id=self._request_id(headers),
            now=self._edge.clock.now(),
            zh=prefers_chinese(headers.get("accept-language", "")),
        )
        endpoint: Endpoint | None = None
        self._in_flight += 1
        try:
            endpoint, arrival.path = self._find(method, path)
            if len(headers) != len(fields):
                _refuse_repeated(fields)
            body = await read(endpoint.body_limit)
            if body:
                arrival.request = HttpRequest(method, target, headers, body)
            response = await endpoint.answer(arrival)
        except GatewayError as error:
            response = problem(error, request_id=arrival.request_id, zh=arrival.zh)
        except Exception:
            fields_of_log = {"action": "internal_error", "request_id": arrival.request_id}
            log.exception("a handler broke", extra=fields_of_log)
            response = problem(Internal(), request_id=arrival.request_id, zh=arrival.zh)
        finally:
            self._in_flight -= 1
        self._record(arrival, endpoint, response.status, time.perf_counter() - started)
        named = Headers({**response.headers, "x-request-id": arrival.request_id})
        return HttpResponse(response.status, named, response.body)

    def _find(self, method: str, path: str) -> tuple[Endpoint, Mapping[str, str]]:
        if self._in_flight > self._edge.limits.in_flight:
            raise Busy
        return self._router.find(method, path)

    def _request_id(self, headers: Headers) -> str:
        given = headers.get("x-request-id")
        if given is not None and _REQUEST_ID.fullmatch(given):
            return given
        return self._edge.randomness.token(20)

    def _record(
        self, arrival: Arrival, endpoint: Endpoint | None, status: int, seconds: float
    ) -> None:
        """One log line and the counters; never a path, a query, a body or a credential."""
        method = arrival.request.method
        method = method if method in _METHODS else "other"
        route = _NOWHERE if endpoint is None else endpoint.template
        self._edge.metrics.answered(method, route, status, seconds)
        if endpoint is not None:
            endpoint.settled(status)
        line: dict[str, object] = {
            "action": "request",
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "request_id": arrival.request_id,
        }
        if arrival.channel:
            line["channel"] = arrival.channel
        self._edge.access_line(line)


def _refuse_repeated(fields: list[tuple[str, str]]) -> None:
    names = [name.lower() for name, _ in fields]
    for name in _ONCE:
        if names.count(name) > 1:
            raise RepeatedHeader(f"{name} may come once")
