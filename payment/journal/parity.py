"""Whether store, journal and finance tell the same of a day's orders, order by order.

Orders are put away only where this holds; those that were are read from the archive.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, beijing_text
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Chain, ChainEntry, Link
from payment.journal.bookings import all_booked, all_happened, key_of, stray_of
from payment.order import Order
from payment.orders import Orders
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.gathering.sources import FinanceBooks

# A payment may come so long after its order: the platform repeats a callback for a day.
_LATER = timedelta(days=2)

# Of a link as things stood when it was written; the order may have gone on.
_AS_OF_THEN = frozenset({"merchant", "stray"})

# The amounts that finance has on its statement of a day, by the orders' numbers.
_Stated = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Parity:
    order_id: str
    wrong: tuple[str, ...]  # in words; empty: all three agree


class Parities:
    def __init__(
        self, chain: Chain, orders: Orders, methods: Iterable[str], finance: FinanceBooks
    ) -> None:
        self._chain = chain
        self._orders = orders
        self._finance = finance
        self.methods = tuple(methods)

    def chosen(self, method: str | None) -> tuple[str, ...]:
        """One payment method, or all of them. Raises `NotFound`."""
        if method is not None and method not in self.methods:
            raise NotFound("there is no such payment method", field="method")
        return self.methods if method is None else (method,)

    async def of_day(self, method: str, day: date) -> AsyncIterator[Parity]:
        """Every order with money on that day, those first that the store has."""
        links: dict[str, list[Link]] = {}
        for group in (method, stray_of(method)):
            async for link in self._chain.of_day(group, day):
                links.setdefault(str(link.fields["order_id"]), []).append(link)
        stated: dict[date, _Stated] = {}
        async for order in self._orders.made_between(day - _LATER, day):
            if order.method == method:
                found = links.pop(order.id, [])
                if found or _has_money_on(order, day):
                    yield await self._of(order, day, found, stated)
        for order_id, found in links.items():
            try:
                order = await self._orders.get(order_id)
            except NotFound:
                yield Parity(order_id, ("the journal has it, the store has not",))
                continue
            yield await self._of(order, day, found, stated)

    async def with_journal(self, order: Order) -> tuple[str, ...]:
        """What of an order the journal has otherwise or not at all, whatever day it is of.

        A day finds a refund of an older order by the journal alone: what that lacks is found here.
        """
        wrong = [*_undated(order).values()]
        for entry in all_booked(order, merchant=""):
            link = await self._chain.of_key(entry.key)
            if link is None or (link.group, link.day) != (entry.group, entry.day):
                wrong.append(f"the journal has no {entry.what} of {entry.day}")
            else:
                wrong += _apart(entry, link)
        return tuple(wrong)

    async def _of(
        self, order: Order, day: date, links: list[Link], stated: dict[date, _Stated]
    ) -> Parity:
        wrong = [*_with_journal(order, day, links)]
        if order.confirmed_at is not None and self._is_stated(order, order.confirmed_at):
            booked_on = beijing_day(order.confirmed_at)
            if booked_on not in stated:
                stated[booked_on] = await self._payments(booked_on)
            wrong += _with_finance(order, stated[booked_on])
        return Parity(order.id, tuple(wrong))

    def _is_stated(self, order: Order, at: datetime) -> bool:
        """As in reconciling: an authority that gives no statements is taken to agree."""
        return self._finance.three_ways and self._finance.tells(_entry(order, at))

    async def _payments(self, day: date) -> _Stated:
        return {
            entry.number: entry.amount_fen
            async for entries in self._finance.of_day(day)
            for entry in entries
            if entry.movement == Movement.PAYMENT
        }


def _with_journal(order: Order, day: date, links: list[Link]) -> Iterator[str]:
    undated = _undated(order)
    should = {each.key: each for each in all_booked(order, merchant="") if each.day == day}
    there = {link.key: link for link in links if link.key not in undated}
    yield from undated.values()
    for key in sorted(should.keys() - there.keys()):
        yield f"the journal has no {should[key].what}"
    for key in sorted(there.keys() - should.keys()):
        yield f"the store knows of no {there[key].what}"
    for key in sorted(should.keys() & there.keys()):
        yield from _apart(should[key], there[key])


def _undated(order: Order) -> dict[str, str]:
    """What the journal should know of an order and the order has no moment of, by its key."""
    dated = {each.key for each in all_booked(order, merchant="")}
    should = {key_of(order, what, number): what for what, number in all_happened(order)}
    return {
        key: f"the store has no moment of {what}"
        for key, what in should.items()
        if key not in dated
    }


def _apart(entry: ChainEntry, link: Link) -> Iterator[str]:
    for name in sorted(entry.fields):
        if name not in _AS_OF_THEN and entry.fields[name] != link.fields.get(name):
            yield f"{name} of {entry.what} differs between store and journal"


def _with_finance(order: Order, stated: _Stated) -> Iterator[str]:
    amount_fen = stated.get(order.id)
    if amount_fen is None:
        yield "finance has no payment under this number"
    elif amount_fen != order.amount_fen:
        yield "finance has another amount"


def _entry(order: Order, at: datetime) -> Entry:
    return Entry(
        Movement.PAYMENT,
        order.id,
        refund_no="",
        transaction=order.transaction or "",
        amount_fen=order.amount_fen,
        at=beijing_text(at),
        pay_code=order.pay_code,
        unit_code=order.unit_code,
    )


def _has_money_on(order: Order, day: date) -> bool:
    moments = [order.paid_at, *(refund.done_at for refund in order.refunds)]
    return any(moment is not None and beijing_day(moment) == day for moment in moments)
