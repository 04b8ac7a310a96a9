"""aiohttp's shell round the exchange: bytes in from a socket, bytes out to it, nothing else."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from channel_gateway.domain.errors import GatewayError
from channel_gateway.service import Table
from channel_gateway.web.edge import Edge
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.pages import pages
from channel_gateway.web.refusals import MalformedBody, TooLarge, TooSlow
from channel_gateway.web.sessions import Sessions

log = logging.getLogger(__name__)

_LOOK_FOR_REVOCATIONS_S = 0.5


def make_app(table: Table, edge: Edge) -> web.Application:
    """Mount every row of the table. The store must be open before the app starts."""
    exchange = Exchange(table, edge, pages(table, edge))
    timeout_s = edge.limits.body_timeout_s

    async def answer(request: web.Request) -> web.Response:
        async def read(limit: int) -> bytes:
            return await _read(request, limit, timeout_s)

        # `raw_path` and the fields are as they came: signatures are made over such things.
        response, request_id = await exchange.answer(
            request.method, request.raw_path, list(request.headers.items()), read
        )
        shown = web.Response(
            status=response.status,
            headers=[*response.headers.items(), ("X-Request-Id", request_id)],
            body=response.body or None,
        )
        if not request.content.is_eof():
            shown.force_close()  # part of a body we do not want is still on its way
        return shown

    async def follow_revocations(_: web.Application) -> AsyncIterator[None]:
        await edge.sessions.refresh()
        following = asyncio.create_task(_follow(edge.sessions))
        yield
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    app = web.Application()
    app.router.add_route("*", "/{target:.*}", answer)
    app.cleanup_ctx.append(follow_revocations)
    return app


async def _read(request: web.Request, limit: int, timeout_s: float) -> bytes:
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


async def _follow(sessions: Sessions) -> None:
    while True:
        await asyncio.sleep(_LOOK_FOR_REVOCATIONS_S)
        try:
            await sessions.refresh()
        except GatewayError as error:
            # What we know stays known; the next look is soon.
            log.warning("revocations not read", extra={"action": "revocations", "code": error.code})
