"""The way to the back end under test: whole exchanges, and one that is cut before its answer."""

import asyncio
import contextlib
from typing import Protocol
from urllib.parse import urlsplit

from channel_gateway.domain.errors import Unavailable
from channel_gateway.wire import HttpRequest, HttpResponse, HttpSender

_CONNECTING_S = 10.0


class Line(Protocol):
    async def send(self, request: HttpRequest, timeout_s: float) -> HttpResponse:
        """Raises `Unavailable` when no answer comes within so many seconds."""
        ...

    async def cut(self, request: HttpRequest, after_s: float) -> None:
        """Send a whole request and hang up after so many seconds, whatever has come back.

        Raises `Unavailable` when there is no connection.
        """
        ...


class SocketLine:
    """Over HTTP as the gateway's own events go; what is cut goes over a connection of its own."""

    def __init__(self, http: HttpSender) -> None:
        self._http = http

    async def send(self, request: HttpRequest, timeout_s: float) -> HttpResponse:
        return await self._http.send(request, timeout_s=timeout_s)

    async def cut(self, request: HttpRequest, after_s: float) -> None:
        address = urlsplit(request.url)
        encrypted = address.scheme == "https"
        port = address.port or (443 if encrypted else 80)
        try:
            async with asyncio.timeout(_CONNECTING_S):
                _, writer = await asyncio.open_connection(
                    address.hostname, port, ssl=encrypted or None
                )
        except (TimeoutError, OSError) as error:
            raise Unavailable(f"no connection: {type(error).__name__}") from error
        writer.write(_as_text(request))
        await asyncio.sleep(after_s)  # the other side has begun to work on it
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _as_text(request: HttpRequest) -> bytes:
    """The request as HTTP/1.1 writes it."""
    address = urlsplit(request.url)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    fields = {"host": address.netloc, **request.headers, "content-length": str(len(request.body))}
    head = [f"{request.method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items())]
    return "\r\n".join([*head, "", ""]).encode() + request.body
