"""Days a hall has cancelled: nobody books them, and who had booked is told. One document each."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.tasks import Task, WithTasks, doing
from channel_gateway.ports import Collection, DuplicateKey, MissingDocument, Store
from channel_gateway.records import swapped
from channel_gateway.service import TASKS

CLOSURES = Collection("hall_closures", TASKS)

SWEEP = "sweep"
# A booking that was on its way when the day was closed looks again by itself; should its process
# have died just then, the second sweep finds it.
_AGAIN_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Closure(WithTasks):
    id: str  # service|hall|day
    day: date
    reason: str  # for the citizen
    closed_at: datetime
    reopened_at: datetime | None = None  # since then it can be booked again

    @property
    def service(self) -> str:
        return self.id.partition("|")[0]


class Closures:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, hall_day: str) -> Closure | None:
        """None: the day is open, or open again."""
        document = await self._store.get(CLOSURES.name, hall_day)
        found = None if document is None else from_document(Closure, document)
        return None if found is None or found.reopened_at is not None else found

    async def close(self, hall_day: str, day: date, reason: str, now: datetime) -> Closure:
        """Close a day; of one that is closed the first reason stays: citizens have read it."""
        closure = _closed(hall_day, day, reason, now)
        try:
            await self._store.insert(CLOSURES.name, to_document(closure))
        except DuplicateKey:
            _, closure = await swapped(
                self._store,
                CLOSURES,
                hall_day,
                Closure,
                lambda there: there if there.reopened_at is None else closure,
            )
        return closure

    async def reopen(self, hall_day: str, now: datetime) -> Closure | None:
        """Let the day be booked again; None: it was never closed. Again changes nothing."""
        try:
            _, closure = await swapped(
                self._store, CLOSURES, hall_day, Closure, lambda there: _reopened(there, now)
            )
        except MissingDocument:
            return None
        return closure


def _closed(hall_day: str, day: date, reason: str, now: datetime) -> Closure:
    sweeps = (milliseconds(now), milliseconds(now + _AGAIN_AFTER))
    tasks = (Task(f"{SWEEP}:{due}", SWEEP, due=due) for due in sweeps)
    return Closure(hall_day, day, reason, now, **doing(*tasks))


def _reopened(closure: Closure, now: datetime) -> Closure:
    """Without its sweeps: whom they have not reached yet keeps the appointment."""
    if closure.reopened_at is not None:
        return closure
    return replace(closure, reopened_at=now, **doing())
