"""Puts a day's books into a spool, adding them up and taking their digest as they pass by."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import RefusedForNow, Unavailable
from channel_gateway.ports import Clock
from payment.orders import Orders
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.bill_files.day import DayState
from payment.reconciliation.columns import Columns
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.entries import BOOKED, COUNTED, Entry, EntryState, Movement, Side
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.looking_up import learn_who_settled
from payment.reconciliation.gathering.owners import Owners
from payment.reconciliation.gathering.sources import Booked, FinanceBooks, KeptBills, OwnBooks
from payment.reconciliation.matching import Spool

_PIECE = 1000
_FAILED = EntryState.FAILED.value.encode()
_ONE_DAY = timedelta(days=1)


@dataclass
class Gathered:
    """A day's books, counted; `inputs` is a digest over the day's own lines of every side.

    Neighbouring days only explain, and grow while the day is looked at: they are not in it.
    """

    counting: Counting
    bill_before_known: bool = False
    next_bill_known: bool = False
    three_ways: bool = True
    _digest: Any = field(default_factory=sha256)

    def note(self, side: str, entry: Entry) -> None:
        self._digest.update(f"{side}{entry!r}".encode())

    def noted(self, text: str) -> None:
        self._digest.update(text.encode())

    @property
    def inputs(self) -> str:
        return str(self._digest.hexdigest())


class Gathering:
    def __init__(
        self,
        own: OwnBooks,
        finance: FinanceBooks,
        bills: KeptBills,
        sources: Mapping[str, BillSource],
        orders: Orders,
        methods: Sequence[str],
        clock: Clock,
    ) -> None:
        self._own = own
        self._finance = finance
        self._bills = bills
        self._sources = sources
        self._orders = orders
        self._methods = tuple(methods)
        self._clock = clock

    async def gather(
        self, spool: Spool, day: date, method: str, files: Sequence[BillFile], beside: Beside
    ) -> Gathered:
        """All sides of a day. Raises `BillWrong`, and what finance raises when asked of the day."""
        books = Gathered(Counting(), three_ways=self._finance.three_ways)
        owners = Owners(self._orders, self._methods)
        for bill in sorted(files, key=lambda each: each.kind):
            books.noted(f"bill {bill.kind} {bill.digest};")
            if bill.kind == self._sources[method].trades:
                await asyncio.to_thread(self._put_bill, spool, method, bill, books)
        books.bill_before_known = await self._put_near_bill(spool, day - _ONE_DAY, method)
        books.next_bill_known = await self._put_near_bill(spool, day + _ONE_DAY, method)
        spool.put(Side.CHANNEL, beside.channel_near.values(), near=True)
        await self._put_own(spool, day, method, beside, books, owners)
        if books.three_ways:
            await self._put_finance(spool, day, method, beside, books, owners)
        return books

    def _put_bill(self, spool: Spool, method: str, bill: BillFile, books: Gathered) -> None:
        """Streamed, and added up on the way."""
        spool.lay(Side.CHANNEL, _counted(self._sources[method].columns(bill), books.counting))

    async def _put_near_bill(self, spool: Spool, day: date, method: str) -> bool:
        """Lay a neighbouring day's bill aside; returns whether there is one by now.

        What is short before midnight may stand on the next day's, what finance books after
        midnight on that of the day before.
        """
        if day >= beijing_day(self._clock.now()):
            return False
        fetched = await self._bills.of(method, day)
        if fetched.state not in (DayState.READY, DayState.EMPTY):
            return False
        source = self._sources[method]
        try:
            for bill in fetched.files:
                if bill.kind == source.trades:
                    columns = source.columns(bill)
                    await asyncio.to_thread(spool.lay, Side.CHANNEL, columns, near=True)
        except BillWrong:  # a neighbouring day explains: that it cannot is no reason to wait
            return False
        return True

    async def _put_own(
        self,
        spool: Spool,
        day: date,
        method: str,
        beside: Beside,
        books: Gathered,
        owners: Owners,
    ) -> None:
        seen: set[str] = set()
        async for piece in _pieces(self._own.of_day(method, day)):
            now = [_as_it_is_now(each, beside) for each in piece]
            for booked in now:
                _count(booked, books.counting)
            await self._learn_who_settled((booked.entry for booked in now), beside)
            await self._lay(spool, [booked.entry for booked in now], books, near=False)
            seen.update(booked.entry.number for booked in now)
        owners.learn(method, seen)
        more = [booked for number, booked in sorted(beside.ours.items()) if number not in seen]
        for booked in more:
            _count(booked, books.counting)
        rest = [booked.entry for booked in more]
        await self._lay(spool, rest, books, near=False)
        owners.learn(method, (each.number for each in rest))
        await self._lay(spool, list(beside.suspense.values()), books, near=False)
        for near in (day - _ONE_DAY, day + _ONE_DAY):
            async for piece in _pieces(self._own.of_day(method, near)):
                entries = [each.entry for each in piece if each.entry.number not in beside.ours]
                await self._lay(spool, entries, books, near=True)
                owners.learn(method, (each.number for each in entries))
        far = [entry for _, entry in sorted(beside.ours_near.items())]
        await self._lay(spool, far, books, near=True)
        owners.learn(method, (each.number for each in far))
        for other in self._methods:
            if other != method:
                await self._learn_others(owners, other, day)

    async def _learn_who_settled(self, entries: Iterable[Entry], beside: Beside) -> None:
        """Money that settles nothing may be a second payment, and the first one elsewhere."""
        for entry in entries:
            if entry.state == EntryState.STRAY and entry.movement == Movement.PAYMENT:
                await learn_who_settled(self._orders, entry, beside)

    async def _learn_others(self, owners: Owners, method: str, day: date) -> None:
        """Whose lines on finance's statement are another method's."""
        for each in (day - _ONE_DAY, day, day + _ONE_DAY):
            async for piece in _pieces(self._own.of_day(method, each)):
                owners.learn(method, (booked.entry.number for booked in piece))

    async def _put_finance(
        self,
        spool: Spool,
        day: date,
        method: str,
        beside: Beside,
        books: Gathered,
        owners: Owners,
    ) -> None:
        for each in await self._finance.of_day(day):
            owner = await owners.of(each)
            if owner.method == method:
                books.note("F", each)
                spool.put(Side.FINANCE, [each])
                _count_booked(each, books.counting, ours=owner.ours)
        for near in (day - _ONE_DAY, day + _ONE_DAY):
            for each in await self._finance_near(near):
                if (await owners.of(each)).method == method:
                    spool.put(Side.FINANCE, [each], near=True)
        for _, each in sorted(beside.finance_near.items()):
            spool.put(Side.FINANCE, [each], near=True)

    async def _finance_near(self, day: date) -> list[Entry]:
        """A neighbouring day explains; that it is not ready yet is no reason to wait."""
        try:
            return await self._finance.of_day(day)
        except (Unavailable, RefusedForNow):
            return []

    async def _lay(
        self, spool: Spool, entries: Sequence[Entry], books: Gathered, *, near: bool
    ) -> None:
        """Ours, and for an authority that gives no statements its silence, which is agreement."""
        for each in entries if not near else []:
            books.note("G", each)
        spool.put(Side.GATEWAY, entries, near=near)
        if books.three_ways:
            silent = [
                each for each in entries if each.state in BOOKED and not self._finance.tells(each)
            ]
            spool.put(Side.FINANCE, silent, near=near)
            for each in silent if not near else []:
                _count_booked(each, books.counting, ours=True)


def _as_it_is_now(booked: Booked, beside: Beside) -> Booked:
    return beside.ours.get(booked.entry.number, booked)


def _count(booked: Booked, counting: Counting) -> None:
    entry = booked.entry
    if entry.state == EntryState.TRANSFERRED:
        counting.transferred_fen += entry.amount_fen
    if entry.state not in COUNTED:
        return
    if entry.movement == Movement.PAYMENT:
        counting.paid(entry.unit_code, entry.amount_fen, booked.lines)
    else:
        counting.went_back(entry.unit_code, entry.amount_fen, booked.lines)


def _count_booked(entry: Entry, counting: Counting, *, ours: bool) -> None:
    refund = entry.movement == Movement.REFUND
    counting.booked_by_finance(entry.unit_code, entry.amount_fen, refund=refund, ours=ours)


def _counted(pieces: Iterable[Columns], counting: Counting) -> Iterator[Columns]:
    """Pass them on, and know at the end what they came to."""
    payments = gross = refunds = refunded = fees = 0
    for piece in pieces:
        fees += sum(map(int, filter(None, piece.fees)))
        if piece.movement is Movement.PAYMENT:
            payments, gross = payments + len(piece.fens), gross + sum(map(int, piece.fens))
        else:
            of_both = zip(piece.fens, piece.states, strict=True)
            moved = [int(fen) for fen, state in of_both if state != _FAILED]
            refunds, refunded = refunds + len(moved), refunded + sum(moved)
        yield piece
    before = counting.channel
    counting.channel = replace(
        before,
        payments=before.payments + payments,
        gross_fen=before.gross_fen + gross,
        refunds=before.refunds + refunds,
        refunded_fen=before.refunded_fen + refunded,
        fees_e5=before.fees_e5 + fees,
    )


async def _pieces(booked: AsyncIterator[Booked]) -> AsyncIterator[list[Booked]]:
    piece: list[Booked] = []
    async for each in booked:
        piece.append(each)
        if len(piece) >= _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
