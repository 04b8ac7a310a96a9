"""What only SQLite does: a lock between processes, a second file, a disk that can be full."""

import asyncio
import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from channel_gateway.ports import Collection, StoreUnavailable
from channel_gateway.store.sqlite import SqliteStore
from channel_gateway.store.sqlite_operations import insert
from channel_gateway.store.sqlite_readers import SqliteReaders
from channel_gateway.store.sqlite_statements import table_sql
from channel_gateway.store.sqlite_writer import SqliteWriter
from tests.contracts.store.lag import longest_lag
from tests.contracts.store.model import ALL

BLOBS = Collection("blobs")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock as a process does that was stopped inside its commit."""
    with open(f"{path}.lock", "ab") as side:
        fcntl.flock(side, fcntl.LOCK_EX)
        yield


def log_size(path: Path) -> int:
    return Path(f"{path}-wal").stat().st_size


async def test_a_held_lock_is_answered_in_time_and_blocks_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    store = SqliteStore(path, ALL, timeout_s=1.5)
    await store.open()
    await store.insert("notes", {"_id": "before"})
    with locked(path):
        started = time.monotonic()
        async with longest_lag() as lag:
            writes = [store.insert("notes", {"_id": f"during {n}"}) for n in range(40)]
            results = await asyncio.gather(*writes, store.ping(), return_exceptions=True)
        assert all(isinstance(result, StoreUnavailable) for result in results)
        assert time.monotonic() - started < 4
        assert lag.longest_s < 0.25
        assert await store.get("notes", "before") is not None
        await store.insert_many("rows", [{"_id": "bulk"}])  # the other file is not concerned
    await store.insert("notes", {"_id": "after"})
    kept = [note["_id"] for note in await store.find("notes")]
    assert kept == ["after", "before"]  # whose caller had gone was not begun any more
    await store.close()


async def test_a_store_opened_under_a_held_lock_says_so_in_time(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    store = SqliteStore(path, ALL, timeout_s=0.2)
    with locked(path):
        with pytest.raises(StoreUnavailable):
            await store.open()
        await store.close()


async def test_a_shell_that_holds_the_database_is_waited_for_and_then_told(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    store = SqliteStore(path, ALL, timeout_s=0.3)
    await store.open()
    shell = sqlite3.connect(path, isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await store.insert("notes", {"_id": "1"})
    shell.execute("ROLLBACK")
    shell.close()
    await store.insert("notes", {"_id": "2"})
    await store.close()


async def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "nowhere" / "gateway.db", ALL, timeout_s=5)
    with pytest.raises(StoreUnavailable):
        await store.open()
    await store.close()


async def test_bulk_rows_live_in_a_file_of_their_own(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gateway.db", ALL)
    await store.open()
    await store.insert_many("rows", [{"_id": "1"}])
    await store.insert("notes", {"_id": "1"})
    await store.close()

    def tables(name: str) -> set[str]:
        file = sqlite3.connect(tmp_path / name)
        try:
            return {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
        finally:
            file.close()

    assert "rows" in tables("gateway-bulk.db")
    assert "notes" not in tables("gateway-bulk.db")
    assert "rows" not in tables("gateway.db")


async def test_a_full_disk_fails_the_commit_as_a_whole_and_passes(tmp_path: Path) -> None:
    writer = SqliteWriter(tmp_path / "full.db", timeout_s=5)
    writer.start()
    await writer.run(lambda db: db.execute(table_sql(BLOBS)))
    await writer.run(lambda db: db.execute("PRAGMA max_page_count = 40").fetchone())

    async def write(id: str, size: int) -> None:
        blob = {"_id": id, "v": 1, "text": "x" * size}
        await writer.run(lambda db: insert(db, BLOBS, blob))

    await write("small", 10)
    batch = [write("fits", 10), write("too much", 1_000_000), write("beside", 10)]
    results = await asyncio.gather(*batch, return_exceptions=True)
    ids = await writer.run(lambda db: [row[0] for row in db.execute("SELECT id FROM blobs")])
    acknowledged = {"fits": results[0], "too much": results[1], "beside": results[2]}
    assert isinstance(results[1], Exception)
    assert set(ids) == {"small"} | {id for id, result in acknowledged.items() if result is None}
    await write("later", 10)
    await writer.close(lambda: None)


async def test_a_full_queue_refuses_at_once(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    writer = SqliteWriter(path, timeout_s=0.3, queue=8)
    writer.start()
    await writer.run(lambda db: None)
    with locked(path):
        writes = [writer.run(lambda db: None) for _ in range(30)]
        results = await asyncio.gather(*writes, return_exceptions=True)
    assert sum("too many" in str(result) for result in results) >= 20
    assert all(isinstance(result, StoreUnavailable) for result in results)
    await writer.run(lambda db: None)
    await writer.close(lambda: None)


async def test_a_fault_in_an_operation_undoes_it_and_reaches_its_caller_alone(
    tmp_path: Path,
) -> None:
    writer = SqliteWriter(tmp_path / "gateway.db", timeout_s=5)
    writer.start()
    await writer.run(lambda db: db.execute(table_sql(BLOBS)))

    def store(id: str, db: sqlite3.Connection) -> str:
        insert(db, BLOBS, {"_id": id, "v": 1})
        return id

    def store_and_fail(id: str, db: sqlite3.Connection) -> None:
        raise ZeroDivisionError(store(id, db))

    results = await asyncio.gather(
        writer.run(partial(store, "1")),
        writer.run(partial(store_and_fail, "2")),
        writer.run(partial(store, "3")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [str, ZeroDivisionError, str]
    kept = await writer.run(lambda db: db.execute("SELECT id FROM blobs ORDER BY id").fetchall())
    assert kept == [("1",), ("3",)]
    await writer.close(lambda: None)


async def test_every_commit_is_forced_to_the_disk(tmp_path: Path) -> None:
    writer = SqliteWriter(tmp_path / "gateway.db", timeout_s=5)
    writer.start()
    level = await writer.run(lambda db: db.execute("PRAGMA synchronous").fetchone())
    mode = await writer.run(lambda db: db.execute("PRAGMA journal_mode").fetchone())
    assert (level, mode) == ((2,), ("wal",))  # 2 is FULL: an fsync of the WAL at each commit
    await writer.close(lambda: None)


async def test_readers_cannot_write(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gateway.db", ALL)
    await store.open()
    readers = SqliteReaders(tmp_path / "gateway.db", timeout_s=5)
    with pytest.raises(StoreUnavailable):
        await readers.run(lambda db: db.execute("DELETE FROM notes"))
    readers.close()
    await store.close()


async def test_tasks_share_their_commits(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    store = SqliteStore(path, ALL, timeout_s=5)
    await store.open()
    before = log_size(path)
    with locked(path):
        first = asyncio.create_task(store.insert("notes", {"_id": "first"}))
        await asyncio.sleep(0)
        others = [asyncio.create_task(store.insert("notes", {"_id": str(n)})) for n in range(100)]
        await asyncio.sleep(0)
    await asyncio.gather(first, *others)
    # A commit writes at least each page it changed; a hundred of them would write ten times that.
    assert log_size(path) - before < 50 * 4096
    await store.close()
