"""Reads a day's books from all sides, once for however many matchings; what is large stays on disk.

What only the day's own lines can say is read first: of the neighbouring days only that is kept
which bears on them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import RefusedForNow, Unavailable
from channel_gateway.ports import Clock
from payment.orders import Orders
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.bill_files.day import DayState
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.entries import BOOKED, Entry, EntryState, Movement, Side
from payment.reconciliation.gathering.beside import SettledBy, learn_who_settled
from payment.reconciliation.gathering.drawers import Drawers
from payment.reconciliation.gathering.gathered import (
    Gathered,
    count,
    count_booked,
    count_taken_out,
)
from payment.reconciliation.gathering.numbers import Numbers
from payment.reconciliation.gathering.owners import Owners
from payment.reconciliation.gathering.piles import Pile, cell, parted
from payment.reconciliation.gathering.sources import (
    Booked,
    FinanceBooks,
    KeptBills,
    OwnBooks,
    SuspenseBooks,
)
from payment.reconciliation.matching import Spool, partitions_for
from payment.reconciliation.progress import Progress, Step, unsaid

_PIECE = 1000
_ONE_DAY = timedelta(days=1)
_ROOM = 2  # partitions for one that are needed: of what differs, much more is held
_LINE_BYTES = 200  # of a bill, about: for guessing how many lines there are
_LATE = b" 23:"  # in a moment: so near midnight the next day's bill may have it
_FEWEST_DRAWERS = 64


@dataclass
class Collected:
    """A day's books as they were read; they hold while their folder is there."""

    day: date
    method: str
    folder: Path
    spool: Spool  # with what no look-up changes: the channel's lines, and finance's
    own: Pile
    own_near: Pile
    taken_out: Pile  # of suspense: on the day, and
    taken_out_near: Pile  # beside it
    books: Gathered
    settled_by: SettledBy = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)

    @property
    def neighbours(self) -> tuple[date, date]:
        return self.day - _ONE_DAY, self.day + _ONE_DAY


