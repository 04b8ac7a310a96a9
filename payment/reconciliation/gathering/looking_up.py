"""Orders looked up singly: for what the channel or finance has, and our day's journal has not.

The journal says what money did; an order says as well why it is not there, and where it went.
"""

from contextlib import suppress
from datetime import timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import NotFound, RefusedForNow, Unavailable
from payment.order import Order
from payment.orders import Orders
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.reconciliation.gathering.beside import Beside, number_of
from payment.reconciliation.gathering.orders_as_entries import payment_entry, refund_entry
from payment.reconciliation.gathering.sources import Booked, FinanceBooks

# So many differences of a day are looked into; a day with more is not explained one by one.
MOST_LOOKUPS = 5000
_MOVED = (EntryState.DONE, EntryState.STRAY)
_TELLING = frozenset(
    {
        Kind.UNKNOWN_MONEY,
        Kind.MISSING_MONEY,
        Kind.FINANCE_NOT_TOLD,
        Kind.PAID_ELSEWHERE,
        Kind.REFUND_DIFFERS,
        Kind.PAID_TWICE,
    }
)


class LookingUp:
    def __init__(self, orders: Orders, finance: FinanceBooks) -> None:
        self._orders = orders
        self._finance = finance

    async def learn(self, difference: Difference, beside: Beside) -> None:
        """What our order says about a difference goes beside the day's books."""
        if difference.kind not in _TELLING:
            return
        order = await self._order(difference)
        if order is None:
            return
        entry = _entry_of(order, difference)
        if entry is None:
            return
        if entry.state in _MOVED and entry.at[:10] != difference.day.isoformat():
            beside.ours_near.setdefault(number_of(entry), entry)
        else:
            beside.ours[number_of(entry)] = Booked(entry, order.lines)
        if entry.state != EntryState.DONE:
            await self._who_settled(order, beside)
        elif difference.finance_fen is None:
            await self._booked_another_day(order, entry, beside)

    async def _order(self, difference: Difference) -> Order | None:
        with suppress(NotFound):
            if difference.order_id:
                return await self._orders.get(difference.order_id)
        for order in await self._of_notice(difference.pay_code):
            if difference.refund_no and order.refund(difference.refund_no):
                return order
        return None

    async def _of_notice(self, pay_code: str) -> list[Order]:
        return await self._orders.of_pay_code(pay_code) if pay_code else []

    async def _who_settled(self, other: Order, beside: Beside) -> None:
        for order in await self._of_notice(other.pay_code):
            if order.settles and order.id != other.id:
                beside.settled_by[other.pay_code] = order.id

    async def _booked_another_day(self, order: Order, entry: Entry, beside: Beside) -> None:
        """Finance may have booked it days later: the order says when."""
        if order.confirmed_at is None or entry.movement != Movement.PAYMENT:
            return
        booked_on = beijing_day(order.confirmed_at)
        paid_on = beijing_day(order.paid_at or order.created_at)
        if booked_on - paid_on <= timedelta(days=1):
            return  # the neighbouring statement is read anyway
        try:
            lines = await self._finance.of_day(booked_on)
        except (Unavailable, RefusedForNow):
            return
        for line in lines:
            if line.order_id == order.id and line.movement == Movement.PAYMENT:
                beside.finance_near[order.id] = line


def _entry_of(order: Order, difference: Difference) -> Entry | None:
    if difference.movement == Movement.PAYMENT:
        return payment_entry(order)
    refund = order.refund(difference.refund_no)
    return refund_entry(order, refund) if refund else None
