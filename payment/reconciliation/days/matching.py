"""One matching of a day: gather, match, look up what a difference leaves open, match again."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.ports import BillFile, BillSource
from payment.reconciliation.days.sums import Totals
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement, Side
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.collecting import Collected, Collecting
from payment.reconciliation.gathering.gathered import Gathered
from payment.reconciliation.gathering.gathering import gather
from payment.reconciliation.gathering.looking_up import LookingUp
from payment.reconciliation.matching import Matched, Question, Repeated, match, words
from payment.reconciliation.progress import Progress, Step

_PIECE = 200


@dataclass(frozen=True)
class MatchedDay:
    """A day's books and what differs; it holds while the folder is there."""

    books: Gathered
    matched: Matched
    question: Question
    counts_repeats: bool = False  # whether the bill's own sums count a line again that it repeats

    @property
    def channel(self) -> Totals:
        """What the channel's bill has, each line once."""
        sums = self.matched.sums
        return Totals(
            sums.payments, sums.gross_fen, sums.refunds, sums.refunded_fen, fees_e5=sums.fees_e5
        )

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
        return self.channel.net_fen - ours - listed

    async def differences(self) -> AsyncIterator[Difference]:
        """Streamed, read beside the loop."""
        async for page in self.pages():
            for each in page:
                yield each

    async def pages(self) -> AsyncIterator[list[Difference]]:
        found: Iterator[Difference] = chain(self.matched.differences(), self._lines_twice())
        while page := await asyncio.to_thread(lambda: list(islice(found, _PIECE))):
            yield page
        if self.books.apart:
            yield self.books.apart

    def repeated_lines(self) -> Iterator[Repeated]:
        """Those of the channel's bill."""
        return (each for each in self.matched.repeated() if each.side is Side.CHANNEL)

    def _lines_twice(self) -> Iterator[Difference]:
        """It is in no sum but the bill's own, so nothing is apart by it."""
        for each in self.repeated_lines():
            yield line_twice(each, self.question, counted=self.counts_repeats)


class DayMatching:
    def __init__(
        self, collecting: Collecting, looking_up: LookingUp, sources: Mapping[str, BillSource]
    ) -> None:
        self._collecting = collecting
        self._looking_up = looking_up
        self._sources = sources

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
            yield replace(found, counts_repeats=await self._counts_repeats(found, method, files))

    async def _counts_repeats(
        self, found: MatchedDay, method: str, files: Sequence[BillFile]
    ) -> bool:
        """The bill is read for it, where it repeats a line."""
        if not await asyncio.to_thread(lambda: any(found.repeated_lines())):
            return False
        source = self._sources[method]
        trades = [bill for bill in files if bill.kind == source.trades]
        return any([await asyncio.to_thread(source.counts_repeats, bill) for bill in trades])

    async def _once(self, folder: Path, collected: Collected, beside: Beside) -> MatchedDay:
        spool, books = await asyncio.to_thread(gather, collected, folder, beside)
        question = Question(
            collected.day,
            collected.method,
            three_ways=books.three_ways,
            next_bill_known=books.next_bill_known,
            bill_before_known=books.bill_before_known,
        )
        return MatchedDay(books, await asyncio.to_thread(match, spool, question), question)


def line_twice(repeated: Repeated, question: Question, *, counted: bool) -> Difference:
    refund = repeated.movement is Movement.REFUND
    over_fen = Fen((repeated.times - 1) * repeated.fen)
    return Difference(
        kind=Kind.LINE_TWICE,
        day=question.day,
        method=question.method,
        movement=repeated.movement,
        order_id="" if refund else repeated.number,
        refund_no=repeated.number if refund else "",
        transaction=repeated.transaction,
        channel_fen=repeated.fen,
        detail=words.line_twice(repeated.times, yuan_from_fen(over_fen) if counted else ""),
    )
