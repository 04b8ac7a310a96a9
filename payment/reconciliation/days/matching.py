"""One matching of a day: gather, match, look up what a difference leaves open, match again."""

import asyncio
import shutil
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
from payment.reconciliation.gathering.collecting import Collected, Collecting
from payment.reconciliation.gathering.gathered import Gathered
from payment.reconciliation.gathering.gathering import gather
from payment.reconciliation.gathering.looking_up import LookingUp
from payment.reconciliation.matching import Matched, Question, match
from payment.reconciliation.progress import Progress, Step

_PIECE = 200


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
        async for page in self.pages():
            for each in page:
                yield each

    async def pages(self) -> AsyncIterator[list[Difference]]:
        found: Iterator[Difference] = self.matched.differences()
        while page := await asyncio.to_thread(lambda: list(islice(found, _PIECE))):
            yield page
        if self.books.apart:
            yield self.books.apart


class DayMatching:
    def __init__(self, collecting: Collecting, looking_up: LookingUp) -> None:
        self._collecting = collecting
        self._looking_up = looking_up

    @asynccontextmanager
    async def matched(
        self, day: date, method: str, files: Sequence[BillFile], said: Progress
    ) -> AsyncIterator[MatchedDay]:
        """Raises `BillWrong`, `Unavailable`, `RefusedForNow` where a side gives no books."""
        with TemporaryDirectory(prefix="reconciling-") as name:
            folder = Path(name)
            collected = await self._collecting.collect(folder, day, method, files, said)
            beside = Beside(folder / "beside", self._collecting.is_silent)
            said(Step.MATCHING, 0)
            found, looked_at = await self._once(folder / "first", collected, beside), 0
            async for differences in found.pages():
                said(Step.LOOKING_UP, looked_at)
                await self._looking_up.learn(differences, beside)
                looked_at += len(differences)
            await self._looking_up.read_far(method, beside)
            if len(beside):
                said(Step.MATCHING, 0)
                await asyncio.to_thread(shutil.rmtree, folder / "first")
                found = await self._once(folder / "second", collected, beside)
            yield found

    async def _once(self, folder: Path, collected: Collected, beside: Beside) -> MatchedDay:
        spool, books = await asyncio.to_thread(gather, collected, folder, beside)
        question = Question(
            collected.day,
            collected.method,
            three_ways=books.three_ways,
            next_bill_known=books.next_bill_known,
            bill_before_known=books.bill_before_known,
        )
        return MatchedDay(books, await asyncio.to_thread(match, spool, question))