class Collecting:
    def __init__(
        self,
        own: OwnBooks,
        finance: FinanceBooks,
        bills: KeptBills,
        sources: Mapping[str, BillSource],
        orders: Orders,
        suspense: SuspenseBooks,
        methods: Sequence[str],
        clock: Clock,
    ) -> None:
        self._own = own
        self._finance = finance
        self._bills = bills
        self._sources = sources
        self._orders = orders
        self._suspense = suspense
        self._methods = tuple(methods)
        self._clock = clock

    async def collect(
        self,
        folder: Path,
        day: date,
        method: str,
        files: Sequence[BillFile],
        said: Progress = unsaid,
    ) -> Collected:
        """All sides of a day. Raises `BillWrong`, and what finance raises when asked of the day."""
        own = Pile(folder / "own", self.is_silent)
        near = Pile(folder / "own near", self.is_silent)
        out = Pile(folder / "taken out", self.is_silent)
        out_near = Pile(folder / "taken out near", self.is_silent)
        books = Gathered(Counting(), three_ways=self._finance.three_ways)
        numbers, settled_by = Numbers(), SettledBy()
        async for piece in pieces(self._own.of_day(method, day)):
            await learn_who_settled(self._orders, _strays(piece), settled_by)
            count(books.counting, piece)
            self._put(piece, own, books, numbers, ours=True)
            said(Step.JOURNAL, len(own))
        async for piece in pieces(self._own.taken_out(method, day)):
            count_taken_out(books.counting, piece)
            self._put(piece, out, books, numbers, ours=False)
        trades = [bill for bill in files if bill.kind == self._sources[method].trades]
        longest = max(len(own), *map(_lines_of, trades), 0)
        partitions = partitions_for(_ROOM * longest)
        (folder / "spool").mkdir()
        spool = Spool(folder / "spool", partitions, name="collected")
        piles = own, near, out, out_near
        collected = Collected(day, method, folder, spool, *piles, books, settled_by, numbers)
        owners = await self._read_statement(collected, said) if books.three_ways else None
        said(Step.BILL, 0)
        for bill in sorted(files, key=lambda each: each.kind):
            books.note(f"bill {bill.kind} {bill.digest};")
        for bill in trades:
            await asyncio.to_thread(self._lay_bill, collected, bill)
        said(Step.NEIGHBOURS, 0)
        for near_day in collected.neighbours:
            for books_of, pile in ((self._own.of_day, near), (self._own.taken_out, out_near)):
                await self._read_own_near(collected, near_day, books_of(method, near_day), pile)
        books.bill_before_known, books.next_bill_known = [
            await self._lay_near_bill(collected, near_day) for near_day in collected.neighbours
        ]
        if owners is not None:
            said(Step.OWNERS, 0)
            await self._lay_statement(collected, owners)
            for near_day in collected.neighbours:
                await self._lay_near_statement(collected, near_day)
        if method == min(self._methods):  # as what is nobody's of ours
            books.apart = await self._finance.apart(day, method)
        for each in books.apart:
            books.note(f"A{each!r}")
        return collected

    def is_silent(self, entry: Entry) -> bool:
        """Whether finance has it without a statement: of such an authority silence agrees."""
        booked = self._finance.three_ways and entry.state in BOOKED
        return booked and not self._finance.tells(entry)

    def _put(
        self, booked: Sequence[Booked], pile: Pile, books: Gathered, numbers: Numbers, *, ours: bool
    ) -> None:
        """`ours`: of what is in transit until finance has it."""
        for columns, silent, _ in pile.put(booked):
            numbers.add(columns.numbers)
            if silent:
                count_booked(books.counting, columns, ours=ours)

    async def _read_statement(self, collected: Collected, said: Progress) -> Owners:
        """Raises what finance raises. Its lines lie in drawers until their owners are known."""
        drawers = Drawers(
            collected.folder / "statement", max(_FEWEST_DRAWERS, collected.spool.partitions)
        )
        owners = Owners(self._own, self._orders, self._suspense, self._methods, drawers)
        async for lines in self._finance.of_day(collected.day):
            collected.numbers.add(cell(each.number) for each in lines)
            owners.put(lines)
            said(Step.STATEMENT, owners.left)
        return owners

    async def _lay_statement(self, collected: Collected, owners: Owners) -> None:
        books, method, folder = collected.books, collected.method, collected.folder

        def lay(lines: Iterable[Columns], *, ours: bool) -> None:
            counted = books.counted_booked(books.noted("F", lines), ours=ours)
            collected.spool.lay(Side.FINANCE, counted)

        known = columns_of(owners.known((collected.own, collected.own_near)))
        await asyncio.to_thread(lay, known, ours=True)
        await owners.learn_others(method, collected.day)
        ours, elsewhere = (Pile(folder / each, _never) for each in ("ours", "elsewhere"))
        await owners.look_up(method, ours, elsewhere)
        await asyncio.to_thread(lay, ours.columns(), ours=True)
        await asyncio.to_thread(lay, elsewhere.columns(), ours=False)

    async def _lay_near_statement(self, collected: Collected, day: date) -> None:
        """A neighbouring day explains; that it is not ready yet is no reason to wait."""
        lines = Pile(collected.folder / f"statement {day}", _never)
        try:
            async for entries in self._finance.of_day(day):
                known = collected.numbers.known(cell(each.number) for each in entries)
                found = zip(entries, known, strict=True)
                lines.put(Booked(entry, ()) for entry, is_known in found if is_known)
        except (Unavailable, RefusedForNow):
            return
        await asyncio.to_thread(collected.spool.lay, Side.FINANCE, lines.columns(), near=True)

    def _lay_bill(self, collected: Collected, bill: BillFile) -> None:
        """Streamed."""
        source, remark = self._sources[collected.method], collected.books.remarks.append
        lines = source.columns(bill, remark)
        collected.spool.lay(Side.CHANNEL, _told(collected.numbers, lines))

    async def _lay_near_bill(self, collected: Collected, near: date) -> bool:
        """Lay a neighbouring day's bill aside; returns whether there is one by now.

        What is short before midnight may stand on the next day's, what finance books after
        midnight on that of the day before.
        """
        if near >= beijing_day(self._clock.now()):
            return False
        fetched = await self._bills.of(collected.method, near)
        if fetched.state not in (DayState.READY, DayState.EMPTY):
            return False
        source = self._sources[collected.method]
        try:
            for bill in fetched.files:
                if bill.kind == source.trades:
                    lines = _known(collected.numbers, source.columns(bill))
                    lay = partial(collected.spool.lay, near=True)
                    await asyncio.to_thread(lay, Side.CHANNEL, lines)
        except BillWrong:  # a neighbouring day explains: that it cannot is no reason to wait
            return False
        return True

    async def _read_own_near(
        self, collected: Collected, near: date, books: AsyncIterator[Booked], pile: Pile
    ) -> None:
        """What bears on the day; what is late on the day before must be on either bill as well."""
        before = near < collected.day
        async for booked in pieces(books):
            known = collected.numbers.known(cell(each.entry.number) for each in booked)
            kept = [
                each
                for each, is_known in zip(booked, known, strict=True)
                if is_known or (before and _LATE in cell(each.entry.at))
            ]
            for columns, _, _ in pile.put(kept):
                collected.numbers.add(columns.numbers)


def _strays(booked: Iterable[Booked]) -> list[Entry]:
    """Money that settles nothing may be a second payment, and the first one elsewhere."""
    return [
        entry
        for entry, _ in booked
        if entry.state == EntryState.STRAY and entry.movement == Movement.PAYMENT
    ]


def _told(numbers: Numbers, lines: Iterable[Columns]) -> Iterator[Columns]:
    for piece in lines:
        numbers.add(piece.numbers)
        yield piece


def _known(numbers: Numbers, lines: Iterable[Columns]) -> Iterator[Columns]:
    for piece in lines:
        yield parted(piece, numbers.known(piece.numbers))


def _lines_of(bill: BillFile) -> int:
    return bill.content.stat().st_size // _LINE_BYTES


def _never(entry: Entry) -> bool:
    return False


async def pieces(booked: AsyncIterator[Booked]) -> AsyncIterator[list[Booked]]:
    piece: list[Booked] = []
    async for each in booked:
        piece.append(each)
        if len(piece) >= _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
