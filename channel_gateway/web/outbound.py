"""The one way out, over aiohttp: what is sent is what was built, byte for byte."""

from typing import Self

import aiohttp
from yarl import URL

from channel_gateway.domain.errors import NotReached, Unavailable
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

        Raises `Unavailable`, which names the host alone; `NotReached` where nothing was sent.
        """
        if self._session is None:
            raise RuntimeError("the sender is not open")
        # Encoded already, maybe signed: yarl must not write it anew.
        url = URL(request.url, encoded=True)
        where = f"{request.method} {url.scheme}://{url.raw_host}"
        try:
            async with self._session.request(
                request.method,
                url,
                headers=request.headers,
                data=request.body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as answer:
                body = await self._read(answer, where)
                return HttpResponse(answer.status, Headers(answer.headers.items()), body)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            no_line = isinstance(error, aiohttp.ClientConnectorError)
            kind = NotReached if no_line and request.method in _SENT_ONCE else Unavailable
            # The cause's text holds the whole address; its type tells enough.
            raise kind(f"{where}: {type(error).__name__}") from None

    async def _read(self, answer: aiohttp.ClientResponse, where: str) -> bytes:
        if (answer.content_length or 0) > self._largest:
            raise Unavailable(f"{where}: an answer of more than {self._largest} bytes")
        chunks, size = [], 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            if size > self._largest:
                raise Unavailable(f"{where}: an answer of more than {self._largest} bytes")
            chunks.append(chunk)
        return b"".join(chunks)
