"""An aggregate in the store, swapped for what a pure change makes of it."""

from collections.abc import Callable
from typing import TypeVar

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import Collection, Document, Store

Record = TypeVar("Record")


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
