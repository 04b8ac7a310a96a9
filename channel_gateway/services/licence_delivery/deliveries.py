"""Deliveries in the store: fetch, change, list. The only writer of `deliveries`."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.tasks import DEAD_LETTERS_BY
from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    Index,
    MissingDocument,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from channel_gateway.services.licence_delivery.delivery import Delivery
from channel_gateway.services.licence_delivery.following import followed
from channel_gateway.services.licence_delivery.refusals import NoSuchDelivery

# `request_key` first: a repeated call must find its own delivery before it is told of an open one.
DELIVERIES = Collection(
    "deliveries",
    (
        Index(("request_key",), unique=True),
        Index(("open_key",), unique=True),
        Index(("waybill_key",), unique=True),
        Index(("former_key",), unique=True),
        Index(("person", "created_at")),
        Index(("matter_key",)),
        Index(("case_id",)),
        Index(("case_no",)),
        Index(("appointment_id",)),
        Index(("attention_since",)),
        *TASKS,
    ),
)
_MOST_OF_A_MATTER = 50
MOST_WANTING = 100

Changed = Callable[[Delivery], Delivery]


class Deliveries:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, delivery: Delivery, now: datetime) -> Delivery:
        """Raises `DuplicateKey`, naming the field whose key is taken."""
        new = followed(None, delivery, now)
        return read(await self._store.insert(DELIVERIES.name, to_document(new)))

    async def get(self, id: str) -> Delivery:
        """Raises `NoSuchDelivery`."""
        found = await self.find(id)
        if found is None:
            raise NoSuchDelivery(field="delivery_id")
        return found

    async def find(self, id: str) -> Delivery | None:
        document = await self._store.get(DELIVERIES.name, id)
        return read(document) if document else None

    async def by(self, unique_field: str, key: str) -> Delivery | None:
        document = await self._store.get_by(DELIVERIES.name, unique_field, key)
        return read(document) if document else None

    async def of_waybill(self, courier: str, waybill: str) -> Delivery | None:
        """Whose parcel has this waybill, or had it before it was sent again."""
        document = await self._with_waybill(courier, waybill)
        return read(document) if document else None

    async def id_of_waybill(self, courier: str, waybill: str) -> str | None:
        """The same, for who is about to change it, and reads it then."""
        document = await self._with_waybill(courier, waybill)
        return str(document["_id"]) if document else None

    async def of_matter(self, matter_key: str) -> list[Delivery]:
        return await self._of("matter_key", matter_key)

    async def of_case(self, case_id: str) -> list[Delivery]:
        return await self._of("case_id", case_id)

    async def of_case_no(self, case_no: str) -> list[Delivery]:
        """Of whichever department's case."""
        return await self._of("case_no", case_no)

    async def of_visit(self, appointment_id: str) -> list[Delivery]:
        return await self._of("appointment_id", appointment_id)

    async def change(self, id: str, change: Changed, now: datetime) -> Delivery:
        """Swap for what the pure `change` makes of it, and all that follows; it may be called more
        than once. Raises `NoSuchDelivery`, `DuplicateKey` and what `change` raises.
        """
        _, made = await self.changed(id, change, now)
        return made

    async def changed(self, id: str, change: Changed, now: datetime) -> tuple[Delivery, Delivery]:
        """The same; as it was before, and as it is then."""
        try:
            return await swapped(
                self._store, DELIVERIES, id, Delivery, lambda current: _whole(current, change, now)
            )
        except MissingDocument:
            raise NoSuchDelivery(field="delivery_id") from None

    def changing(self, change: Changed, now: datetime) -> Change:
        """A pure change of deliveries as one of documents, for a reaction to hand back."""
        return lambda document: to_document(_whole(read(document), change, now))

    async def of_person(self, person: str, *, limit: int, after: Cursor | None) -> list[Delivery]:
        """The newest first."""
        found = await self._store.find(
            DELIVERIES.name,
            equal={"person": person},
            order="created_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    def all_of(self, person: str) -> AsyncIterator[Delivery]:
        """Every delivery of a person, the newest first."""
        return every(
            self._store,
            DELIVERIES,
            Delivery,
            equal={"person": person},
            order="created_at",
            descending=True,
        )

    async def wanting(self, *, after: Cursor | None) -> list[Delivery]:
        """What needs a person, the longest first; at most a hundred."""
        found = await self._store.find(
            DELIVERIES.name, order="attention_since", limit=MOST_WANTING, after=after
        )
        return [read(document) for document in found]

    async def given_up(self) -> list[Delivery]:
        """With dead letters, the longest first; at most a hundred."""
        found = await self._store.find(DELIVERIES.name, order=DEAD_LETTERS_BY, limit=MOST_WANTING)
        return [read(document) for document in found]

    async def _with_waybill(self, courier: str, waybill: str) -> Document | None:
        name, key = DELIVERIES.name, f"{courier}|{waybill}"
        now = await self._store.get_by(name, "waybill_key", key)
        return now or await self._store.get_by(name, "former_key", key)

    async def _of(self, field: str, value: str) -> list[Delivery]:
        found = await self._store.find(
            DELIVERIES.name, equal={field: value}, limit=_MOST_OF_A_MATTER
        )
        return [read(document) for document in found]


def read(document: Document) -> Delivery:
    return from_document(Delivery, document)


def _whole(current: Delivery, change: Changed, now: datetime) -> Delivery:
    changed = change(current)
    return current if changed == current else followed(current, changed, now)
