"""A wire between client and mongod that can lose an answer after the server has acted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 2**16


@dataclass
class Wire:
    """Cuts the connection instead of passing on the next answers to a command."""

    port: int = 0
    lost: list[str] = field(default_factory=list)
    losing: list[str] = field(default_factory=list)

    def lose_answer_to(self, *commands: str) -> None:
        self.losing += commands

    def is_lost(self, request: bytes) -> bool:
        # In an OP_MSG the command's name is the first element: type, name, NUL.
        for command in self.losing:
            if b"\x02" + command.encode() + b"\0" in request:
                self.losing.remove(command)
                self.lost.append(command)
                return True
        return False


@asynccontextmanager
async def lossy_wire(server_port: int) -> AsyncIterator[Wire]:
    wire = Wire()
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _relay(wire, server_port, reader, writer)
        writer.close()
        connections.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _relay(
    wire: Wire, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One request, one answer: the drivers do not send ahead on a connection for commands."""
    from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            request = await _message(reader)
            to_server.write(request)
            while True:
                answer = await _message(from_server)
                if wire.is_lost(request):
                    return
                writer.write(answer)
                await writer.drain()
                if not _more_to_come(answer):
                    break
    finally:
        to_server.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head, "little") - 4)


def _more_to_come(answer: bytes) -> bool:
    """Is this a streamed answer, as the monitor's `hello` gets? (OP_MSG, flag bit 1)"""
    return answer[12:16] == (2013).to_bytes(4, "little") and bool(answer[16] & 2)
