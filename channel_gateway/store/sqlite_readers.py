"""A few threads that read one SQLite file, each on a connection of its own that cannot write.

In WAL mode readers neither wait for the writer nor hold it up, and each read begins with a fresh
snapshot: it sees every commit made before it, by whatever process. A thread takes several waiting
reads at once, because handing one over and waking the loop costs several times the read itself.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from channel_gateway.ports import StoreUnavailable
from channel_gateway.store.sqlite_tickets import (
    Answer,
    Operation,
    Outcome,
    Ticket,
    answer_to,
    settle,
)

THREADS = 4
BATCH = 16  # reads a thread takes at once; the next thread begins on the rest
QUEUE = 20_000  # reads waiting; more than that is refused at once


class SqliteReaders:
    """Reads `path`, which the writer has made."""

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._queue: deque[Ticket] = deque()
        self._filled = threading.Condition()
        self._gathered: list[Ticket] = []  # in this turn of the loop, to be handed over at once
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"read {path.name} {number}", daemon=True)
            for number in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, operation: Operation[Answer]) -> Answer:
        """Raises `StoreUnavailable` after the time limit."""
        if self._stopping or len(self._queue) + len(self._gathered) >= QUEUE:
            raise StoreUnavailable("too many reads are waiting, or the store is closed")
        ticket = Ticket(operation, self._loop.create_future())
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(ticket)
        try:
            answer: Answer = await answer_to(ticket, timeout_s=self._timeout_s)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
        return answer

    def close(self) -> None:
        """Wait for the reads under way, drop the rest. The caller holds the writer's lock."""
        with self._filled:
            self._stopping = True
            self._filled.notify_all()
        for thread in self._threads:
            thread.join()
        closed = StoreUnavailable("the store is closed")
        self._tell([(ticket, None, closed) for ticket in self._queue])

    def _hand_over(self) -> None:
        with self._filled:
            self._queue.extend(self._gathered)
            self._filled.notify(1 + len(self._queue) // BATCH)
        self._gathered.clear()

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        while batch := self._next_batch():
            outcomes: list[Outcome] = []
            for ticket in batch:
                if ticket.abandoned:
                    continue
                try:
                    connection = connection or self._connected()
                    outcomes.append((ticket, ticket.operation(connection), None))
                except Exception as error:
                    outcomes.append((ticket, None, error))
            self._tell(outcomes)
        if connection is not None:
            connection.close()

    def _next_batch(self) -> list[Ticket]:
        """Wait for work; an empty batch is the end."""
        with self._filled:
            while not self._queue and not self._stopping:
                self._filled.wait()
            if self._stopping:
                return []
            return [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=self._timeout_s,
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _tell(self, outcomes: Iterable[Outcome]) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody is left to be told
            self._loop.call_soon_threadsafe(settle, outcomes)
