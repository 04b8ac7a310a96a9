"""Payments by who made them, and for what, as other services ask for them."""

from collections.abc import Mapping

from channel_gateway.ports import ChannelPayment
from payment.issued import IssuedNotices
from payment.order import Order, State
from payment.orders import Orders
from payment.ports import PaymentMethod

# Money that is there and stays; what is stray is on its way back.
_HELD = frozenset({State.PAID, State.CONFIRMED, State.RECEIPTED})


class Paid:
    """Implements `PaidFees`."""

    def __init__(
        self, orders: Orders, issued: IssuedNotices, methods: Mapping[str, PaymentMethod]
    ) -> None:
        self._orders = orders
        self._issued = issued
        self._methods = methods

    async def paid_for(
        self, account: str, *, appointment_id: str | None = None, case_no: str | None = None
    ) -> ChannelPayment | None:
        """The last one that is not given back, on the channel whose method took the money."""
        found: list[Order] = []
        async for notice in self._issued.for_what(appointment_id=appointment_id, case_no=case_no):
            orders = await self._orders.of_pay_code(notice.id)
            found += [
                order for order in orders if order.citizen == account and order.state in _HELD
            ]
        for order in sorted(found, key=lambda each: each.paid_at or each.created_at, reverse=True):
            method = self._methods.get(order.method)
            if method is not None and order.transaction and order.paid_at:
                return ChannelPayment(
                    method.channel, order.transaction, order.amount_fen, order.paid_at
                )
        return None
