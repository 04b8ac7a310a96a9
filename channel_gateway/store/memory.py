"""The store in memory: the shortest true implementation, for rules' tests and for simulation."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import orjson

from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    MissingDocument,
    Range,
    StoreAbsent,
    StoreUnavailable,
    VersionConflict,
)
from channel_gateway.store.documents import stamped, text_key
from channel_gateway.store.indexes import (
    count_index,
    declared,
    field_index,
    page_index,
    unique_fields,
    unique_index,
)
from channel_gateway.store.mutate import mutate

Answer = TypeVar("Answer")


class MemoryStore:
    """Keeps what was committed over `crash()`, and can be told to fail as an engine fails."""

    def __init__(self, collections: Iterable[Collection]) -> None:
        self._declared = declared(collections)
        self._kept: dict[str, dict[str, Document]] = {name: {} for name in self._declared}
        self._holders: dict[str, dict[str, dict[str, str]]] = {
            name: {field: {} for field in unique_fields(collection)}
            for name, collection in self._declared.items()
        }  # collection, unique field, key: the id that holds it
        self._life = 0  # counts the crashes
        self._opened = False
        self._failures: list[bool] = []

    def crash(self) -> None:
        """Lose every write not yet committed; nothing works until `open()`."""
        self._life += 1
        self._opened = False

    def fail_writes(self, count: int = 1, *, applied: bool) -> None:
        """Answer the next writes with `StoreUnavailable`, done in truth (`applied`) or not."""
        self._failures += [applied] * count

    async def open(self, *, create: bool = True) -> None:
        if not create:
            raise StoreAbsent("a store in memory is its own process's: nobody else sees into it")
        self._opened = True

    async def close(self) -> None:
        self._opened = False

    async def ping(self) -> None:
        await self._commit(lambda: None)

    async def insert(self, collection: str, document: Document) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=1)

        def insert() -> Document:
            if new["_id"] in self._kept[collection]:
                raise DuplicateKey(collection, "_id")
            return self._put(declared, new)

        return await self._commit(insert)

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> int:
        declared, kept = self._declared[collection], self._kept[collection]
        new = [stamped(declared, document, version=1) for document in documents]

        def insert() -> int:
            before = len(kept)
            for document in new:
                if document["_id"] not in kept:
                    self._put(declared, document)
            return len(kept) - before

        return await self._commit(insert)

    async def get(self, collection: str, id: str) -> Document | None:
        text_key(collection, id)
        found = self._reading(collection).get(id)
        return None if found is None else _copy(found)

    async def get_by(self, collection: str, unique_field: str, key: str) -> Document | None:
        text_key(collection, key)
        unique_index(self._declared[collection], unique_field)
        id = self._holders[collection][unique_field].get(key)
        return None if id is None else await self.get(collection, id)

    async def replace(self, collection: str, document: Document, *, version: int) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=version + 1)

        def replace() -> Document:
            old = self._kept[collection].get(new["_id"])
            if old is None:
                raise MissingDocument(f"{collection}: nothing to replace")
            if old["v"] != version:
                raise VersionConflict(f"{collection}: changed since version {version}")
            return self._put(declared, new)

        return await self._commit(replace)

    async def mutate(self, collection: str, id: str, change: Change) -> Document:
        return await mutate(self, collection, id, change)

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
        equal = equal or {}
        page_index(self._declared[collection], equal, order, range)
        found = [
            document
            for document in self._reading(collection).values()
            if _has(document, equal) and _within(document.get(order), range)
        ]
        found.sort(key=lambda document: _place(document, order), reverse=descending)
        if after is not None:
            end = after.value, after.id
            found = [
                document
                for document in found
                if (_place(document, order) < end if descending else _place(document, order) > end)
            ]
        return [_copy(document) for document in found[:limit]]

    async def count(self, collection: str, *, equal: dict[str, str | int | bool], cap: int) -> int:
        count_index(self._declared[collection], equal)
        return min(cap, sum(_has(d, equal) for d in self._reading(collection).values()))

    async def claim(
        self, collection: str, field: str, *, now: int, until: int, owner: str, limit: int
    ) -> list[Document]:
        declared = self._declared[collection]
        field_index(declared, field)

        def claim() -> list[Document]:
            return [
                self._put(declared, old | {"v": old["v"] + 1, field: until, "owner": owner})
                for old in self._first(collection, field, now + 1, limit)
            ]

        return await self._commit(claim)

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        text_key(collection, id)
        kept = self._kept[collection]

        def delete() -> bool:
            if id not in kept or (version is not None and kept[id]["v"] != version):
                return False
            self._drop(collection, id)
            return True

        return await self._commit(delete)

    async def purge(self, collection: str, field: str, *, before: int, limit: int) -> int:
        field_index(self._declared[collection], field)

        def purge() -> int:
            expired = self._first(collection, field, before, limit)
            for document in expired:
                self._drop(collection, document["_id"])
            return len(expired)

        return await self._commit(purge)

    def _first(self, collection: str, field: str, before: int, limit: int) -> list[Document]:
        early = [
            document
            for document in self._kept[collection].values()
            if _within(document.get(field), Range(field, high=before))
        ]
        return sorted(early, key=lambda document: _place(document, field))[:limit]

    def _put(self, collection: Collection, document: Document) -> Document:
        id, holders = document["_id"], self._holders[collection.name]
        for field in unique_fields(collection):
            if holders[field].get(document.get(field) or "", id) != id:
                raise DuplicateKey(collection.name, field)
        self._drop(collection.name, id)
        self._kept[collection.name][id] = _copy(document)
        for field, ids in holders.items():
            if document.get(field) is not None:
                ids[document[field]] = id
        return document

    def _drop(self, collection: str, id: str) -> None:
        old = self._kept[collection].pop(id, {})
        for field, ids in self._holders[collection].items():
            ids.pop(old.get(field) or "", None)

    def _reading(self, collection: str) -> dict[str, Document]:
        if not self._opened:
            raise StoreUnavailable("the store is closed")
        return self._kept[collection]

    async def _commit(self, write: Callable[[], Answer]) -> Answer:
        life = self._life
        await asyncio.sleep(0)  # on its way to the disk: here a crash loses it
        if life != self._life or not self._opened:
            raise StoreUnavailable("the store is closed")
        if not self._failures:
            return write()
        if self._failures.pop(0):
            write()
        raise StoreUnavailable("told to fail")


def _copy(document: Document) -> Document:
    copy: Document = orjson.loads(orjson.dumps(document))
    return copy


def _has(document: Document, equal: dict[str, str | int | bool]) -> bool:
    return all(document.get(field) == value for field, value in equal.items())


def _within(value: Any, range: Range | None) -> bool:
    if value is None:
        return False
    return range is None or (
        (range.low is None or range.low <= value) and (range.high is None or value < range.high)
    )


def _place(document: Document, order: str) -> Any:
    return document[order], document["_id"]  # Python orders text as its UTF-8 bytes are ordered
