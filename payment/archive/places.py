"""Where each archived order lies, and whose it is: the finding aid that stays in the store.

Whose it is stands here and not in the file: people may wish to be forgotten, files never change.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import Collection, Cursor, Index, MissingDocument, Store
from channel_gateway.records import every, pages, swapped
from payment.archive.files import Span
from payment.order import Order

PLACES = Collection(
    "archived_orders",
    (
        Index(("settles",), unique=True),
        Index(("transaction_key",), unique=True),
        Index(("notice", "created_at")),
        Index(("person", "created_at")),
        Index(("pay_code", "created_at")),
        Index(("part",)),
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    id: str  # the order's
    part: str
    file: str
    span: Span
    order_version: int  # of the order, as it is in the file
    notice: str
    pay_code: str
    created_at: datetime
    citizen: str
    person: str | None = None
    payer: str | None = None  # sealed
    check_code: str | None = None  # sealed
    settles: str | None = None
    transaction_key: str | None = None
    goes: bool = False  # it was at rest when its place was there for all to see: it is deleted


# What of an order the file leaves to its place.
WHOSE = ("citizen", "person", "payer", "check_code")


def placed(order: Order, version: int, part: str, file: str, span: Span) -> Place:
    return Place(
        order.id,
        part,
        file,
        span,
        version,
        order.notice,
        order.pay_code,
        order.created_at,
        order.citizen,
        order.person,
        order.payer,
        order.check_code,
        order.settles,
        order.transaction_key,
    )


class Places:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, order_id: str) -> Place | None:
        document = await self._store.get(PLACES.name, order_id)
        return from_document(Place, document) if document else None

    async def by(self, field: str, key: str) -> Place | None:
        document = await self._store.get_by(PLACES.name, field, key)
        return from_document(Place, document) if document else None

    async def page(
        self, field: str, value: str, *, limit: int, after: Cursor | None
    ) -> list[Place]:
        """The newest orders first."""
        found = await self._store.find(
            PLACES.name,
            equal={field: value},
            order="created_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [from_document(Place, each) for each in found]

    def of_person(self, person: str) -> AsyncIterator[Place]:
        return every(self._store, PLACES, Place, equal={"person": person}, order="created_at")

    async def of_part(self, part: str, *, size: int) -> AsyncIterator[list[Place]]:
        async for page in pages(self._store, PLACES.name, equal={"part": part}, size=size):
            yield [from_document(Place, each) for each in page]

    async def first(self) -> Place | None:
        found = await self._store.find(PLACES.name, limit=1)
        return from_document(Place, found[0]) if found else None

    async def add(self, places: Sequence[Place]) -> None:
        """Those that are there already stay as they are."""
        await self._store.insert_many(PLACES.name, [to_document(each) for each in places])

    async def change(self, order_id: str, change: Callable[[Place], Place]) -> None:
        with suppress(MissingDocument):
            await swapped(self._store, PLACES, order_id, Place, change)

    async def let_go(self, place: Place) -> bool:
        """Decide that its order goes, for good; False: somebody else has decided that it stays."""

        def going(known: Place) -> Place:
            return replace(known, goes=True) if known.part == place.part else known

        try:
            _, made = await swapped(self._store, PLACES, place.id, Place, going)
        except MissingDocument:
            return False
        return made.goes and made.part == place.part

    async def drop(self, place: Place, *, decided: bool) -> bool:
        """Its order stays in the store; `decided`: though it was to go, for it has changed.

        False: it goes, somebody else says.
        """
        document = await self._store.get(PLACES.name, place.id)
        if document is None or document["part"] != place.part:
            return True
        if document["goes"] and not decided:
            return False
        return await self._store.delete(PLACES.name, place.id, version=document["v"])
