"""Sockets of platforms that speak no HTTP: one message and its answer to a connection."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from urllib.parse import urlsplit

from mock_platforms.stand_in import Framing
from mock_platforms.wire import Ending, Outgoing, Request, Response, Unreachable

_HOST = "127.0.0.1"
_PATIENCE_S = 10
_MOST = 4_000_000


async def listen_for_frames(
    stack: AsyncExitStack,
    framing: Framing,
    answer: Callable[[Request], Awaitable[Response]],
    port: int,
) -> str:
    """Listen until the stack is closed; returns the root address."""
    open_ones: set[asyncio.Task[None]] = set()

    async def meet(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio runs this as one
        open_ones.add(task)
        try:
            await _converse(reader, writer, framing, answer)
        finally:
            open_ones.discard(task)

    async def end() -> None:
        server.close()
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    server = await asyncio.start_server(meet, _HOST, port)
    stack.push_async_callback(end)
    return f"tcp://{_HOST}:{server.sockets[0].getsockname()[1]}"


async def _converse(
    reader: StreamReader,
    writer: StreamWriter,
    framing: Framing,
    answer: Callable[[Request], Awaitable[Response]],
) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            start = await reader.readexactly(framing.start)
            rest = await reader.readexactly(framing.length(start) - framing.start)
        response = await answer(framing.request(start + rest))
        await asyncio.sleep(response.delay_s)
        if response.ending is Ending.WHOLE:
            writer.write(response.body)
        elif response.ending is Ending.TRUNCATED:
            writer.write(response.body[: len(response.body) // 2])
        await writer.drain()
    except (OSError, EOFError, ValueError):
        writer.transport.abort()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def send_frame(outgoing: Outgoing) -> Response:
    """Send to `tcp://host:port`, and read until the other side ends. Raises Unreachable."""
    where = urlsplit(outgoing.url)
    try:
        async with asyncio.timeout(outgoing.timeout_s):
            reader, writer = await asyncio.open_connection(where.hostname, where.port)
            try:
                writer.write(outgoing.body)
                await writer.drain()
                body = b""
                while len(body) < _MOST and (piece := await reader.read(65536)):
                    body += piece
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    if not body:
        raise Unreachable("the line was closed without an answer")
    return Response(200, body=body)
