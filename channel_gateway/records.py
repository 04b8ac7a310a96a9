"""Aggregates in the store: one swapped for what a pure change makes of it, all of an index read."""

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import Collection, Cursor, Document, Range, Store

Record = TypeVar("Record")

_PAGE = 200


async def swapped(
    store: Store,
    collection: Collection,
    id: str,
    kind: type[Record],
    change: Callable[[Record], Record],
) -> tuple[Record, Record]:
    """The aggregate before and after; a change that changes nothing writes nothing.

    `change` may be asked more than once. Raises what it raises, `MissingDocument`, `DuplicateKey`.
    """
    before: Record
    after: Record

    def swap(document: Document) -> Document | None:
        nonlocal before, after
        before = from_document(kind, document)
        after = change(before)
        return None if after == before else to_document(after)

    await store.mutate(collection.name, id, swap)
    return before, after


async def every(
    store: Store,
    collection: Collection,
    kind: type[Record],
    *,
    equal: dict[str, str | int | bool] | None = None,
    range: Range | None = None,
    order: str = "_id",
    descending: bool = False,
) -> AsyncIterator[Record]:
    """As `pages`, one by one."""
    async for page in pages(
        store, collection.name, equal=equal, range=range, order=order, descending=descending
    ):
        for document in page:
            yield from_document(kind, document)


async def pages(
    store: Store,
    collection: str,
    *,
    equal: dict[str, str | int | bool] | None = None,
    range: Range | None = None,
    order: str = "_id",
    descending: bool = False,
    after: Cursor | None = None,
    size: int = _PAGE,
) -> AsyncIterator[list[Document]]:
    """All of one declared index; none is passed over because others are re-keyed."""
    while page := await store.find(
        collection,
        equal=equal,
        range=range,
        order=order,
        descending=descending,
        limit=size,
        after=after,
    ):
        yield page
        after = Cursor(page[-1][order], page[-1]["_id"])
