"""Whether store, journal and finance tell the same of a day's orders, order by order.

Nothing deletes orders; whoever wants to put some away elsewhere asks here first.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Chain, Link, StatementLine, Statements
from payment.journal.bookings import all_booked, all_happened, key_of, stray_of
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
    entries = {each.key: each for each in all_booked(order, merchant="")}
    undated = {key_of(order, *each): each[0] for each in all_happened(order)}
    undated = {key: what for key, what in undated.items() if key not in entries}
    should = {key: each for key, each in entries.items() if each.day == day}
    there = {link.key: link for link in links if link.key not in undated}
    for key in sorted(undated):
        yield f"the store has no moment of {undated[key]}"
    for key in sorted(should.keys() - there.keys()):
        yield f"the journal has no {should[key].what}"
    for key in sorted(there.keys() - should.keys()):
        yield f"the store knows of no {there[key].what}"
    for key in sorted(should.keys() & there.keys()):
        ours, theirs = should[key].fields, there[key].fields
        for name in sorted(ours):
            if name not in _AS_OF_THEN and ours[name] != theirs.get(name):
                yield f"{name} of {should[key].what} differs between store and journal"


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
