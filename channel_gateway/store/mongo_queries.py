"""Filters, sorts and index definitions of the MongoDB store; each query names its index. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson.codec_options import TypeDecoder, TypeRegistry
from bson.int64 import Int64

from channel_gateway.ports import Collection, Cursor, Index, Range
from channel_gateway.store.indexes import count_index, field_index, index_name, page_index

MARK = "_w"  # who wrote this version: random, so that a lost answer can be looked up
WITHOUT_MARK = {MARK: 0}

Sort = list[tuple[str, int]]


class _PlainInteger(TypeDecoder):
    """Large integers come back as `int`, not as BSON's own type."""

    bson_type = Int64

    def transform_bson(self, value: Any) -> int:
        return int(value)


PLAIN_INTEGERS = TypeRegistry([_PlainInteger()])


def index_definition(index: Index) -> dict[str, Any]:
    """Return the arguments of `create_index`.

    The filters are chosen so that reads use the index: one on the type, `{$type: "string"}`, never
    is; `sparse` means nothing once `_id` is in the index, and makes two explicit nulls collide.
    """
    first = index.fields[0]
    if index.unique:
        return {
            "keys": [(first, 1)],
            "name": index_name(index),
            "unique": True,
            "partialFilterExpression": {first: {"$gt": ""}},
        }
    return {
        "keys": [*((field, 1) for field in index.fields), ("_id", 1)],
        "name": index_name(index),
        "partialFilterExpression": {first: {"$exists": True}},
    }


def by_key(field: str, key: Any) -> dict[str, Any]:
    """Select the holder of a unique key; the second term tells MongoDB that the index applies."""
    return {"$and": [{field: key}, {field: {"$gt": ""}}]}


def having(field: str, keys: Sequence[str]) -> dict[str, Any]:
    """Select the holders of these unique keys."""
    wanted: Any = keys[0] if len(keys) == 1 else {"$in": keys}
    return {"_id": wanted} if field == "_id" else by_key(field, wanted)


def count_hint(collection: Collection, equal: Mapping[str, object]) -> str:
    return index_name(count_index(collection, equal.keys()))


@dataclass(frozen=True)
class Page:
    """One page: what, in which order, over which index."""

    terms: list[dict[str, Any]]
    sort: Sort
    hint: str
    limit: int

    def filter(self) -> dict[str, Any]:
        return {"$and": self.terms} if self.terms else {}


def page(
    collection: Collection,
    *,
    equal: dict[str, str | int | bool],
    range: Range | None,
    order: str,
    descending: bool,
    limit: int,
    after: Cursor | None,
) -> Page:
    index = page_index(collection, equal, order, range)
    terms: list[dict[str, Any]] = [{field: value} for field, value in equal.items()]
    if order != "_id":
        terms.append({order: {"$ne": None}})
    if range is not None and range.low is not None:
        terms.append({order: {"$gte": range.low}})
    if range is not None and range.high is not None:
        terms.append({order: {"$lt": range.high}})
    if after is not None:
        sign = "$lt" if descending else "$gt"
        terms.append({order: {f"{sign}e": after.value}})
        terms.append({"$or": [{order: {sign: after.value}}, {"_id": {sign: after.id}}]})
    direction = -1 if descending else 1
    sort = [("_id", direction)] if order == "_id" else [(order, direction), ("_id", direction)]
    return Page(terms, sort, "_id_" if index is None else index_name(index), limit)


@dataclass(frozen=True)
class First:
    """Those with `field < before`, soonest first."""

    field: str
    before: int
    limit: int
    hint: str

    def still(self, ids: list[str]) -> dict[str, Any]:
        """Select those of `ids` of which it is still true."""
        return {"_id": {"$in": ids}, self.field: {"$lt": self.before}}


def first(collection: Collection, field: str, before: int, limit: int) -> First:
    return First(field, before, limit, index_name(field_index(collection, field)))
