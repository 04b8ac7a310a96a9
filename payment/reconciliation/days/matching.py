"""One matching of a day: gather, match, look up what a difference leaves open, match again."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from payment.ports import BillFile
from payment.reconciliation.differences import Difference
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.gathered import Gathered
from payment.reconciliation.gathering.gathering import Gathering
from payment.reconciliation.gathering.looking_up import MOST_LOOKUPS, LookingUp
from payment.reconciliation.matching import Matched, Question, Spool, match, partitions_for

_PIECE = 500
_LINE_BYTES = 200  # of a bill, about: for guessing how many lines there are


@dataclass(frozen=True)
class MatchedDay:
    """A day's books and what differs; it holds while the folder is there."""

    books: Gathered
    matched: Matched

    async def repeated(self) -> int:
        """How many lines a side has more than once, word for word."""
        return await asyncio.to_thread(lambda: sum(1 for _ in self.matched.repeated()))

    async def unlisted_fen(self) -> int:
        """What the day's sums of channel and journal differ by, beyond all that is listed."""
        listed = 0
        async for each in self.differences():
            listed += each.apart_fen
        counting = self.books.counting
        ours = counting.gateway.net_fen + counting.transferred_fen - counting.given_back_fen
        return self.matched.sums.net_fen - ours - listed

    async def differences(self) -> AsyncIterator[Difference]:
        """Streamed, read beside the loop."""
        found: Iterator[Difference] = self.matched.differences()
        while piece := await asyncio.to_thread(lambda: list(islice(found, _PIECE))):
            for each in piece:
                yield each


class DayMatching:
    def __init__(self, gathering: Gathering, looking_up: LookingUp) -> None:
        self._gathering = gathering
        self._looking_up = looking_up

    @asynccontextmanager
    async def matched(
        self, day: date, method: str, files: Sequence[BillFile]
    ) -> AsyncIterator[MatchedDay]:
        """Raises `BillWrong`, `Unavailable`, `RefusedForNow` where a side gives no books."""
        beside = Beside()
        with TemporaryDirectory(prefix="reconciling-") as first:
            once = await self._once(Path(first), day, method, files, beside)
            await self._learn(once, beside)
            await self._looking_up.read_bills(method, beside)
            if not len(beside):
                yield once
                return
        with TemporaryDirectory(prefix="reconciling-") as second:
            yield await self._once(Path(second), day, method, files, beside)

    async def _learn(self, once: MatchedDay, beside: Beside) -> None:
        looked_at = 0
        async for difference in once.differences():
            await self._looking_up.learn(difference, beside)
            looked_at += 1
            if looked_at >= MOST_LOOKUPS:
                return

    async def _once(
        self,
        folder: Path,
        day: date,
        method: str,
        files: Sequence[BillFile],
        beside: Beside,
    ) -> MatchedDay:
        spool = Spool(folder, partitions_for(_lines_of(files)))
        books = await self._gathering.gather(spool, day, method, files, beside)
        question = Question(
            day,
            method,
            three_ways=books.three_ways,
            next_bill_known=books.next_bill_known,
            bill_before_known=books.bill_before_known,
        )
        spool.settled(iter(sorted(beside.settled_by.items())))
        return MatchedDay(books, await asyncio.to_thread(match, spool, question))


def _lines_of(files: Sequence[BillFile]) -> int:
    return max((each.content.stat().st_size // _LINE_BYTES for each in files), default=0)
