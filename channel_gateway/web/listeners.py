"""Ports where partners speak no HTTP: bounded in time and number, counted, ended without loss."""

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.service import Listener, Table
from channel_gateway.settings import WrongSettings
from channel_gateway.web.doors.callers import caller as caller_of
from channel_gateway.web.doors.callers import within
from channel_gateway.web.edge import Edge
from channel_gateway.web.metrics import Metrics

log = logging.getLogger(__name__)


@asynccontextmanager
async def listened(
    table: Table, edge: Edge, *, share_port: bool = False
) -> AsyncIterator[Mapping[str, int]]:
    """Inside, every listener of the table is served; gives the port of each.

    At its end no connection is taken any more, and those that are open may finish in the time that
    they have. Raises `WrongSettings` when nothing can listen there.
    """
    async with AsyncExitStack() as stack:
        ports = {
            row.name: await stack.enter_async_context(_listening(row, edge, share_port=share_port))
            for row in table.listeners
        }
        yield ports


@asynccontextmanager
async def _listening(row: Listener, edge: Edge, *, share_port: bool) -> AsyncIterator[int]:
    door = _Door(row, edge.metrics)
    try:
        server = await asyncio.start_server(
            door.meet,
            row.host,
            row.port,
            limit=row.buffer_bytes,
            backlog=row.connections,
            reuse_port=share_port or None,
        )
    except OSError as error:
        where = f"{row.host}:{row.port}"
        raise WrongSettings([f"plugins.{row.name}: {where}: {error.strerror}"]) from error
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await door.empty(min(row.timeout_s, edge.limits.shutdown_s))


class _Door:
    """The connections of one listener."""

    def __init__(self, row: Listener, metrics: Metrics) -> None:
        self._row = row
        self._metrics = metrics
        self._open: dict[asyncio.Task[None], str] = {}  # by whose address

    async def meet(self, reader: StreamReader, writer: StreamWriter) -> None:
        task, peer = asyncio.current_task(), str(writer.get_extra_info("peername", ("",))[0])
        if task is None or not self._has_room(peer):
            writer.transport.abort()
            self._count("turned_away")
            return
        self._open[task] = peer
        outcome = "broken"
        try:
            outcome = await self._answered(reader, writer)
        finally:
            self._open.pop(task, None)
            self._count(outcome)
            if outcome in ("slow", "broken"):
                writer.transport.abort()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _has_room(self, peer: str) -> bool:
        row, open_to = self._row, self._row.callers
        address = caller_of(peer, (), ())
        if open_to and (address is None or not within(address, open_to)):
            return False
        theirs = sum(each == peer for each in self._open.values())
        return len(self._open) < row.connections and theirs < row.of_one_address

    async def empty(self, within_s: float) -> None:
        """Let what is open finish; what takes longer is cut, and the partner tells it again."""
        if not self._open:
            return
        _, late = await asyncio.wait(self._open, timeout=within_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _answered(self, reader: StreamReader, writer: StreamWriter) -> str:
        """What became of it; nothing a partner sends ends us."""
        try:
            async with asyncio.timeout(self._row.timeout_s):
                code = await self._row.answer(reader, writer)
                await writer.drain()
        except TimeoutError:
            return "slow"
        except (OSError, EOFError):
            return "broken"
        except GatewayError as error:
            fields = {"action": "not_answered", "listener": self._row.name, "code": error.code}
            log.warning("a message was not answered", extra=fields)
            return "failed" if isinstance(error, Unavailable) else "refused"
        except Exception:
            fields = {"action": "not_answered", "listener": self._row.name}
            log.exception("a message broke us", extra=fields)
            return "failed"
        return "refused" if code else "acknowledged"

    def _count(self, outcome: str) -> None:
        self._metrics.listened(self._row.name, outcome)
