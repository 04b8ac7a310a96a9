"""One request, one answer, one log line: what surrounds every address, without a socket.

aiohttp's shell (`app`) brings requests here; a simulation brings them by hand, with `send`.
"""

import itertools
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence

from channel_gateway.addresses import leads_here
from channel_gateway.domain.errors import GatewayError
from channel_gateway.logs import REQUEST_ID
from channel_gateway.service import Table, Who
from channel_gateway.web.arrival import Arrival, Endpoint
from channel_gateway.web.doors.callers import caller
from channel_gateway.web.doors.porch import Porch
from channel_gateway.web.edge import Edge
from channel_gateway.web.endpoints import CallbackEndpoint, RouteEndpoint
from channel_gateway.web.gate import Gate
from channel_gateway.web.idempotency import FirstAnswers
from channel_gateway.web.lanes import Lane
from channel_gateway.web.problems import problem, status_of
from channel_gateway.web.refusals import Internal, RepeatedHeader, TooLarge
from channel_gateway.web.router import Router
from channel_gateway.web.words import prefers_chinese
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

# Reads the body up to a number of bytes. Raises `TooLarge`, `TooSlow`.
BodyReader = Callable[[int], Awaitable[bytes]]

# What a caller may name a request: nothing that may hold a phone or an identity number.
_REQUEST_ID = re.compile(r"(?!.*1\d{10})(?!.*\d{17}[\dXx])[A-Za-z0-9._-]{8,64}")
_HERE = "127.0.0.1"
_NOWHERE = "-"  # the route of a request that found none
# Counted by name; a caller may invent any other.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
# Where a second one could be read differently by whoever stands in front of us.
_ONCE = ("authorization", "content-type", "idempotency-key", "x-request-id")


class Exchange:
    """All addresses of the gateway behind one function."""

    def __init__(self, table: Table, edge: Edge, pages: tuple[Endpoint, ...] = ()) -> None:
        gate = Gate(edge.sessions, edge.operator_key, table, edge.staff, edge.metrics)
        first = FirstAnswers(edge.store, edge.vault, edge.clock, edge.randomness)
        limits = edge.limits
        lanes = {who: Lane(limits.in_flight, limits.of_one_citizen) for who in Who}
        platforms = Lane(limits.in_flight)
        self._router = Router(
            [
                *(
                    RouteEndpoint(row, gate, edge.trail, first, limits.body_bytes, lanes[row.who])
                    for row in table.routes
                ),
                *(
                    CallbackEndpoint(row, edge.metrics, platforms, edge.refused)
                    for row in table.callbacks
                ),
                *pages,
            ]
        )
        self._porch = Porch(
            table.callbacks,
            edge.doors,
            edge.metrics,
            edge.proxies,
            at_home=leads_here(edge.public_url),
        )
        self._edge = edge
        self._life = edge.randomness.token(12)  # of this process: names it in request ids
        self._numbers = itertools.count(1)

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        """Answer a request that is here already: an `HttpSender` towards ourselves."""

        async def read(limit: int) -> bytes:
            if len(request.body) > limit:
                raise TooLarge
            return request.body

        fields = list(request.headers.items())
        peer = request.peer or _HERE
        response, request_id = await self.answer(
            request.method, request.url, fields, read, peer=peer
        )
        headers = Headers({**response.headers, "x-request-id": request_id})
        return HttpResponse(response.status, headers, response.body)

    async def answer(
        self,
        method: str,
        target: str,
        fields: Sequence[tuple[str, str]],
        read: BodyReader,
        *,
        peer: str = "",
    ) -> tuple[HttpResponse, str]:
        """Answer a request, and say by which id the log knows it.

        Never raises: what goes wrong is an answer too. `target`: path and query as they came;
        `fields`: the header, repeated ones included; `peer`: the socket's address.
        """
        started = time.perf_counter()
        headers = Headers(fields)
        request_id = self._request_id(headers)
        REQUEST_ID.set(request_id)
        path, _, query = target.partition("?")
        endpoint = arrival = error = None
        self._edge.metrics.in_flight.inc()
        try:
            await self._porch.admit(path, fields, peer)
            endpoint, parameters = self._router.find(method, path)
            if len(headers) != len(fields):
                _refuse_repeated(fields)
            body = await read(endpoint.body_limit)
            request = HttpRequest(method, target, headers, body, peer)
            whose = caller(peer, fields, self._edge.proxies)
            address = "" if whose is None else str(whose)
            now = self._edge.clock.now()
            arrival = Arrival(request, parameters, query, request_id, now, address)
            with endpoint.lane:
                response = await endpoint.answer(arrival)
        except GatewayError as refusal:
            error = refusal
            if status_of(type(error)) >= 500:  # callers are not told what stands behind us
                told = {"action": "failed", "code": error.code, "why": str(error)}
                log.warning("a call failed", extra=told)
        except Exception:
            log.exception("a handler broke", extra={"action": "internal_error"})
            error = Internal()
        finally:
            self._edge.metrics.in_flight.dec()
        if error is not None:
            response = _refusal(endpoint, error, request_id, headers)
            # Its traceback holds this frame: together they would wait for the garbage collector.
            error = None
        if endpoint is not None:
            endpoint.settled(response)
        seconds = time.perf_counter() - started
        counted = method if method in _METHODS else "other"
        route = _NOWHERE if endpoint is None else endpoint.template
        self._edge.metrics.answered(counted, route, response.status, seconds)
        line = {
            "action": "request",
            "method": counted,
            "route": route,
            "status": response.status,
            "ms": round(seconds * 1000, 2),
            "request_id": request_id,
            "channel": "" if arrival is None else arrival.channel,
        }
        if response.code:
            line["code"] = response.code
        self._edge.access_line(line)
        return response, request_id

    def _request_id(self, headers: Headers) -> str:
        """The caller's own where it is sane, else ours."""
        given = headers.get("x-request-id")
        if given is not None and _REQUEST_ID.fullmatch(given):
            return given
        return self.new_request_id()

    def new_request_id(self) -> str:
        """Unique over all processes, though not secret."""
        return f"{self._life}-{next(self._numbers):06x}"


def _refusal(
    endpoint: Endpoint | None, error: GatewayError, request_id: str, headers: Headers
) -> HttpResponse:
    """Say what went wrong in the words of the address."""
    words = None if endpoint is None else endpoint.refusal(error)
    if words is not None:
        return words
    return problem(error, request_id=request_id, zh=prefers_chinese(headers))


def _refuse_repeated(fields: Sequence[tuple[str, str]]) -> None:
    names = [name.lower() for name, _ in fields]
    for name in _ONCE:
        if names.count(name) > 1:
            raise RepeatedHeader(f"{name} may come once")
