"""The store for several machines: a MongoDB replica set, through motor or PyMongo's own client.

Every call passes a first-come gate as wide as the connection pool, so that no caller starves, and
has a time limit. A write goes on when its caller is cancelled: half a cancelled call is worse.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from bson.codec_options import CodecOptions
from pymongo.errors import PyMongoError

from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    Range,
    StoreAbsent,
    StoreUnavailable,
)
from channel_gateway.store import mongo_operations as operations
from channel_gateway.store import mongo_queries as queries
from channel_gateway.store.documents import stamped, text_key
from channel_gateway.store.gathering import Gathering
from channel_gateway.store.indexes import declared, unique_index
from channel_gateway.store.mongo_client import Client, DriverCollection, connect, disconnect
from channel_gateway.store.mutate import mutate

Answer = TypeVar("Answer")

CHUNK = 500  # documents in one message of `insert_many`
CODEC: CodecOptions[Document] = CodecOptions(type_registry=queries.PLAIN_INTEGERS)


class MongoStore:
    """Durable when a call returns: acknowledged by a majority, in their journals."""

    def __init__(
        self,
        url: str,
        collections: Iterable[Collection],
        *,
        driver: str = "motor",
        timeout_s: float = 5.0,
        pool_size: int = 32,
        retry_writes: bool = True,
    ) -> None:
        """`retry_writes=False` is for a proxy without sessions: then our own marks must do."""
        self._declared = declared(collections)
        self._connect = partial(
            connect, driver, url, pool_size=pool_size, timeout_s=timeout_s, retry=retry_writes
        )
        self._timeout_s = timeout_s
        self._client: Client | None = None
        self._gate = asyncio.Semaphore(pool_size)
        self._calls: set[asyncio.Task[Any]] = set()
        self._gathering = Gathering(self._having)

    async def open(self, *, create: bool = True) -> None:
        if self._client is None:
            self._client = self._connect()
        if not create:
            if not await self._call("any", operations.neighbours):
                raise StoreAbsent("there is nothing in this database")
            return
        for collection in self._declared.values():
            ensure = partial(operations.ensure_indexes, collection=collection)
            await self._call(collection.name, ensure)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            if self._calls:
                await asyncio.wait(self._calls, timeout=self._timeout_s)
            await disconnect(client)

    async def ping(self) -> None:
        await self._call("ping", operations.touch)

    async def insert(self, collection: str, document: Document) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=1)
        await self._call(collection, partial(operations.insert, collection=declared, new=new))
        return new

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> int:
        declared = self._declared[collection]
        new = [stamped(declared, document, version=1) for document in documents]
        inserted = 0
        for start in range(0, len(new), CHUNK):
            insert = partial(
                operations.insert_new, collection=declared, documents=new[start : start + CHUNK]
            )
            inserted += await self._call(collection, insert)
        return inserted

    async def get(self, collection: str, id: str) -> Document | None:
        text_key(collection, id)
        return await self._gathering.get(collection, "_id", id)

    async def get_by(self, collection: str, unique_field: str, key: str) -> Document | None:
        text_key(collection, key)
        unique_index(self._declared[collection], unique_field)
        return await self._gathering.get(collection, unique_field, key)

    async def replace(self, collection: str, document: Document, *, version: int) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=version + 1)
        replace = partial(operations.replace, collection=declared, new=new, version=version)
        await self._call(collection, replace)
        return new

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
        page = queries.page(
            self._declared[collection],
            equal=equal or {},
            range=range,
            order=order,
            descending=descending,
            limit=limit,
            after=after,
        )
        return await self._call(collection, partial(operations.many, page=page))

    async def count(self, collection: str, *, equal: dict[str, str | int | bool], cap: int) -> int:
        hint = queries.count_hint(self._declared[collection], equal)
        count = partial(operations.number, equal=equal, hint=hint, cap=cap)
        return await self._call(collection, count)

    async def claim(
        self, collection: str, field: str, *, now: int, until: int, owner: str, limit: int
    ) -> list[Document]:
        due = queries.first(self._declared[collection], field, now + 1, limit)
        changes = {field: until, "owner": owner}
        return await self._call(collection, partial(operations.claim, due=due, changes=changes))

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        text_key(collection, id)
        which = {"_id": id} if version is None else {"_id": id, "v": version}
        return await self._call(collection, partial(operations.delete, which=which))

    async def purge(self, collection: str, field: str, *, before: int, limit: int) -> int:
        expired = queries.first(self._declared[collection], field, before, limit)
        return await self._call(collection, partial(operations.purge, expired=expired))

    async def _having(self, collection: str, field: str, keys: list[str]) -> list[Document]:
        """The documents with one of these keys in a unique field."""
        having = queries.having(field, keys)
        return await self._call(collection, partial(operations.having, which=having))

    async def _call(
        self,
        collection: str,
        operation: Callable[[DriverCollection], Coroutine[Any, Any, Answer]],
    ) -> Answer:
        """Pass the gate, run to the end whoever leaves, answer within the time limit."""
        if self._client is None:
            raise StoreUnavailable("the store is closed")
        database = self._client.get_default_database("channel_gateway")
        target = database.get_collection(collection, codec_options=CODEC)
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._gate.acquire()
                call = asyncio.create_task(operation(target))
                self._calls.add(call)
                call.add_done_callback(self._ended)
                return await asyncio.shield(call)
        except TimeoutError:
            raise StoreUnavailable(f"no answer within {self._timeout_s} s") from None
        except PyMongoError as error:
            # Not chained: the driver's sentence may carry a document's values.
            code = getattr(error, "code", None)
            raise StoreUnavailable(f"MongoDB: {type(error).__name__}, code {code}") from None

    def _ended(self, call: asyncio.Task[Any]) -> None:
        self._calls.discard(call)
        self._gate.release()
        if not call.cancelled():
            call.exception()  # seen, should its caller have left
