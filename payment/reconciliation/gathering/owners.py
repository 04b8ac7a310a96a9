"""By which payment method a line of finance's statement came: its number, else its notice."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from channel_gateway.domain.errors import NotFound
from payment.orders import Orders
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.sources import SuspenseBooks


class Owner(NamedTuple):
    method: str
    ours: bool  # whether it was in transit here; else paid elsewhere, or out of suspense


class Owners:
    """Knows the numbers of the days' journals; what is not in them is looked up singly."""

    def __init__(self, orders: Orders, suspense: SuspenseBooks, methods: Sequence[str]) -> None:
        self._orders = orders
        self._suspense = suspense
        self._methods = tuple(sorted(methods))
        self._known: dict[str, Owner] = {}

    def learn(self, method: str, entries: Iterable[Entry]) -> None:
        owner = Owner(method, ours=True)
        self._known.update((each.number, owner) for each in entries)

    async def of(self, entry: Entry) -> Owner:
        """What is nobody's of ours is looked at once, with the first method."""
        if entry.number not in self._known:
            self._known[entry.number] = await self._looked_up(entry)
        return self._known[entry.number]

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
