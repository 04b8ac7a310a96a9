"""What departments must be told, one document each, until they have it. The only writer of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson

from channel_gateway.domain.days import beijing_text, milliseconds, moment_of
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.tasks import DEAD_LETTERS_BY, Task, WithTasks, doing, without
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Range,
    Sealing,
    Store,
)
from channel_gateway.service import TASKS, Line, Told

EVENTS = Collection(
    "department_events",
    (
        Index(("subject", "at")),
        Index(("delivered_at",)),
        Index(("department", DEAD_LETTERS_BY)),
        *TASKS,
    ),
)
DELIVER = "deliver"

_PLACE = "department_events.data"
_KEPT_FOR = timedelta(days=30)  # of what was delivered: id, kind and when
# What an event is about, by the first of these that its data has.
_SUBJECTS = ("delivery_id", "appointment_id", "review_id", "case_no", "pay_code")
_MOST_WAITING = 200  # of one subject: a life has not so many steps


@dataclass(frozen=True, slots=True)
class Event(WithTasks):
    id: str
    department: str
    kind: str
    at: datetime  # when it happened
    data: str | None = None  # sealed; dropped when the department has it
    subject: str | None = None  # department|what it is about, until the department has it
    delivered_at: datetime | None = None


def delivered(event: Event, now: datetime) -> Event:
    """The department has it. Pure, as a dead letter's end too: a person need not look any more."""
    settled = without(event, lambda task: task.kind == DELIVER)
    return replace(event, data=None, subject=None, delivered_at=now, **settled)


class Events:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def keep(
        self, department: str, id: str, kind: str, data: dict[str, Any], *, at: datetime, due: int
    ) -> None:
        """To be delivered; the same id again changes nothing."""
        about = _about(data)
        event = Event(
            id=id,
            department=department,
            kind=kind,
            at=at,
            data=self._sealed(data),
            subject=None if about is None else f"{department}|{about}",
            **doing(Task(DELIVER, DELIVER, due=due, detail=kind)),
        )
        try:
            await self._store.insert(EVENTS.name, to_document(event))
        except DuplicateKey:
            return

    def data(self, event: Event) -> dict[str, Any]:
        opened: dict[str, Any] = orjson.loads(self._vault.open(event.data or "", _PLACE))
        return opened

    async def forget_person(self, department: str, ids: Iterable[str]) -> None:
        """What still waits of these appointments and deliveries names nobody any more."""
        for id in ids:
            await self._rewrite(f"{department}|{id}", _without_person)

    async def forget_answers(
        self, department: str, appointment_id: str, fields: Iterable[str]
    ) -> None:
        """What still waits of this appointment, given up or not, holds these answers no more."""
        without = partial(_without_answers, fields=frozenset(fields))
        await self._rewrite(f"{department}|{appointment_id}", without)

    async def _rewrite(
        self, subject: str, change: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> None:
        waiting = await self._store.find(
            EVENTS.name, equal={"subject": subject}, order="at", limit=_MOST_WAITING
        )
        for event in map(read, waiting):
            left = self._sealed(change(self.data(event)))
            await self.change(event.id, partial(_holding, data=left))

    def _sealed(self, data: dict[str, Any]) -> str:
        return self._vault.seal(orjson.dumps(data).decode(), _PLACE)

    async def before(self, event: Event, *, limit: int) -> list[Event]:
        """What still must be delivered of the same subject first, the oldest first."""
        if event.subject is None:
            return []
        found = await self._store.find(
            EVENTS.name,
            equal={"subject": event.subject},
            range=Range("at", high=milliseconds(event.at)),
            order="at",
            limit=limit,
        )
        return [each for each in map(read, found) if each.tasks]  # not what was given up

    async def get(self, department: str, id: str) -> Event | None:
        """One of this department's."""
        document = await self._store.get(EVENTS.name, id)
        event = read(document) if document else None
        return event if event and event.department == department else None

    async def waits(self, event_ids: Iterable[str]) -> bool:
        """See `DepartmentNews`. What was delivered long ago is not here any more."""
        found = [await self._store.get(EVENTS.name, id) for id in event_ids]
        kept = [read(document) for document in found if document is not None]
        return any(event.tasks or event.given_up for event in kept)

    async def tell(self, number: str) -> Told | None:
        """By an event's id: what became of it, not what is in it."""
        document = await self._store.get(EVENTS.name, number)
        return None if document is None else Told(tuple(_story(read(document))))

    async def change(self, id: str, change: Callable[[Event], Event]) -> None:
        def swap(document: Document) -> Document | None:
            before = read(document)
            after = change(before)
            return None if after == before else to_document(after)

        try:
            await self._store.mutate(EVENTS.name, id, swap)
        except MissingDocument:
            return  # it was delivered, and its time was over

    async def given_up(self, department: str, *, limit: int, after: Cursor | None) -> list[Event]:
        """One page of a department's dead letters, the oldest first."""
        found = await self._store.find(
            EVENTS.name,
            equal={"department": department},
            range=Range(DEAD_LETTERS_BY, low=0),
            order=DEAD_LETTERS_BY,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    async def purge(self, now: datetime) -> None:
        before = milliseconds(now - _KEPT_FOR)
        await forget_expired(self._store, EVENTS.name, "delivered_at", before=before)


def _story(event: Event) -> Iterator[Line]:
    what = f"event {event.kind} to the department {event.department}"
    yield Line(event.at, f"{what}: to be delivered")
    if event.delivered_at is not None:
        yield Line(event.delivered_at, f"{what}: delivered")
    for task in event.tasks:
        at, note = beijing_text(moment_of(task.due)), f"; last: {task.note}" if task.note else ""
        yield Line(None, f"  {what}: waits, try {task.tries + 1} at {at}{note}")
    for task in event.given_up:
        yield Line(None, f"  {what}: GIVEN UP at try {task.tries + 1}: {task.note}")


def _about(data: dict[str, Any]) -> str | None:
    """What an event is about, so that what is told of it comes in order."""
    ids = [*data.get("appointment_ids", []), *data.get("delivery_ids", [])]
    if len(ids) == 1:
        return str(ids[0])
    return next((str(data[name]) for name in _SUBJECTS if name in data), None)


def _without_person(data: dict[str, Any]) -> dict[str, Any]:
    left = {name: value for name, value in data.items() if name not in ("citizen", "recipient")}
    return left | {"answers": {}} if "answers" in left else left


def _without_answers(data: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    if "answers" not in data:
        return data
    answers = {name: text for name, text in data["answers"].items() if name not in fields}
    return data | {"answers": answers}


def _holding(event: Event, data: str) -> Event:
    return event if event.data is None else replace(event, data=data)


def read(document: Document) -> Event:
    return from_document(Event, document)
