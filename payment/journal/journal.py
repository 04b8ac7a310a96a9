"""The journal itself: entries are added, and a method's day is read. Nothing else can be done."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Chain, ChainEntry, Change, Link
from channel_gateway.service import Reaction
from payment.journal.bookings import (
    JOURNAL,
    Booking,
    all_happened,
    booked,
    key_of,
    stray_of,
)
from payment.journal.lines_text import read_lines
from payment.lines import OrderLine
from payment.order import Order
from payment.orders import ORDERS, read
from payment.ports import PaymentMethod
from payment.reconciliation.entries import Entry, EntryState, Movement

# Written within seconds; a store that does not answer is waited for.
_LADDER = (1, *DAYS_3)
_MOVEMENTS: dict[str, Movement] = {
    Booking.PAYMENT_RECEIVED.value: Movement.PAYMENT,
    Booking.REFUND_DONE.value: Movement.REFUND,
    Booking.REFUND_TRANSFERRED.value: Movement.REFUND,
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement of money, with what it was for."""

    entry: Entry
    merchant: str
    late_fee_fen: int  # of a payment: what of it being late added
    lines: tuple[OrderLine, ...]  # of the payment; a refund may be a part of it
    number: int  # of its entry in the journal


class Journal:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    async def write(self, entry: ChainEntry) -> Link:
        """The same key again changes nothing."""
        return await self._chain.append(entry)

    async def moved(self, method: str, day: date) -> AsyncIterator[Moved]:
        """A method's movements of a Beijing day, as the platform dates them.

        Refunds of its payments that finance transferred are among them, in a state of their own.
        """
        later = {
            str(link.fields["order_id"]) async for link in self._chain.of_day(stray_of(method), day)
        }
        async for link in self._chain.of_day(method, day, whats=_MOVEMENTS):
            movement = _MOVEMENTS[link.what]
            stray = movement is Movement.PAYMENT and link.fields["order_id"] in later
            yield _moved(link, movement, stray=stray or bool(link.fields["stray"]))

    async def moved_late(self, method: str, until: date, *, after: int) -> AsyncIterator[Moved]:
        """What moved on days up to this one, and was written down after that entry."""
        async for link in self._chain.links(after=after):
            movement = _MOVEMENTS.get(link.what)
            if movement is not None and link.group == method and link.day <= until:
                yield _moved(link, movement, stray=bool(link.fields["stray"]))

    async def entries(self, method: str, day: date) -> AsyncIterator[Entry]:
        """The same, in the form in which the sides of a day are compared."""
        async for moved in self.moved(method, day):
            yield moved.entry

    async def refunds_asked(self, method: str, day: date) -> AsyncIterator[tuple[str, str]]:
        """The refunds that were asked for on a day, each by its order and number."""
        async for link in self._chain.of_day(method, day):
            if link.what == Booking.REFUND_REQUESTED.value:
                yield str(link.fields["order_id"]), str(link.fields["refund_no"])

    async def requested_fen(self, order_id: str, refund_no: str) -> int | None:
        """What was reserved for a refund; None: nothing of it is written."""
        link = await self._chain.of_key(f"{order_id}|{Booking.REFUND_REQUESTED}|{refund_no}")
        return None if link is None else int(link.fields["amount_fen"])

    async def of_order(self, order: Order) -> list[Link]:
        """What is written of an order, in the order in which it was written."""
        keys = [key_of(order, what, number) for what, number in all_happened(order)]
        found = [await self._chain.of_key(key) for key in keys]
        return sorted((link for link in found if link), key=lambda link: link.number)

    async def head(self) -> Link | None:
        """The last entry, whose hash stands for all before it."""
        return await self._chain.head()


class Journalling:
    """What happens to an order is written down, once, from the order's own tasks."""

    def __init__(self, journal: Journal, methods: dict[str, PaymentMethod]) -> None:
        self._journal = journal
        self._methods = methods

    def rows(self) -> list[Reaction]:
        return [Reaction(ORDERS.name, JOURNAL, self.write, _LADDER)]

    async def write(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        order = read(document)
        method = self._methods.get(order.method)
        merchant = "" if method is None else method.merchant
        await self._journal.write(booked(order, task.detail, merchant=merchant))
        return None


def _moved(link: Link, movement: Movement, *, stray: bool) -> Moved:
    fields = link.fields
    entry = Entry(
        movement,
        order_id=str(fields["order_id"]),
        refund_no=str(fields["refund_no"]),
        transaction=str(fields["transaction"]),
        amount_fen=int(fields["amount_fen"]),
        at=beijing_text(link.at),
        state=_state(link, stray=stray),
        pay_code=str(fields["pay_code"]),
        unit_code=str(fields["unit_code"]),
    )
    lines = read_lines(str(fields["lines"]))
    return Moved(entry, str(fields["merchant"]), int(fields["late_fee_fen"]), lines, link.number)


def _state(link: Link, *, stray: bool) -> EntryState:
    if link.what == Booking.REFUND_TRANSFERRED.value:
        return EntryState.STRAY_TRANSFERRED if stray else EntryState.TRANSFERRED
    return EntryState.STRAY if stray else EntryState.DONE
