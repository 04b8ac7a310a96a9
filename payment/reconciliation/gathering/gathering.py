"""Puts a day's books into a spool, side by side."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import RefusedForNow, Unavailable
from channel_gateway.ports import Clock
from payment.orders import Orders
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.bill_files.day import DayState
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.entries import BOOKED, COUNTED, Entry, EntryState, Movement, Side
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.gathered import Gathered
from payment.reconciliation.gathering.looking_up import learn_who_settled
from payment.reconciliation.gathering.owners import Owners
from payment.reconciliation.gathering.sources import (
    Booked,
    FinanceBooks,
    KeptBills,
    OwnBooks,
    SuspenseBooks,
)
from payment.reconciliation.matching import Spool

_PIECE = 1000
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Asked:
    """A day of a payment method, and where its books go."""

    day: date
    method: str
    spool: Spool
    books: Gathered
    beside: Beside
    owners: Owners

    @property
    def neighbours(self) -> tuple[date, date]:
        return self.day - _ONE_DAY, self.day + _ONE_DAY


class Gathering:
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

    async def gather(
        self, spool: Spool, day: date, method: str, files: Sequence[BillFile], beside: Beside
    ) -> Gathered:
        """All sides of a day. Raises `BillWrong`, and what finance raises when asked of the day."""
        books = Gathered(Counting(), three_ways=self._finance.three_ways)
        owners = Owners(self._orders, self._suspense, self._methods)
        asked = _Asked(day, method, spool, books, beside, owners)
        for bill in sorted(files, key=lambda each: each.kind):
            books.note(f"bill {bill.kind} {bill.digest};")
            if bill.kind == self._sources[method].trades:
                await asyncio.to_thread(self._put_bill, asked, bill)
        books.bill_before_known, books.next_bill_known = [
            await self._put_near_bill(asked, near) for near in asked.neighbours
        ]
        spool.put(Side.CHANNEL, beside.channel_near.values(), near=True)
        await self._put_own(asked)
        await self._put_own_near(asked)
        if books.three_ways:
            await self._learn_others(asked)
            await self._put_finance(asked)
        return books

    def _put_bill(self, asked: _Asked, bill: BillFile) -> None:
        """Streamed, and added up on the way."""
        columns = self._sources[asked.method].columns(bill, asked.books.remarks.append)
        asked.spool.lay(Side.CHANNEL, asked.books.counted(columns))

    async def _put_near_bill(self, asked: _Asked, near: date) -> bool:
        """Lay a neighbouring day's bill aside; returns whether there is one by now.

        What is short before midnight may stand on the next day's, what finance books after
        midnight on that of the day before.
        """
        if near >= beijing_day(self._clock.now()):
            return False
        fetched = await self._bills.of(asked.method, near)
        if fetched.state not in (DayState.READY, DayState.EMPTY):
            return False
        source = self._sources[asked.method]
        try:
            for bill in fetched.files:
                if bill.kind == source.trades:
                    columns = source.columns(bill)
                    await asyncio.to_thread(asked.spool.lay, Side.CHANNEL, columns, near=True)
        except BillWrong:  # a neighbouring day explains: that it cannot is no reason to wait
            return False
        return True

    async def _put_own(self, asked: _Asked) -> None:
        """The day's journal, with orders as they are now, and what only they know of the day."""
        beside = asked.beside
        seen: set[str] = set()
        async for piece in _pieces(self._own.of_day(asked.method, asked.day)):
            now = [beside.ours.get(each.entry.number, each) for each in piece]
            seen.update(each.entry.number for each in now)
            await self._learn_who_settled(now, beside)
            self._lay_counted(asked, now)
        more = [booked for number, booked in sorted(beside.ours.items()) if number not in seen]
        self._lay_counted(asked, more)
        await self._put_taken_out(asked)

    async def _put_taken_out(self, asked: _Asked) -> None:
        """Out of the suspense account; the journal's word comes before the account's own."""
        written = {each.number: each async for each in self._own.taken_out(asked.method, asked.day)}
        entries = [each for _, each in sorted((asked.beside.suspense | written).items())]
        for each in entries:
            asked.books.count_taken_out(each)
        self._lay(asked, entries, in_transit=False)

    async def _put_own_near(self, asked: _Asked) -> None:
        beside = asked.beside
        for near in asked.neighbours:
            async for piece in _pieces(self._own.of_day(asked.method, near)):
                entries = [each.entry for each in piece if each.entry.number not in beside.ours]
                self._lay_near(asked, entries)
            self._lay_near(asked, [each async for each in self._own.taken_out(asked.method, near)])
        self._lay_near(asked, [entry for _, entry in sorted(beside.ours_near.items())])

    async def _learn_who_settled(self, booked: Sequence[Booked], beside: Beside) -> None:
        """Money that settles nothing may be a second payment, and the first one elsewhere."""
        for entry, _ in booked:
            if entry.state == EntryState.STRAY and entry.movement == Movement.PAYMENT:
                await learn_who_settled(self._orders, entry, beside)

    async def _learn_others(self, asked: _Asked) -> None:
        """Whose lines on finance's statement are another method's."""
        before, after = asked.neighbours
        for method in self._methods:
            for day in (before, asked.day, after) if method != asked.method else ():
                async for piece in _pieces(self._own.of_day(method, day)):
                    asked.owners.learn(method, (each.entry for each in piece))

    async def _put_finance(self, asked: _Asked) -> None:
        spool, books, owners = asked.spool, asked.books, asked.owners
        for each in await self._finance.of_day(asked.day):
            owner = await owners.of(each)
            if owner.method == asked.method:
                books.note(f"F{each!r}")
                spool.put(Side.FINANCE, [each])
                books.count_booked(each, ours=owner.ours)
        for near in asked.neighbours:
            for each in await self._finance_near(near):
                if (await owners.of(each)).method == asked.method:
                    spool.put(Side.FINANCE, [each], near=True)
        for _, each in sorted(asked.beside.finance_near.items()):
            spool.put(Side.FINANCE, [each], near=True)

    async def _finance_near(self, day: date) -> list[Entry]:
        """A neighbouring day explains; that it is not ready yet is no reason to wait."""
        try:
            return await self._finance.of_day(day)
        except (Unavailable, RefusedForNow):
            return []

    def _lay_counted(self, asked: _Asked, booked: Sequence[Booked]) -> None:
        for each in booked:
            asked.books.count(each)
        entries = [entry for entry, _ in booked]
        asked.owners.learn(asked.method, entries)
        self._lay(asked, entries)

    def _lay(self, asked: _Asked, entries: Sequence[Entry], *, in_transit: bool = True) -> None:
        """Ours of the day; what leaves suspense was never in transit."""
        for each in entries:
            asked.books.note(f"G{each!r}")
        asked.spool.put(Side.GATEWAY, entries)
        silent = self._silent(entries)
        asked.spool.put(Side.FINANCE, silent)
        for each in silent:
            asked.books.count_booked(each, ours=in_transit)

    def _lay_near(self, asked: _Asked, entries: Sequence[Entry]) -> None:
        """Ours of other days."""
        asked.owners.learn(asked.method, (e for e in entries if e.state in COUNTED))
        asked.spool.put(Side.GATEWAY, entries, near=True)
        asked.spool.put(Side.FINANCE, self._silent(entries), near=True)

    def _silent(self, entries: Sequence[Entry]) -> list[Entry]:
        """What finance has of ours without a statement: of such an authority silence agrees."""
        if not self._finance.three_ways:
            return []
        return [each for each in entries if each.state in BOOKED and not self._finance.tells(each)]


async def _pieces(booked: AsyncIterator[Booked]) -> AsyncIterator[list[Booked]]:
    piece: list[Booked] = []
    async for each in booked:
        piece.append(each)
        if len(piece) >= _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
