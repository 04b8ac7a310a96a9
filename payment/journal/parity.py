"""Whether store, journal and finance tell the same of a day's orders, order by order.

Orders are put away only where this holds; those that were are read from the archive.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Chain, Link, StatementLine, Statements
from payment.journal.bookings import Booked, all_booked, stray_of
from payment.order import Order
from payment.orders import Orders

# A payment may come so long after its order: the platform repeats a callback for a day.
_LATER = timedelta(days=2)

# Of a link as things stood when it was written; the order may have gone on.
_AS_OF_THEN = frozenset({"merchant", "stray"})

# An authority's lines of a day; None: it gives its books out to nobody.
DaysLines = Callable[[date], Awaitable[Iterable[StatementLine] | None]]


@dataclass(frozen=True, slots=True)
class Parity:
    order_id: str
    wrong: tuple[str, ...]  # in words; empty: all three agree


class Parities:
    def __init__(
        self, chain: Chain, orders: Orders, methods: Iterable[str], lines: DaysLines
    ) -> None:
        self._chain = chain
        self._orders = orders
        self._lines = lines
        self.methods = tuple(methods)

    async def of_day(self, method: str, day: date) -> AsyncIterator[Parity]:
        """Every order with money on that day, those first that the store has."""
        links: dict[str, list[Link]] = {}
        for group in (method, stray_of(method)):
            async for link in self._chain.of_day(group, day):
                links.setdefault(str(link.fields["order_id"]), []).append(link)
        books: dict[date, dict[str, StatementLine] | None] = {}
        async for order in self._orders.made_between(day - _LATER, day):
            if order.method == method:
                found = links.pop(order.id, [])
                if found or _has_money_on(order, day):
                    yield await self._of(order, day, found, books)
        for order_id, found in links.items():
            try:
                order = await self._orders.get(order_id)
            except NotFound:
                yield Parity(order_id, ("the journal has it, the store has not",))
                continue
            yield await self._of(order, day, found, books)

    async def with_journal(self, order: Order) -> tuple[str, ...]:
        """What of an order the journal has otherwise or not at all, whatever day it is of.

        A day finds a refund of an older order by the journal alone: what that lacks is found here.
        """
        wrong: list[str] = []
        for entry in all_booked(order, merchant=""):
            link = await self._chain.of_key(entry.key)
            if link is None or (link.group, link.day) != (entry.group, entry.day):
                wrong.append(f"the journal has no {entry.what} of {entry.day}")
            else:
                wrong += _apart(entry, link)
        return tuple(wrong)

    async def _of(
        self,
        order: Order,
        day: date,
        links: list[Link],
        books: dict[date, dict[str, StatementLine] | None],
    ) -> Parity:
        wrong = [*_with_journal(order, day, links)]
        if order.confirmed_at is not None:
            booked_on = beijing_day(order.confirmed_at)
            if booked_on not in books:
                books[booked_on] = _by_number(await self._lines(booked_on))
            wrong += _with_finance(order, books[booked_on])
        return Parity(order.id, tuple(wrong))


class FinanceBooks:
    """The day's books of every authority that gives them out."""

    def __init__(self, authorities: Callable[[], Iterable[Statements]]) -> None:
        self._authorities = authorities

    async def lines(self, day: date) -> list[StatementLine] | None:
        authorities = list(self._authorities())
        if not authorities:
            return None
        return [
            line for each in authorities async for lines in each.statement(day) for line in lines
        ]


def _with_journal(order: Order, day: date, links: list[Link]) -> Iterator[str]:
    should = {each.key: each for each in all_booked(order, merchant="") if each.day == day}
    there = {link.key: link for link in links}
    for key in sorted(should.keys() - there.keys()):
        yield f"the journal has no {should[key].what}"
    for key in sorted(there.keys() - should.keys()):
        yield f"the store knows of no {there[key].what}"
    for key in sorted(should.keys() & there.keys()):
        yield from _apart(should[key], there[key])


def _apart(entry: Booked, link: Link) -> Iterator[str]:
    for name in sorted(entry.fields):
        if name not in _AS_OF_THEN and entry.fields[name] != link.fields.get(name):
            yield f"{name} of {entry.what} differs between store and journal"


def _with_finance(order: Order, lines: dict[str, StatementLine] | None) -> Iterator[str]:
    if lines is None:
        return  # nothing to hold it against
    line = lines.get(order.id)
    if line is None:
        yield "finance has no payment under this number"
    elif line.amount_fen != order.amount_fen:
        yield "finance has another amount"


def _has_money_on(order: Order, day: date) -> bool:
    moments = [order.paid_at, *(refund.done_at for refund in order.refunds)]
    return any(moment is not None and beijing_day(moment) == day for moment in moments)


def _by_number(lines: Iterable[StatementLine] | None) -> dict[str, StatementLine] | None:
    return None if lines is None else {line.number: line for line in lines if not line.refund}
