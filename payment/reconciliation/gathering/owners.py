"""By which payment method a line of finance's statement came: its number, else its notice."""

from collections.abc import Iterable, Sequence

from channel_gateway.domain.errors import NotFound
from payment.orders import Orders
from payment.reconciliation.entries import Entry


class Owners:
    """Knows the numbers of the days' journals; what is not in them is looked up singly."""

    def __init__(self, orders: Orders, methods: Sequence[str]) -> None:
        self._orders = orders
        self._methods = tuple(sorted(methods))
        self._known: dict[str, str] = {}

    def learn(self, method: str, numbers: Iterable[str]) -> None:
        self._known.update(dict.fromkeys(numbers, method))

    async def of(self, entry: Entry) -> str:
        """What is nobody's of ours is looked at once, with the first method."""
        number = entry.refund_no or entry.order_id
        if number not in self._known:
            self._known[number] = await self._looked_up(entry)
        return self._known[number]

    async def _looked_up(self, entry: Entry) -> str:
        if entry.order_id:
            try:
                return (await self._orders.get(entry.order_id)).method
            except NotFound:
                pass
        ours = await self._orders.of_pay_code(entry.pay_code) if entry.pay_code else []
        for order in ours:
            if order.id == entry.order_id or order.refund(entry.refund_no):
                return order.method
        return ours[0].method if ours else self._methods[0]
