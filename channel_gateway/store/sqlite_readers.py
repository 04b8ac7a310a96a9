"""A few threads that read one SQLite file, each on a connection of its own that cannot write.

In WAL mode readers neither wait for the writer nor hold it up, and each read begins with a fresh
snapshot: it sees every commit made before it, by whatever process.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from channel_gateway.ports import StoreUnavailable

Answer = TypeVar("Answer")

THREADS = 4
QUEUE = 20_000  # reads waiting; more than that is refused at once


class SqliteReaders:
    """Reads `path`, which the writer has made."""

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"read {path.name}")
        self._mine = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._waiting = 0

    async def run(self, operation: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Raises `StoreUnavailable` after the time limit."""
        if self._waiting >= QUEUE:
            raise StoreUnavailable("too many reads are waiting")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(self._timeout_s):
                return await loop.run_in_executor(
                    self._threads, lambda: operation(self._connection())
                )
        except TimeoutError:
            raise StoreUnavailable(f"no answer within {self._timeout_s} s") from None
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Finish the reads that wait and close. The caller holds the writer's lock."""
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                timeout=self._timeout_s,
                check_same_thread=False,  # closed by the writer's thread
            )
            connection.execute("PRAGMA query_only = ON")
            self._mine.connection = connection
            self._connections.append(connection)
        return connection
