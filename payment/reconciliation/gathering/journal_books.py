"""Our own books of a day, out of the money journal."""

from collections.abc import AsyncIterator
from datetime import date

from channel_gateway.ports import Chain
from payment.journal.journal import Journal
from payment.reconciliation.gathering.sources import Booked
from payment.reconciliation.suspense.on_journal import group_of, taken_out


class JournalBooks:
    def __init__(self, journal: Journal, chain: Chain) -> None:
        """`chain`: the same journal, with what is no order's on it."""
        self._journal = journal
        self._chain = chain

    async def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        """What was received and given back; the lines are those of the payment."""
        async for moved in self._journal.moved(method, day):
            yield Booked(moved.entry, moved.lines)

    async def taken_out(self, method: str, day: date) -> AsyncIterator[Booked]:
        async for link in self._chain.of_day(group_of(method), day):
            entry = taken_out(link)
            if entry is not None:
                yield Booked(entry, ())

    async def late(self, method: str, until: date, *, after: int) -> AsyncIterator[Booked]:
        async for moved in self._journal.moved_late(method, until, after=after):
            yield Booked(moved.entry, moved.lines)
