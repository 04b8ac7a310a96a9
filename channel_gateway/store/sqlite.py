"""The embedded store: one SQLite file, several processes on it, nothing to install.

Bulk collections live in a second file with a writer of its own, so that a day's million
reconciliation rows do not hold up a booking.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    Range,
    StoreAbsent,
    StoreUnavailable,
)
from channel_gateway.store import sqlite_operations as operations
from channel_gateway.store import sqlite_statements as statements
from channel_gateway.store.documents import stamped, text_key
from channel_gateway.store.indexes import declared, unique_index
from channel_gateway.store.sqlite_readers import SqliteReaders
from channel_gateway.store.sqlite_writer import SqliteWriter

Answer = TypeVar("Answer")

LEAST_FREE_BYTES = 16 * 1024 * 1024  # on the disk; with less we are not ready
CHUNK = 500  # documents of `insert_many` in one operation


@dataclass(frozen=True)
class _File:
    writer: SqliteWriter
    readers: SqliteReaders


class SqliteStore:
    """Durable when a call returns: in the WAL, synchronous=FULL."""

    def __init__(
        self,
        path: Path,
        collections: Iterable[Collection],
        *,
        timeout_s: float = 5.0,
        least_free_bytes: int = LEAST_FREE_BYTES,
    ) -> None:
        self._declared = declared(collections)
        self._paths = {False: path, True: path.with_name(f"{path.stem}-bulk{path.suffix}")}
        self._timeout_s = timeout_s
        self._least_free_bytes = least_free_bytes
        self._files: dict[bool, _File] = {}
        self._by_key: dict[tuple[str, str], str] = {}  # statements, each worked out once

    async def open(self, *, create: bool = True) -> None:
        files = sorted({False} | {c.bulk for c in self._declared.values()})
        for path in (self._paths[bulk] for bulk in files):
            if not create and not (path.is_file() and path.stat().st_size):
                raise StoreAbsent(f"there is no store at {path}")
        for bulk in files:
            kept = [c for c in self._declared.values() if c.bulk == bulk]
            if bulk not in self._files:
                self._files[bulk] = _opened(self._paths[bulk], self._timeout_s)
            if not create:
                continue
            ensure = partial(operations.ensure_schema, collections=kept)
            await self._files[bulk].writer.run(ensure)

    async def close(self) -> None:
        while self._files:
            _, file = self._files.popitem()
            await file.writer.close(file.readers.close)

    async def ping(self) -> None:
        await self._file(bulk=False).writer.run(operations.touch)
        if shutil.disk_usage(self._paths[False].parent).free < self._least_free_bytes:
            # A page or two may still fit into the log, a citizen's order does not.
            raise StoreUnavailable("the disk is all but full")

    async def insert(self, collection: str, document: Document) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=1)
        insert = partial(operations.insert, collection=declared, document=new)
        await self._write(declared, insert, single=True)
        return new

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> int:
        declared = self._declared[collection]
        new = [stamped(declared, document, version=1) for document in documents]
        inserted = 0
        for start in range(0, len(new), CHUNK):
            insert = partial(
                operations.insert_new, collection=declared, documents=new[start : start + CHUNK]
            )
            inserted += await self._write(declared, insert)
        return inserted

    async def get(self, collection: str, id: str) -> Document | None:
        text_key(collection, id)
        declared = self._declared[collection]
        sql = statements.get_sql(declared)
        return await self._read(declared, lambda db: operations.one(db, sql, id))

    async def get_by(self, collection: str, unique_field: str, key: str) -> Document | None:
        text_key(collection, key)
        declared = self._declared[collection]
        sql = self._by_key.get((collection, unique_field))
        if sql is None:
            sql = statements.get_by_sql(declared, unique_index(declared, unique_field))
            self._by_key[collection, unique_field] = sql
        return await self._read(declared, lambda db: operations.one(db, sql, key))

    async def replace(self, collection: str, document: Document, *, version: int) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=version + 1)
        replace = partial(operations.replace, collection=declared, document=new, version=version)
        await self._write(declared, replace, single=True)
        return new

    async def mutate(self, collection: str, id: str, change: Change) -> Document:
        """Nobody can be faster: the writer reads, asks `change` and swaps in one visit."""
        text_key(collection, id)
        declared = self._declared[collection]
        mutate = partial(operations.mutate, collection=declared, id=id, change=change)
        return await self._write(declared, mutate, single=True)

    async def find(
        self,
        collection: str,
        *,
        equal: dict[str, str | int | bool] | None = None,
        range: Range | None = None,
        order: str = "_id",
        descending: bool = False,
        limit: int = 100,
        after: Cursor | None = None,
    ) -> list[Document]:
        declared = self._declared[collection]
        page = statements.page(
            declared,
            equal=equal or {},
            range=range,
            order=order,
            descending=descending,
            limit=limit,
            after=after,
        )
        return await self._read(declared, lambda db: operations.many(db, page))

    async def count(self, collection: str, *, equal: dict[str, str | int | bool], cap: int) -> int:
        declared = self._declared[collection]
        count = statements.count(declared, equal, cap)
        return await self._read(declared, lambda db: operations.number(db, count))

    async def claim(
        self, collection: str, field: str, *, now: int, until: int, owner: str, limit: int
    ) -> list[Document]:
        declared = self._declared[collection]
        due = statements.first(declared, field, now + 1, limit)
        changes = {field: until, "owner": owner}
        return await self._write(declared, lambda db: operations.claim(db, declared, due, changes))

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        text_key(collection, id)
        declared = self._declared[collection]
        delete = partial(operations.delete, collection=declared, id=id, version=version)
        return await self._write(declared, delete, single=True)

    async def purge(self, collection: str, field: str, *, before: int, limit: int) -> int:
        declared = self._declared[collection]
        expired = statements.first(declared, field, before, limit)
        return await self._write(declared, lambda db: operations.purge(db, declared, expired))

    async def _write(
        self,
        collection: Collection,
        operation: Callable[[sqlite3.Connection], Answer],
        *,
        single: bool = False,
    ) -> Answer:
        return await self._file(bulk=collection.bulk).writer.run(operation, single=single)

    async def _read(
        self, collection: Collection, operation: Callable[[sqlite3.Connection], Answer]
    ) -> Answer:
        return await self._file(bulk=collection.bulk).readers.run(operation)

    def _file(self, *, bulk: bool) -> _File:
        if bulk not in self._files:
            raise StoreUnavailable("the store is closed")
        return self._files[bulk]


def _opened(path: Path, timeout_s: float) -> _File:
    writer = SqliteWriter(path, timeout_s=timeout_s)
    writer.start()
    return _File(writer, SqliteReaders(path, timeout_s=timeout_s))
