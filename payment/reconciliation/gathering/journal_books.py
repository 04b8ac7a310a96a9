"""Our own books of a day, out of the money journal."""

from collections.abc import AsyncIterator
from datetime import date

from payment.journal.journal import Journal
from payment.reconciliation.gathering.sources import Booked


class JournalBooks:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        """What was received and given back; the lines are those of the payment."""
        async for moved in self._journal.moved(method, day):
            yield Booked(moved.entry, moved.lines)

    async def late(self, method: str, until: date, *, after: int) -> AsyncIterator[Booked]:
        async for moved in self._journal.moved_late(method, until, after=after):
            yield Booked(moved.entry, moved.lines)
