"""Which orders owed money back at the end of a day: those that owe it yet, and that paid since."""

from collections.abc import AsyncIterator
from datetime import date

from channel_gateway.domain.days import milliseconds
from channel_gateway.ports import Cursor
from payment.order import Order
from payment.orders import Orders
from payment.reconciliation.days.owed_back import AllOwed, end_of, owed_at_end

_PAGE = 200
# Of each kind: a day on which more waits is not told to the end.
_MOST_LOOKED_AT = 20_000


class Owing:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def at_end_of(self, day: date, method: str) -> AllOwed:
        orders = {each.id: each async for each in self._owing(day) if each.method == method}
        async for each in self._given_back_since(day):
            if each.method == method:
                orders.setdefault(each.id, each)
        return owed_at_end(orders.values(), day)

    async def _owing(self, day: date) -> AsyncIterator[Order]:
        after, looked_at, end = None, 0, end_of(day)
        while looked_at < _MOST_LOOKED_AT:
            page = await self._orders.owing(None, limit=_PAGE, after=after)
            for order in page:
                if order.owed_back_at is None or order.owed_back_at >= end:
                    return
                yield order
            if len(page) < _PAGE:
                return
            looked_at += len(page)
            after = Cursor(milliseconds(page[-1].owed_back_at or end), page[-1].id)

    async def _given_back_since(self, day: date) -> AsyncIterator[Order]:
        after, looked_at, end = None, 0, end_of(day)
        while looked_at < _MOST_LOOKED_AT:
            page = await self._orders.gave_back(None, limit=_PAGE, after=after)
            for order in page:
                if order.gave_back_at is None or order.gave_back_at < end:
                    return
                yield order
            if len(page) < _PAGE:
                return
            looked_at += len(page)
            after = Cursor(milliseconds(page[-1].gave_back_at or end), page[-1].id)
