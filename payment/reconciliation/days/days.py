"""Days in the store. A closed one is never written: the swap itself refuses."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Collection, DuplicateKey, Index, Range, Store
from channel_gateway.records import swapped
from payment.reconciliation.days.day import Day, DayClosed, begun
from payment.reconciliation.found.finding import page_of

DAYS = Collection(
    "reconciliation_days",
    (Index(("unclosed", "day")), Index(("method", "day")), Index(("day",))),
)

_MOST = 100


class NoSuchDay(NotFound):
    """This day has not been reconciled for this payment method."""

    code = "no_such_day"
    zh = "该日尚未对账。"


class Days:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, day: date, method: str) -> Day:
        found = await self.of(day, method)
        if found is None:
            raise NoSuchDay(field="day")
        return found

    async def of(self, day: date, method: str) -> Day | None:
        document = await self._store.get(DAYS.name, page_of(day, method))
        return from_document(Day, document) if document else None

    async def opened(self, day: date, method: str, now: datetime) -> Day:
        """The day's document, made if there is none."""
        known = await self.of(day, method)
        if known is not None:
            return known
        with suppress(DuplicateKey):
            await self._store.insert(DAYS.name, to_document(begun(day, method, now)))
        return await self.get(day, method)

    async def change(self, id: str, change: Callable[[Day], Day]) -> Day:
        """Swap a day. Raises `DayClosed` where a closed one would become another."""

        def held(before: Day) -> Day:
            after = change(before)
            if before.is_closed and after != before:
                raise DayClosed(field="day")
            return after

        _, made = await swapped(self._store, DAYS, id, Day, held)
        return made

    async def earliest_open(self, method: str, after: date) -> Day | None:
        """The first day after that one that is not closed."""
        first = date.fromordinal(after.toordinal() + 1).isoformat()
        found = await self._store.find(
            DAYS.name,
            equal={"unclosed": method},
            range=Range("day", low=first),
            order="day",
            limit=1,
        )
        return from_document(Day, found[0]) if found else None

    async def first(self, method: str) -> Day | None:
        """The earliest day that was ever reconciled of a method."""
        found = await self._store.find(DAYS.name, equal={"method": method}, order="day", limit=1)
        return from_document(Day, found[0]) if found else None

    async def of_day(self, day: date) -> list[Day]:
        """Of every payment method that has one."""
        found = await self._store.find(DAYS.name, equal={"day": day.isoformat()}, limit=_MOST)
        return [from_document(Day, each) for each in found]

    async def latest(self, method: str, *, limit: int) -> list[Day]:
        found = await self._store.find(
            DAYS.name, equal={"method": method}, order="day", descending=True, limit=limit
        )
        return [from_document(Day, each) for each in found]
