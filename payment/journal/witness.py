"""What else in the store says that the journal has an entry: an order with money."""

from payment.journal.bookings import JOURNAL
from payment.orders import Orders


class MoneyWitness:
    """Implements `ChainWitness`."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def entered(self, chain: str) -> str:
        """The first order that has money, and whose entries are not still to be written."""
        if chain != "journal":
            return ""
        async for order in self._orders.all():
            waits = any(task.kind == JOURNAL for task in (*order.tasks, *order.given_up))
            if order.transaction is not None and not waits:
                return f"the order {order.id} has money, and its entry was written"
        return ""
