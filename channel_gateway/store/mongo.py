"""The store for several machines: a MongoDB replica set, through motor or PyMongo's own client.

Every call passes a first-come gate as wide as the connection pool, so that no caller starves, and
has a time limit. A write goes on when its caller is cancelled: half a cancelled call is worse.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from bson.codec_options import CodecOptions
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
)

from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    MissingDocument,
    Range,
    StoreError,
    StoreUnavailable,
    VersionConflict,
)
from channel_gateway.store import mongo_queries as queries
from channel_gateway.store.documents import stamped
from channel_gateway.store.indexes import declared, unique_fields, unique_index
from channel_gateway.store.mongo_client import Client, DriverCollection, connect, disconnect

Answer = TypeVar("Answer")

CHUNK = 500  # documents in one message of `insert_many`
INDEX_CONFLICTS = (85, 86)  # IndexOptionsConflict, IndexKeySpecsConflict
DUPLICATE_KEY = 11000


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

    async def open(self) -> None:
        if self._client is None:
            self._client = self._connect()
        for collection in self._declared.values():
            await self._call(partial(self._ensure_indexes, collection))

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            if self._calls:
                await asyncio.wait(self._calls, timeout=self._timeout_s)
            await disconnect(client)

    async def ping(self) -> None:
        async def write() -> None:
            mark = {"$set": {queries.MARK: _mark()}}
            await self._target("ping").update_one({"_id": "ping"}, mark, upsert=True)

        await self._call(write)

    async def insert(self, collection: str, document: Document) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=1)
        await self._call(lambda: self._insert(declared, new))
        return new

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> int:
        declared = self._declared[collection]
        new = [stamped(declared, document, version=1) for document in documents]
        inserted = 0
        for start in range(0, len(new), CHUNK):
            chunk = new[start : start + CHUNK]
            inserted += await self._call(partial(self._insert_new, declared, chunk))
        return inserted

    async def get(self, collection: str, id: str) -> Document | None:
        return await self._one(collection, {"_id": id})

    async def get_by(self, collection: str, unique_field: str, key: str) -> Document | None:
        unique_index(self._declared[collection], unique_field)
        return await self._one(collection, queries.by_key(unique_field, key))

    async def replace(self, collection: str, document: Document, *, version: int) -> Document:
        declared = self._declared[collection]
        new = stamped(declared, document, version=version + 1)
        await self._call(lambda: self._replace(declared, new, version))
        return new

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
        return await self._call(lambda: page.fetch(self._target(collection)))

    async def count(self, collection: str, *, equal: dict[str, str | int | bool], cap: int) -> int:
        hint = queries.count_hint(self._declared[collection], equal)

        async def count() -> int:
            target = self._target(collection)
            return int(await target.count_documents(equal, limit=cap, hint=hint))

        return await self._call(count)

    async def claim(
        self, collection: str, field: str, *, now: int, until: int, owner: str, limit: int
    ) -> list[Document]:
        due = queries.first(self._declared[collection], field, now + 1, limit)
        changes = {field: until, "owner": owner}
        return await self._call(lambda: self._claim(self._target(collection), due, changes))

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        which = {"_id": id} if version is None else {"_id": id, "v": version}

        async def delete() -> bool:
            return bool((await self._target(collection).delete_one(which)).deleted_count)

        return await self._call(delete)

    async def purge(self, collection: str, field: str, *, before: int, limit: int) -> int:
        expired = queries.first(self._declared[collection], field, before, limit)

        async def purge() -> int:
            target = self._target(collection)
            which = expired.still(await expired.ids(target))
            return int((await target.delete_many(which)).deleted_count)

        return await self._call(purge)

    # -- inside one call -------------------------------------------------------------------------

    async def _ensure_indexes(self, collection: Collection) -> None:
        target = self._target(collection.name)
        for index in collection.indexes:
            try:
                await target.create_index(**queries.index_definition(index))
            except OperationFailure as error:
                if error.code in INDEX_CONFLICTS:
                    raise StoreError(
                        f"{collection.name}: the index on {index.fields} has another definition"
                    ) from error
                raise

    async def _one(self, collection: str, which: dict[str, Any]) -> Document | None:
        async def get() -> Document | None:
            found: Document | None = await self._target(collection).find_one(
                which, queries.WITHOUT_MARK
            )
            return found

        return await self._call(get)

    async def _insert(self, collection: Collection, new: Document) -> None:
        target, mark = self._target(collection.name), _mark()
        try:
            await target.insert_one(new | {queries.MARK: mark})
        except (AutoReconnect, DuplicateKeyError) as error:
            # The answer to our write may be lost, and the write sent twice: then it is its own
            # duplicate. The mark tells.
            if error.timeout:
                raise
            found = await target.find_one({"_id": new["_id"]}, {queries.MARK: 1})
            if found is not None and found.get(queries.MARK) == mark:
                return
            if isinstance(error, DuplicateKeyError):
                raise (
                    DuplicateKey(collection.name, "_id")
                    if found is not None
                    else await self._duplicate(collection, new, error.details)
                ) from None
            raise

    async def _replace(self, collection: Collection, new: Document, version: int) -> None:
        target, mark = self._target(collection.name), _mark()
        lost: AutoReconnect | None = None
        try:
            swapped = await target.replace_one(
                {"_id": new["_id"], "v": version}, new | {queries.MARK: mark}
            )
        except DuplicateKeyError as error:
            raise await self._duplicate(collection, new, error.details) from None
        except AutoReconnect as error:
            if error.timeout:
                raise
            lost = error
        else:
            if swapped.matched_count == 1:
                return
        found = await target.find_one({"_id": new["_id"]}, {"v": 1, queries.MARK: 1})
        if found is not None and found.get(queries.MARK) == mark:
            return
        if lost is not None:  # not there yet, or there and changed again: nobody knows
            raise lost
        if found is None:
            raise MissingDocument(f"{collection.name}: nothing to replace")
        raise VersionConflict(f"{collection.name}: changed since version {version}")

    async def _insert_new(self, collection: Collection, chunk: list[Document]) -> int:
        target = self._target(collection.name)
        try:
            return len((await target.insert_many(chunk, ordered=False)).inserted_ids)
        except BulkWriteError as error:
            details = error.details
            refused = details["writeErrors"]
            if details["writeConcernErrors"] or any(r["code"] != DUPLICATE_KEY for r in refused):
                raise
            ids = [r["op"]["_id"] for r in refused]
            there = await target.find({"_id": {"$in": ids}}, {"_id": 1}).to_list(None)
            collided = {r["op"]["_id"]: r for r in refused}
            for document in there:
                collided.pop(document["_id"], None)
            for collision in collided.values():
                raise await self._duplicate(collection, collision["op"], collision) from None
            return int(details["nInserted"])

    async def _duplicate(
        self, collection: Collection, document: Document, details: Any
    ) -> DuplicateKey:
        """Name the key that is taken, in the order declared; the server names any of them."""
        target = self._target(collection.name)
        for field in unique_fields(collection):
            if document.get(field) is not None:
                holder = await target.find_one(queries.by_key(field, document[field]), {"_id": 1})
                if holder is not None and holder["_id"] != document["_id"]:
                    return DuplicateKey(collection.name, field)
        # Freed since: the server's word is all there is.
        return DuplicateKey(collection.name, next(iter(details["keyPattern"])))

    async def _claim(
        self, target: DriverCollection, due: queries.First, changes: Document
    ) -> list[Document]:
        ids, mark = await due.ids(target), _mark()
        if not ids:
            return []
        leased = {"$set": changes | {queries.MARK: mark}, "$inc": {"v": 1}}
        try:
            await target.update_many(due.still(ids), leased)
        except AutoReconnect as error:
            if error.timeout:
                raise
        ours = {"_id": {"$in": ids}, queries.MARK: mark}
        claimed: list[Document] = await target.find(ours, queries.WITHOUT_MARK).to_list(None)
        return sorted(claimed, key=lambda document: ids.index(document["_id"]))

    # -- the way of every call -------------------------------------------------------------------

    async def _call(self, operation: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        if self._client is None:
            raise StoreUnavailable("the store is closed")
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._gate.acquire()
                call = asyncio.create_task(operation())
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

    def _target(self, collection: str) -> DriverCollection:
        if self._client is None:
            raise StoreUnavailable("the store is closed")
        database = self._client.get_default_database("channel_gateway")
        return database.get_collection(collection, codec_options=PLAIN)


PLAIN: CodecOptions[Document] = CodecOptions(type_registry=queries.PLAIN_INTEGERS)


def _mark() -> str:
    return secrets.token_hex(8)
