"""What goes with an order: refund cases, their materials, traces; as the store has it."""

from collections.abc import Mapping
from typing import Any

import orjson

from channel_gateway.domain.documents import from_document
from channel_gateway.ports import Document, Range, Store
from payment.archive.places import WHOSE, Place
from payment.order import Order
from payment.refund_cases.case import RefundCase
from payment.refund_cases.cases import CASES
from payment.refund_cases.materials import MATERIALS
from payment.traces.traces import TRACES

# By collection; a case goes before its materials, so that none is shown without them.
Belongings = Mapping[str, list[Document]]
_KINDS = (CASES, MATERIALS, TRACES)
_MOST = 1000


async def belongings_of(store: Store, order: Order) -> Belongings:
    cases = await store.find(
        CASES.name, equal={"order_id": order.id}, order="applied_at", limit=_MOST
    )
    materials = [each.id for case in cases for each in from_document(RefundCase, case).materials]
    within = Range("_id", low=f"{order.id}|", high=f"{order.id}}}")  # } follows | in ASCII
    return {
        CASES.name: cases,
        MATERIALS.name: await _there(store, MATERIALS.name, materials),
        TRACES.name: await store.find(TRACES.name, range=within, limit=_MOST),
    }


async def delete_belongings(store: Store, belongings: Belongings) -> None:
    """Again changes nothing."""
    for kind in _KINDS:
        for document in belongings[kind.name]:
            await store.delete(kind.name, document["_id"])


def written(document: Document, belongings: Belongings) -> bytes:
    """An order's line of the file: all but whose it is."""
    bare = {name: value for name, value in document.items() if name not in WHOSE}
    return as_line({"kind": "order", "order": bare, **belongings})


def as_line(content: Mapping[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def belongings_in(line: Mapping[str, Any]) -> Belongings:
    return {kind.name: line[kind.name] for kind in _KINDS}


def document_in(line: Mapping[str, Any], place: Place) -> Document:
    """The order as it was, and whose it is by now."""
    whose = {name: getattr(place, name) for name in WHOSE}
    known = {name: value for name, value in whose.items() if value is not None}
    return {**line["order"], **known}


def order_in(line: Mapping[str, Any], place: Place) -> Order:
    return from_document(Order, document_in(line, place))


async def _there(store: Store, collection: str, ids: list[str]) -> list[Document]:
    found = [await store.get(collection, id) for id in ids]
    return [each for each in found if each is not None]
