"""Orders looked up singly: for what the channel or finance has, and our day's journal has not.

The journal says what money did; an order says as well why it is not there, and where it went.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import NotFound, RefusedForNow, Unavailable
from channel_gateway.domain.money import NOTHING
from channel_gateway.ports import Chain, Clock
from payment.order import Order, State
from payment.orders import Orders
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import BOOKED, COUNTED, Entry, EntryState, Movement
from payment.reconciliation.gathering.beside import Beside, learn_who_settled
from payment.reconciliation.gathering.orders_as_entries import (
    payment_entry,
    refund_entry,
    taken_out_entry,
)
from payment.reconciliation.gathering.sources import (
    Booked,
    FinanceBooks,
    KeptBills,
    SuspenseBooks,
)
from payment.reconciliation.suspense.item import EntryStanding
from payment.reconciliation.suspense.on_journal import DONE, key_of, taken_out

_AT_ONCE = 50
# Of a refund nobody knows when finance booked it: so many days are looked through.
MOST_LATER = 7
_AGREED = (EntryStanding.UNDER_WAY, EntryStanding.HELD_UP, EntryStanding.DONE)
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
    def __init__(
        self,
        orders: Orders,
        suspense: SuspenseBooks,
        journal: Chain,
        finance: FinanceBooks,
        bills: KeptBills,
        sources: Mapping[str, BillSource],
        clock: Clock,
    ) -> None:
        self._orders = orders
        self._suspense = suspense
        self._journal = journal
        self._finance = finance
        self._bills = bills
        self._sources = sources
        self._clock = clock

    async def learn(self, differences: Sequence[Difference], beside: Beside) -> None:
        """What our orders say about differences goes beside the day's books."""
        telling = [each for each in differences if each.kind in _TELLING]
        orders = await asyncio.gather(*map(self._order, telling))
        for difference, order in zip(telling, orders, strict=True):
            if order is None:
                await self._taken_out(difference, beside)
            elif entry := _entry_of(order, difference):
                await self._learn(difference, order, entry, beside)

    async def _learn(
        self, difference: Difference, order: Order, entry: Entry, beside: Beside
    ) -> None:
        if entry.state in COUNTED and entry.at[:10] != difference.day.isoformat():
            beside.ours_near.put([Booked(entry, ())])
            _look_on_bill(entry, difference.day, beside)
        else:
            beside.stand_for([Booked(entry, order.lines)])
        if entry.state not in BOOKED:
            await learn_who_settled(self._orders, [entry], beside.settled_by)
        elif order.state is State.DISPUTED:
            beside.finance_near.put([Booked(_as_finance_wants_it(order, entry), ())])
        elif difference.finance_fen is None:
            self._look_on_statements(order, entry, difference.day, beside)

    async def read_far(self, method: str, beside: Beside) -> None:
        """Bills and statements of far days, each read once, for what is booked late."""
        for day, numbers in sorted(beside.on_bills.items()):
            fetched = await self._bills.of(method, day)
            with suppress(BillWrong):
                found = await asyncio.to_thread(self._on_bills, method, fetched.files, numbers)
                beside.channel_near.put(Booked(entry, ()) for entry in found)
        found_on: set[str] = set()
        for day, numbers in sorted(beside.on_statements.items()):
            with suppress(Unavailable, RefusedForNow):
                async for entries in self._finance.of_day(day):
                    found = [e for e in entries if e.number in numbers and e.number not in found_on]
                    found_on.update(entry.number for entry in found)
                    beside.finance_near.put(Booked(entry, ()) for entry in found)

    def _on_bills(self, method: str, bills: Sequence[BillFile], numbers: set[str]) -> list[Entry]:
        source = self._sources[method]
        found = {
            entry.number: entry
            for bill in bills
            if bill.kind == source.trades
            for entry in source.entries(bill)
            if entry.number in numbers
        }
        return list(found.values())

    async def _order(self, difference: Difference) -> Order | None:
        with suppress(NotFound):
            if difference.order_id:
                return await self._orders.get(difference.order_id)
        for order in await self._of_notice(difference.pay_code):
            if difference.refund_no and order.refund(difference.refund_no):
                return order
        return None

    async def _taken_out(self, difference: Difference, beside: Beside) -> None:
        """Out of the suspense account, by two people: it is ours after all.

        What the journal has on another day stays there; what nobody has answered yet, or what was
        taken out before the journal had it, stands on the day of the other side's line.
        """
        number = difference.refund_no or difference.order_id
        found = await self._suspense.outside(number)
        if found is None:
            return
        item, entry = found
        if item.standing(entry) not in _AGREED:
            return
        now, day = taken_out_entry(item, entry), difference.day
        link = await self._journal.of_key(key_of(item.id, entry.number, DONE))
        written = taken_out(link) if link else None
        if written is None:
            beside.suspense.put([Booked(now, ())])
        elif written.at[:10] != day.isoformat():
            beside.ours_near.put([Booked(written, ())])
        elif difference.kind is Kind.FINANCE_NOT_TOLD:
            # Finance's answer may have been lost for days: it booked since two had agreed.
            agreed_on = date.fromisoformat(now.at[:10])
            first = max(agreed_on, day - timedelta(days=MOST_LATER))
            for ahead in range((day - first).days - 1):
                on = first + timedelta(days=ahead)
                beside.on_statements.setdefault(on, set()).add(number)

    async def _of_notice(self, pay_code: str) -> list[Order]:
        return await self._orders.of_pay_code(pay_code) if pay_code else []

    def _look_on_statements(self, order: Order, entry: Entry, day: date, beside: Beside) -> None:
        """Finance may have booked it days later; the neighbouring statements are read anyway."""
        if order.confirmed_at is None:
            return
        today = beijing_day(self._clock.now())
        later = (day + timedelta(days=2 + ahead) for ahead in range(MOST_LATER))
        days = [each for each in later if each < today]
        if entry.movement == Movement.PAYMENT:
            booked_on = beijing_day(order.confirmed_at)
            days = [booked_on] if booked_on - day > timedelta(days=1) else []
        for each in days:
            beside.on_statements.setdefault(each, set()).add(entry.number)


def _look_on_bill(entry: Entry, day: date, beside: Beside) -> None:
    """The neighbouring days' bills are read anyway."""
    moved_on = date.fromisoformat(entry.at[:10])
    if abs(moved_on - day) > timedelta(days=1):
        beside.on_bills.setdefault(moved_on, set()).add(entry.number)


def _as_finance_wants_it(order: Order, payment: Entry) -> Entry:
    return payment._replace(amount_fen=order.wanted_fen or NOTHING, state=EntryState.WANTED)


def _entry_of(order: Order, difference: Difference) -> Entry | None:
    if difference.movement == Movement.PAYMENT:
        return payment_entry(order)
    refund = order.refund(difference.refund_no)
    return refund_entry(order, refund) if refund else None
