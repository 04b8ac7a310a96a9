"""aiohttp's shell round the exchange: bytes in from a socket, bytes out to it, nothing else.

Its low-level server, without an application: finding the address is the exchange's own work.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from channel_gateway.service import Table
from channel_gateway.web.connection import SERVER, Connection
from channel_gateway.web.edge import Edge, Limits
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.metrics import Metrics
from channel_gateway.web.pages import pages
from channel_gateway.web.refusals import MalformedBody, TooLarge, TooSlow

log = logging.getLogger(__name__)

_SAY_AGAIN_S = 60
Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Shell(web.Server):
    """A server whose connections are ours."""

    def __init__(
        self, answer: Answer, limits: Limits, new_request_id: Callable[[], str], metrics: Metrics
    ) -> None:
        super().__init__(answer)
        self._limits = limits
        self._new_request_id = new_request_id
        self._metrics = metrics
        self._said_at = 0.0

    def __call__(self) -> Connection:
        return Connection(self, self._limits, self._new_request_id, self._full)

    def _full(self) -> None:
        """A connection is turned away: counted, and said once a minute."""
        self._metrics.turned_away.inc()
        now = asyncio.get_running_loop().time()
        if not self._said_at or now - self._said_at > _SAY_AGAIN_S:
            self._said_at = now
            fields = {"action": "connections_full", "most": self._limits.connections}
            log.warning("no more connections are taken", extra=fields)


def shell(table: Table, edge: Edge) -> Shell:
    """Mount every row of the table. The store must be open before the first request comes."""
    exchange = Exchange(table, edge, pages(table, edge))
    timeout_s = edge.limits.body_timeout_s

    async def answer(request: web.BaseRequest) -> web.Response:
        async def read(limit: int) -> bytes:
            return await _read(request, limit, timeout_s)

        # `raw_path` and the fields are as they came: signatures are made over such things.
        response, request_id = await exchange.answer(
            request.method,
            _origin_form(request.raw_path),
            list(request.headers.items()),
            read,
            peer=request.remote or "",
        )
        shown = web.Response(
            status=response.status,
            headers=[*response.headers.items(), ("X-Request-Id", request_id), SERVER],
            body=response.body or None,
        )
        if not request.content.is_eof():
            shown.force_close()  # part of a body we do not want is still on its way
        return shown

    return Shell(answer, edge.limits, exchange.new_request_id, edge.metrics)


def _origin_form(target: str) -> str:
    """Path and query of a target that names the host too, as callers of proxies write it."""
    scheme, colon, rest = target.partition("://")
    if not colon or "/" in scheme or "?" in scheme:
        return target
    return "/" + rest.partition("/")[2]


async def _read(request: web.BaseRequest, limit: int, timeout_s: float) -> bytes:
    """The body as it came, once. Raises `TooLarge` as soon as it is, `TooSlow`."""
    content = request.content
    if content.is_eof():  # all of it came with the header
        body = content.read_nowait()
        if len(body) > limit:
            raise TooLarge(f"the body may have {limit} bytes")
        return body
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge(f"the body may have {limit} bytes")
    chunks, size = [], 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in content.iter_any():
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"the body may have {limit} bytes")
                chunks.append(chunk)
    except TimeoutError as error:
        raise TooSlow from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise MalformedBody("the body broke off, or is not what its header says") from error
    return b"".join(chunks)
