"""The one way out, over aiohttp: what is sent is what was built, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, Self

import aiohttp
from yarl import URL

from channel_gateway.domain.errors import NotReached, Unavailable
from channel_gateway.private_files import privately
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

# What aiohttp never sends a second time by itself: no connection means that nothing was sent.
_SENT_ONCE = frozenset({"POST", "PATCH"})


class AiohttpSender:
    """An `HttpSender` with one session for the whole process; opened inside the loop."""

    def __init__(
        self, *, largest_answer_bytes: int = 64 * 1024 * 1024, connections_per_host: int = 64
    ) -> None:
        self._largest = largest_answer_bytes
        self._per_host = connections_per_host
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=self._per_host),
            auto_decompress=False,  # signatures and digests are of the bytes that travelled
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "channel-gateway"},  # WeChat Pay refuses requests without one
            skip_auto_headers=("Content-Type", "Accept-Encoding"),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        """Send once, no redirect; but a GET whose kept connection was cut aiohttp sends again.

        Raises `Unavailable`, which names host and port alone; `NotReached` where nothing was sent.
        """
        async with self._answered(request, timeout_s) as (answer, where):
            body = await _read(answer, self._largest, where)
            return HttpResponse(answer.status, Headers(answer.headers.items()), body)

    async def download(
        self, request: HttpRequest, into: Path, *, at_most_bytes: int, timeout_s: float = 300
    ) -> HttpResponse:
        """Like `send`, but the body of a 200 goes to a new file, a piece at a time."""
        async with self._answered(request, timeout_s) as (answer, where):
            headers = Headers(answer.headers.items())
            if answer.status != 200:
                return HttpResponse(
                    answer.status, headers, await _read(answer, self._largest, where)
                )
            await _to_file(answer, into, at_most_bytes, where)
            return HttpResponse(200, headers)

    @asynccontextmanager
    async def _answered(
        self, request: HttpRequest, timeout_s: float
    ) -> AsyncIterator[tuple[aiohttp.ClientResponse, str]]:
        """The answer as it comes in, and who gives it; what breaks meanwhile is `Unavailable`."""
        if self._session is None:
            raise RuntimeError("the sender is not open")
        # Encoded already, maybe signed: yarl must not write it anew.
        url = URL(request.url, encoded=True)
        where = f"{request.method} {url.scheme}://{url.host_port_subcomponent}"
        try:
            async with self._session.request(
                request.method,
                url,
                headers=request.headers,
                data=request.body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as answer:
                yield answer, where
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            no_line = isinstance(error, aiohttp.ClientConnectorError)
            kind = NotReached if no_line and request.method in _SENT_ONCE else Unavailable
            # The cause's text holds the whole address; its type tells enough.
            raise kind(f"{where}: {type(error).__name__}") from None


async def _read(answer: aiohttp.ClientResponse, largest: int, where: str) -> bytes:
    chunks: list[bytes] = []

    async def keep(chunk: bytes) -> None:
        chunks.append(chunk)

    await _pieces(answer, largest, where, keep)
    return b"".join(chunks)


async def _to_file(answer: aiohttp.ClientResponse, into: Path, largest: int, where: str) -> None:
    file: BinaryIO = await asyncio.to_thread(open, into, "xb", opener=privately)
    try:
        await _pieces(answer, largest, where, lambda chunk: asyncio.to_thread(file.write, chunk))
    except BaseException:
        await asyncio.to_thread(into.unlink)
        raise
    finally:
        file.close()


async def _pieces(
    answer: aiohttp.ClientResponse,
    largest: int,
    where: str,
    take: Callable[[bytes], Awaitable[object]],
) -> None:
    """Hand the body on as it comes. Raises `Unavailable` once it is too long."""
    size = answer.content_length or 0
    if size <= largest:
        size = 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            if size > largest:
                break
            await take(chunk)
    if size > largest:
        raise Unavailable(f"{where}: an answer of more than {largest} bytes")
