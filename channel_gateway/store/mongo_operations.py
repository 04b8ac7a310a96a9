"""What the MongoDB store does inside one call: functions of a collection of either driver.

Each write carries a random mark. When its answer is lost, the document is read again: with the same
mark it was our write that went through. A write that ran out of time stays unknown.
"""

import secrets
from typing import Any

from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError, OperationFailure

from channel_gateway.ports import (
    Collection,
    Document,
    DuplicateKey,
    MissingDocument,
    StoreError,
    VersionConflict,
)
from channel_gateway.store.indexes import unique_fields
from channel_gateway.store.mongo_client import DriverCollection
from channel_gateway.store.mongo_queries import (
    MARK,
    WITHOUT_MARK,
    First,
    Page,
    by_key,
    index_definition,
)

INDEX_CONFLICTS = (85, 86)  # IndexOptionsConflict, IndexKeySpecsConflict
DUPLICATE_KEY = 11000
BATCH = 500  # documents decoded at a time: more would hold up the loop


async def ensure_indexes(target: DriverCollection, collection: Collection) -> None:
    """Make indexes that are not there. Raises `StoreError` where one is different."""
    for index in collection.indexes:
        try:
            await target.create_index(**index_definition(index))
        except OperationFailure as error:
            if error.code in INDEX_CONFLICTS:
                raise StoreError(
                    f"{collection.name}: the index on {index.fields} has another definition"
                ) from error
            raise


async def neighbours(target: DriverCollection) -> list[str]:
    """Name the collections there are in this one's database."""
    names: list[str] = await target.database.list_collection_names()
    return names


async def touch(target: DriverCollection) -> None:
    """Write what changes nothing, all the way to a majority."""
    await target.update_one({"_id": "ping"}, {"$set": {MARK: _mark()}}, upsert=True)


async def having(target: DriverCollection, which: dict[str, Any]) -> list[Document]:
    found: list[Document] = await target.find(which, WITHOUT_MARK).batch_size(BATCH).to_list(None)
    return found


async def many(target: DriverCollection, page: Page) -> list[Document]:
    if page.limit < 1:
        return []  # MongoDB would read zero as "all"
    cursor = target.find(page.filter(), WITHOUT_MARK).sort(page.sort).hint(page.hint)
    found: list[Document] = await cursor.limit(page.limit).batch_size(BATCH).to_list(None)
    return found


async def number(target: DriverCollection, equal: dict[str, Any], hint: str, cap: int) -> int:
    return int(await target.count_documents(equal, limit=cap, hint=hint)) if cap > 0 else 0


async def insert(target: DriverCollection, collection: Collection, new: Document) -> None:
    mark = _mark()
    try:
        await target.insert_one(new | {MARK: mark})
    except (AutoReconnect, DuplicateKeyError) as error:
        # A write that was sent twice is its own duplicate.
        if error.timeout:
            raise
        found = await target.find_one({"_id": new["_id"]}, {MARK: 1})
        if found is not None and found.get(MARK) == mark:
            return
        if not isinstance(error, DuplicateKeyError):
            raise
        if found is not None:
            raise DuplicateKey(collection.name, "_id") from None
        raise await _duplicate(target, collection, new, error.details) from None


async def insert_new(
    target: DriverCollection, collection: Collection, documents: list[Document]
) -> int:
    """Insert those whose id is not there; return how many."""
    try:
        return len((await target.insert_many(documents, ordered=False)).inserted_ids)
    except BulkWriteError as error:
        details = error.details
        refused = {refusal["op"]["_id"]: refusal for refusal in details["writeErrors"]}
        if details["writeConcernErrors"] or any(
            refusal["code"] != DUPLICATE_KEY for refusal in refused.values()
        ):
            raise
        for there in await target.find({"_id": {"$in": list(refused)}}, {"_id": 1}).to_list(None):
            del refused[there["_id"]]
        for refusal in refused.values():
            raise await _duplicate(target, collection, refusal["op"], refusal) from None
        return int(details["nInserted"])


async def replace(
    target: DriverCollection, collection: Collection, new: Document, version: int
) -> None:
    mark = _mark()
    lost: AutoReconnect | None = None
    try:
        swapped = await target.replace_one({"_id": new["_id"], "v": version}, new | {MARK: mark})
    except DuplicateKeyError as error:
        raise await _duplicate(target, collection, new, error.details) from None
    except AutoReconnect as error:
        if error.timeout:
            raise
        lost = error
    else:
        if swapped.matched_count == 1:
            return
    found = await target.find_one({"_id": new["_id"]}, {"v": 1, MARK: 1})
    if found is not None and found.get(MARK) == mark:
        return
    if lost is not None:  # not there yet, or there and changed again: nobody knows
        raise lost
    if found is None:
        raise MissingDocument(f"{collection.name}: nothing to replace")
    raise VersionConflict(f"{collection.name}: changed since version {version}")


async def claim(target: DriverCollection, due: First, changes: Document) -> list[Document]:
    """Lease in three steps whatever the number: who is due, take those still due, see which."""
    ids, mark = await _ids(target, due), _mark()
    if not ids:
        return []
    try:
        await target.update_many(due.still(ids), {"$set": changes | {MARK: mark}, "$inc": {"v": 1}})
    except AutoReconnect as error:
        if error.timeout:
            raise
    ours = {"_id": {"$in": ids}, MARK: mark}
    claimed: list[Document] = await target.find(ours, WITHOUT_MARK).to_list(None)
    return sorted(claimed, key=lambda document: ids.index(document["_id"]))


async def delete(target: DriverCollection, which: dict[str, Any]) -> bool:
    return bool((await target.delete_one(which)).deleted_count)


async def purge(target: DriverCollection, expired: First) -> int:
    which = expired.still(await _ids(target, expired))
    return int((await target.delete_many(which)).deleted_count)


async def _ids(target: DriverCollection, first: First) -> list[str]:
    if first.limit < 1:
        return []
    cursor = target.find({first.field: {"$lt": first.before}}, {"_id": 1})
    ordered = cursor.sort([(first.field, 1), ("_id", 1)]).hint(first.hint).limit(first.limit)
    return [document["_id"] for document in await ordered.to_list(None)]


async def _duplicate(
    target: DriverCollection, collection: Collection, document: Document, details: Any
) -> DuplicateKey:
    """Name the key that is taken, in the order declared; the server names any of them."""
    for field in unique_fields(collection):
        if document.get(field) is not None:
            holder = await target.find_one(by_key(field, document[field]), {"_id": 1})
            if holder is not None and holder["_id"] != document["_id"]:
                return DuplicateKey(collection.name, field)
    # Freed since: the server's word is all there is.
    return DuplicateKey(collection.name, next(iter(details["keyPattern"])))


def _mark() -> str:
    return secrets.token_hex(8)
