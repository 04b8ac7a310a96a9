"""Appointments in the store: fetch, change, count. The only writer of `appointments`."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime

from channel_gateway.domain.days import day_start, milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    Index,
    MissingDocument,
    Range,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.places.sold_out import SoldOut
from channel_gateway.services.appointment.refusals import NoSuchAppointment
from channel_gateway.services.appointment.rules.quotas import HOLD_FIELD, MARK_FIELDS, PERSON_FIELDS
from channel_gateway.services.appointment.rules.subjects import MARKS, SUBJECTS, Counted

# `request_key` first: where several keys are taken, the store names the first, and a repeated call
# must find its own appointment before it is told that the slot is full. Keys of marks last: most
# appointments have none.
APPOINTMENTS = Collection(
    "appointments",
    (
        Index(("request_key",), unique=True),
        Index(("seat_key",), unique=True),
        *(Index((field,), unique=True) for field in PERSON_FIELDS),
        Index((HOLD_FIELD,), unique=True),
        Index(("fee_code",), unique=True),
        Index(("cancel_key",), unique=True),
        Index(("ticket_key",), unique=True),
        *(Index((field,), unique=True) for field in MARK_FIELDS),
        *(Index((mark.cancel_key,), unique=True) for mark in MARKS),
        Index(("ticket_book", "ticket")),
        Index(("queue", "queue_place")),
        Index(("place",)),
        Index(("left_place", "left_until")),
        *(
            Index(fields)
            for subject in SUBJECTS
            for fields in (
                (subject.index, "starts_at"),
                (subject.index, "cancelled_at"),
                (subject.cancelled_of, "cancelled_at"),
                (subject.no_show_of, "no_show_at"),
            )
        ),
        Index(("hall_day", "starts_at")),
        *TASKS,
    ),
)
_PAGE = 200  # one person never has so many in a few weeks; a hall's day is read page by page


# A change of an appointment, with what must happen beside it as tasks; before None: it is new.
Beside = Callable[[Appointment | None, Appointment], Appointment]


class Appointments:
    def __init__(self, store: Store, beside: Sequence[Beside] = ()) -> None:
        self._store = store
        self._beside = beside
        self.sold_out = SoldOut()

    async def add(self, appointment: Appointment) -> Appointment:
        """Raises `DuplicateKey`, naming the field whose key is taken."""
        document = to_document(self._with_tasks(None, appointment))
        return read(await self._store.insert(APPOINTMENTS.name, document))

    async def get(self, id: str) -> Appointment:
        document = await self._store.get(APPOINTMENTS.name, id)
        if document is None:
            raise NoSuchAppointment(field="appointment_id")
        return read(document)

    async def by_request(self, request_key: str) -> Appointment | None:
        document = await self._store.get_by(APPOINTMENTS.name, "request_key", request_key)
        return read(document) if document else None

    async def by_fee(self, pay_code: str) -> Appointment | None:
        document = await self._store.get_by(APPOINTMENTS.name, "fee_code", pay_code)
        return read(document) if document else None

    async def change(self, id: str, change: Callable[[Appointment], Appointment]) -> Appointment:
        """Swap for what the pure `change` makes of it; it may be called more than once.

        Raises what `change` raises, and `DuplicateKey`.
        """

        def beside(current: Appointment) -> Appointment:
            return self._with_tasks(current, change(current))

        try:
            before, made = await swapped(self._store, APPOINTMENTS, id, Appointment, beside)
        except MissingDocument:
            raise NoSuchAppointment(field="appointment_id") from None
        if before.place is not None and made.place != before.place:
            self.sold_out.forget(before.place)
        return made

    def changing(self, change: Callable[[Appointment], Appointment]) -> Change:
        """A pure change of appointments as one of documents, for a reaction to hand back."""

        def changed(document: Document) -> Document:
            before = read(document)
            return to_document(self._with_tasks(before, change(before)))

        return changed

    async def taken(self, place: str, *, cap: int) -> int:
        """How many seats of a slot are held; at most `cap` are counted."""
        return await self._store.count(APPOINTMENTS.name, equal={"place": place}, cap=cap)

    async def seats(self, place: str, *, limit: int) -> set[str]:
        """Which seats of a slot are held."""
        found = await self._store.find(APPOINTMENTS.name, equal={"place": place}, limit=limit)
        return {document["seat_key"] for document in found}

    async def held_back(self, place: str, now: datetime) -> set[str]:
        """Which seats of a slot were given up and cannot be booked again yet."""
        found = await self._store.find(
            APPOINTMENTS.name,
            equal={"left_place": place},
            range=Range("left_until", low=milliseconds(now) + 1),
            order="left_until",
            limit=_PAGE,
        )
        return {document["left_seat"] for document in found}

    async def since(self, counted: Counted, day: date) -> list[Appointment]:
        """Somebody's appointments from this day on, cancelled ones included."""
        return await self._found(counted.of.index, counted.who, "starts_at", day_start(day))

    async def cancelled_since(self, counted: Counted, day: date) -> list[Appointment]:
        return await self._found(counted.of.index, counted.who, "cancelled_at", day_start(day))

    async def no_shows(self, counted: Counted, service: str, since: datetime) -> list[datetime]:
        """When somebody did not come to appointments of this service, in order of time."""
        who = f"{counted.who}|{service}"
        found = await self._found(counted.of.no_show_of, who, "no_show_at", since)
        return [each.no_show_at for each in found if each.no_show_at is not None]

    async def cancels(self, counted: Counted, service: str, since: datetime) -> list[datetime]:
        """When somebody cancelled appointments of this service, in order of time."""
        who = f"{counted.who}|{service}"
        found = await self._found(counted.of.cancelled_of, who, "cancelled_at", since)
        return [each.cancelled_at for each in found if each.cancelled_at is not None]

    async def last_ticket(self, book: str) -> int:
        """The highest number given out; 0: none yet."""
        found = await self._store.find(
            APPOINTMENTS.name, equal={"ticket_book": book}, order="ticket", descending=True, limit=1
        )
        return int(found[0]["ticket"]) if found else 0

    async def waiting(self, queue: str, *, up_to: int | None = None) -> list[Appointment]:
        """Who waits, in the order in which they are called; at most 200."""
        found = await self._store.find(
            APPOINTMENTS.name,
            equal={"queue": queue},
            range=Range("queue_place", high=None if up_to is None else up_to + 1),
            order="queue_place",
            limit=_PAGE,
        )
        return [read(document) for document in found]

    async def of_person(
        self, person: str, *, limit: int, after: Cursor | None
    ) -> list[Appointment]:
        """The latest day first."""
        found = await self._store.find(
            APPOINTMENTS.name,
            equal={"person": person},
            order="starts_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    def all_of(self, person: str) -> AsyncIterator[Appointment]:
        """Every appointment of a person, the latest day first."""
        return every(
            self._store,
            APPOINTMENTS,
            Appointment,
            equal={"person": person},
            order="starts_at",
            descending=True,
        )

    def of_hall_day(self, hall_day: str) -> AsyncIterator[Appointment]:
        """In order of their slots."""
        return every(
            self._store,
            APPOINTMENTS,
            Appointment,
            equal={"hall_day": hall_day},
            order="starts_at",
        )

    def _with_tasks(self, before: Appointment | None, after: Appointment) -> Appointment:
        for beside in self._beside:
            after = beside(before, after)
        return after

    async def _found(
        self, field: str, value: str, order: str, since: datetime
    ) -> list[Appointment]:
        found = await self._store.find(
            APPOINTMENTS.name,
            equal={field: value},
            range=Range(order, low=milliseconds(since)),
            order=order,
            limit=_PAGE,
        )
        return [read(document) for document in found]


def read(document: Document) -> Appointment:
    return from_document(Appointment, document)
