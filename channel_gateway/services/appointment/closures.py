"""Days a hall has cancelled: nobody books them, and who had booked is told. One document each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.tasks import Task, WithTasks, doing
from channel_gateway.ports import Collection, DuplicateKey, Store
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


class Closures:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, hall_day: str) -> Closure | None:
        document = await self._store.get(CLOSURES.name, hall_day)
        return from_document(Closure, document) if document else None

    async def close(self, hall_day: str, day: date, reason: str, now: datetime) -> Closure:
        """Close a day; the first one's reason stays."""
        at, again = milliseconds(now), milliseconds(now + _AGAIN_AFTER)
        tasks = (Task(SWEEP, SWEEP, due=at), Task(f"{SWEEP}:again", SWEEP, due=again))
        closure = Closure(hall_day, day, reason, now, **doing(*tasks))
        try:
            await self._store.insert(CLOSURES.name, to_document(closure))
        except DuplicateKey:
            return await self.of(hall_day) or closure
        return closure
