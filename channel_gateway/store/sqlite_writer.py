"""One thread that writes to one SQLite file: many operations, one commit, one wake-up of the loop.

A commit costs an fsync, whoever shares it: with 32 tasks this is nine times as fast as a commit
per operation. A lock on a side file goes round everything that may write or checkpoint, for two
reasons: SQLite's own waiting is unfair between processes by a factor of a hundred, and up to 3.51.2
two connections that write and checkpoint at once may corrupt a WAL (sqlite.org/wal.html).
"""

import asyncio
import fcntl
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from channel_gateway.ports import StoreUnavailable
from channel_gateway.private_files import privately
from channel_gateway.store.sqlite_tickets import (
    Answer,
    Operation,
    Outcome,
    Ticket,
    answer_to,
    settle,
)

BATCH = 512  # operations in one commit
QUEUE = 20_000  # operations waiting; more than that is refused at once


class SqliteWriter:
    """The only connection of this process that writes to `path`."""

    def __init__(self, path: Path, *, timeout_s: float, queue: int = QUEUE) -> None:
        self._path = path
        self._longest_queue = queue
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._gathered: list[Ticket] = []  # in this turn of the loop, to be handed over at once
        self._queue: deque[Ticket] = deque()
        self._filled = threading.Condition()
        self._stopping: str | None = None  # why nothing is taken any more
        self._last_closed: Callable[[], None] = lambda: None
        self._ended = asyncio.Event()
        # A thread stuck behind a frozen process's lock must not keep ours from ending.
        self._thread = threading.Thread(target=self._work, name=f"write {path.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def run(self, operation: Operation[Answer], *, single: bool = False) -> Answer:
        """Run the operation inside a transaction; return its answer once that is on the disk.

        `StoreUnavailable` after the time limit: a commit under way may still happen.
        """
        if self._stopping or len(self._queue) + len(self._gathered) >= self._longest_queue:
            raise StoreUnavailable(self._stopping or "too many writes are waiting")
        ticket = Ticket(operation, self._loop.create_future(), single)
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(ticket)
        answer: Answer = await answer_to(ticket, timeout_s=self._timeout_s)
        return answer

    async def close(self, last: Callable[[], None]) -> None:
        """Finish what is queued, then close; `last` closes the readers, under the same lock."""
        self._hand_over()
        with self._filled:
            self._last_closed = last
            self._stopping = "the store is closed"
            self._filled.notify()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout_s):
                await self._ended.wait()

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        with self._filled:
            if not self._stopping:
                self._queue.extend(gathered)
                self._filled.notify()
                return
        settle(_none_done(gathered, self._stopping))

    def _work(self) -> None:
        try:
            with (
                open(f"{self._path}.lock", "ab", opener=privately) as side,
                self._connected(side.fileno()) as writer,
            ):
                while batch := self._next_batch():
                    self._tell(settle, self._commit(side.fileno(), writer, batch))
        except (sqlite3.Error, OSError) as error:
            with self._filled:
                self._stopping = f"SQLite: {error}"
                self._tell(settle, _none_done(self._queue, self._stopping))
        self._tell(self._ended.set)

    @contextmanager
    def _connected(self, lock: int) -> Iterator[sqlite3.Connection]:
        with _locked(lock):
            # Made before SQLite makes it for all to read; its side files get the same mode. One
            # that is there is not touched: closing it would drop SQLite's locks on it.
            with suppress(FileExistsError), open(self._path, "xb", opener=privately):
                pass
            connection = sqlite3.connect(
                self._path, isolation_level=None, timeout=self._timeout_s, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        yield connection
        with _locked(lock):  # the last to close checkpoints
            self._last_closed()
            connection.close()

    def _next_batch(self) -> list[Ticket]:
        """Wait for work; an empty batch is the end."""
        with self._filled:
            while not self._queue and not self._stopping:
                self._filled.wait()
            return [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]

    def _commit(
        self, lock: int, connection: sqlite3.Connection, batch: list[Ticket]
    ) -> list[Outcome]:
        with _locked(lock):
            try:
                connection.execute("BEGIN IMMEDIATE")
                outcomes = [
                    (ticket, *_attempt(connection, ticket))
                    for ticket in batch
                    if not ticket.abandoned
                ]
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                return _none_done(batch, f"SQLite: {error}")
        return outcomes

    def _tell(self, callback: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody is left to be told
            self._loop.call_soon_threadsafe(callback, *arguments)


def _attempt(connection: sqlite3.Connection, ticket: Ticket) -> tuple[Any, Exception | None]:
    """Run one operation so that its failure undoes itself and leaves the others of its batch.

    A single statement does so by itself; what has several needs a savepoint.
    """
    if not ticket.single:
        connection.execute("SAVEPOINT operation")
    try:
        answer = ticket.operation(connection)
    except Exception as error:
        if not connection.in_transaction:  # a full disk takes the whole transaction with it
            raise sqlite3.OperationalError("the transaction was rolled back") from error
        if not ticket.single:
            connection.execute("ROLLBACK TO operation")
            connection.execute("RELEASE operation")
        return None, error
    if not ticket.single:
        connection.execute("RELEASE operation")
    return answer, None


def _none_done(tickets: Iterable[Ticket], why: str) -> list[Outcome]:
    return [(ticket, None, StoreUnavailable(why)) for ticket in tickets]


@contextmanager
def _locked(lock: int) -> Iterator[None]:
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)
