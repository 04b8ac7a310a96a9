"""By which payment method a line of finance's statement came: its number, else its notice."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from channel_gateway.domain.errors import NotFound
from payment.orders import Orders
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.drawers import Drawers, Row
from payment.reconciliation.gathering.piles import Pile, cell
from payment.reconciliation.gathering.sources import Booked, OwnBooks, SuspenseBooks

# So many lines are looked up singly rather than read another journal.
FEW = 2000
_AT_ONCE = 50  # look-ups
_ONE_DAY = timedelta(days=1)


class Owner(NamedTuple):
    method: str
    ours: bool  # whether it was in transit here; else paid elsewhere, or out of suspense


class Owners:
    """Of a statement's lines in drawers, those of one method; what is not in any journal is looked
    up singly, and what is nobody's of ours is looked at once, with the first method.
    """

    def __init__(
        self,
        own: OwnBooks,
        orders: Orders,
        suspense: SuspenseBooks,
        methods: Sequence[str],
        drawers: Drawers,
    ) -> None:
        self._own = own
        self._orders = orders
        self._suspense = suspense
        self._methods = tuple(sorted(methods))
        self._drawers = drawers
        self._round = 0
        self.left = 0  # lines whose owner is not known yet

    def put(self, entries: Iterable[Entry]) -> None:
        """Lines of the day's statement."""
        self.left += self._drawers.put("lines 0", (_row(each) for each in entries))

    def known(self, piles: Iterable[Pile]) -> Iterator[Entry]:
        """The lines of the method whose journal lies in these piles; the others are left."""
        numbers = (
            (number,) for pile in piles for piece in pile for number in piece.columns.numbers
        )
        return self._taken(numbers)

    async def learn_others(self, method: str, day: date) -> None:
        """Whose of the lines left are another method's, as its journals have it."""
        for days in ((day,), (day - _ONE_DAY, day + _ONE_DAY)):
            for other in self._methods if self.left > FEW else ():
                if other != method:
                    await self._pass_over(other, days)

    async def look_up(self, method: str, ours: Pile, elsewhere: Pile) -> None:
        """What is left of this method, by orders and notices, onto two piles."""
        rows = (row for place in range(self._drawers.count) for row in self._lines(place))
        while some := [_entry(row) for row in islice(rows, _AT_ONCE)]:
            owners = await asyncio.gather(*map(self._looked_up, some))
            found = zip(some, owners, strict=True)
            mine = [(Booked(entry, ()), owner) for entry, owner in found if owner.method == method]
            ours.put(booked for booked, owner in mine if owner.ours)
            elsewhere.put(booked for booked, owner in mine if not owner.ours)

    async def _pass_over(self, other: str, days: Iterable[date]) -> None:
        numbers: list[Row] = []
        for day in days:
            async for booked in self._own.of_day(other, day):
                numbers.append((cell(booked.entry.number),))
                if len(numbers) >= FEW:
                    self._drawers.put(f"known {self._round}", numbers)
                    numbers.clear()
        await asyncio.to_thread(deque, self._taken(numbers), 0)

    def _taken(self, numbers: Iterable[Row]) -> Iterator[Entry]:
        """What is known by now; the rest is for the next round."""
        self._drawers.put(f"known {self._round}", numbers)
        rest = 0
        for place in range(self._drawers.count):
            known = {number for (number,) in self._drawers.rows(f"known {self._round}", place)}
            lines = self._lines(place)
            while some := list(islice(lines, FEW)):
                yield from (_entry(row) for row in some if row[0] in known)
                unknown = (row for row in some if row[0] not in known)
                rest += self._drawers.put(f"lines {self._round + 1}", unknown)
        self.left = rest
        self._round += 1

    def _lines(self, place: int) -> Iterator[Row]:
        return self._drawers.rows(f"lines {self._round}", place)

    async def _looked_up(self, entry: Entry) -> Owner:
        with suppress(NotFound):
            if entry.order_id:
                return Owner((await self._orders.get(entry.order_id)).method, ours=True)
        of_notice = await self._orders.of_pay_code(entry.pay_code) if entry.pay_code else []
        for order in of_notice:
            if entry.refund_no and order.refund(entry.refund_no):
                return Owner(order.method, ours=True)
        taken_out = await self._suspense.outside(entry.number)
        if taken_out is not None:
            return Owner(taken_out[0].method, ours=False)
        return Owner(of_notice[0].method if of_notice else self._methods[0], ours=False)


def _row(entry: Entry) -> Row:
    return (cell(entry.number), *entry)


def _entry(row: Row) -> Entry:
    return Entry(*row[1:])
