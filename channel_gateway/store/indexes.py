"""Which declared index serves a query; every engine refuses a query that none serves. Pure."""

import re
from collections.abc import Collection as Names
from collections.abc import Iterable
from functools import cache

from channel_gateway.ports import Collection, Index, Range, StoreError, UnindexedQuery

# Names go into SQL and into paths inside documents, unquoted.
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def declared(collections: Iterable[Collection]) -> dict[str, Collection]:
    """Return the collections by name. Raises `StoreError` for a declaration no engine can keep."""
    by_name: dict[str, Collection] = {}
    for collection in collections:
        if by_name.setdefault(collection.name, collection) != collection:
            raise StoreError(f"{collection.name}: declared twice")
        for name in (collection.name, *(f for index in collection.indexes for f in index.fields)):
            if not _NAME.fullmatch(name):
                raise StoreError(f"{collection.name}: {name!r} is not a name")
        for index in collection.indexes:
            if not index.fields or (index.unique and len(index.fields) != 1):
                raise StoreError(f"{collection.name}: a unique index has one field")
        if len({index_name(index) for index in collection.indexes}) != len(collection.indexes):
            raise StoreError(f"{collection.name}: two indexes over the same fields")
    return by_name


def index_name(index: Index) -> str:
    return ",".join(index.fields)


@cache
def indexed_fields(collection: Collection) -> tuple[str, ...]:
    """Every field that some index is over, once, in the order of their declaration."""
    return tuple(dict.fromkeys(field for index in collection.indexes for field in index.fields))


def unique_fields(collection: Collection) -> list[str]:
    """Return the unique keys as declared: the order in which a collision is named."""
    return [index.fields[0] for index in collection.indexes if index.unique]


def unique_index(collection: Collection, field: str) -> Index:
    for index in collection.indexes:
        if index.unique and index.fields == (field,):
            return index
    raise UnindexedQuery(f"{collection.name}: {field} is not a unique key")


def page_index(
    collection: Collection, equal: Names[str], order: str, range: Range | None
) -> Index | None:
    """Return the index that yields such a page already sorted; None is the order of `_id` alone."""
    if range is not None and range.field != order:
        raise UnindexedQuery(f"{collection.name}: a range on {range.field} orders by it")
    tail = () if order == "_id" else (order,)
    if not equal and not tail:
        return None
    for index in collection.indexes:
        fixed = index.fields[: len(equal)]
        if not index.unique and set(fixed) == set(equal) and index.fields == fixed + tail:
            return index
    raise UnindexedQuery(f"{collection.name}: no index for {sorted(equal)} in order of {order}")


def count_index(collection: Collection, equal: Names[str]) -> Index:
    for index in collection.indexes:
        if equal and not index.unique and set(index.fields[: len(equal)]) == set(equal):
            return index
    raise UnindexedQuery(f"{collection.name}: no index begins with {sorted(equal)}")


def field_index(collection: Collection, field: str) -> Index:
    """Return the index of one ordered field: what is due, what has expired."""
    for index in collection.indexes:
        if not index.unique and index.fields == (field,):
            return index
    raise UnindexedQuery(f"{collection.name}: no index over {field}")
