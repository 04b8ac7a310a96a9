"""The way out to partners who speak no HTTP: one connection, one message, one answer."""

import asyncio
from contextlib import suppress

from channel_gateway.domain.errors import NotReached, Unavailable
from channel_gateway.wire import Whole

_PIECE = 64 * 1024


class PlainTcp:
    """A `TcpSender` without encryption: such lines run inside a department's own network."""

    async def exchange(
        self, host: str, port: int, message: bytes, *, whole: Whole, timeout_s: float = 10
    ) -> bytes:
        where = f"tcp {host}:{port}"
        reached = False
        try:
            async with asyncio.timeout(timeout_s):
                reader, writer = await asyncio.open_connection(host, port)
                reached = True
                try:
                    writer.write(message)
                    await writer.drain()
                    return await _answer(reader, whole, where)
                finally:
                    writer.close()
                    with suppress(OSError):
                        await writer.wait_closed()
        except (TimeoutError, OSError) as error:
            kind = Unavailable if reached else NotReached
            raise kind(f"{where}: {type(error).__name__}") from None


async def _answer(reader: asyncio.StreamReader, whole: Whole, where: str) -> bytes:
    """All of it; what follows the whole is kept, for its reader to refuse."""
    come = b""
    while (length := whole(come)) is None or len(come) < length:
        piece = await reader.read(_PIECE)
        if not piece:
            raise Unavailable(f"{where}: the answer broke off")
        come += piece
    return come
