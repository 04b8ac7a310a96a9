"""Payments that finance has booked, and whose receipt does not come: listed for staff, and chased.

Who gets no receipt may refuse to pay (浙江省政府非税收入管理条例 art. 30).
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import day_start, milliseconds
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.ports import Clock, Member, Range, Role, Store
from channel_gateway.records import every
from payment.order import Order
from payment.orders import ORDERS, Orders
from payment.settlement import RECEIPT

log = logging.getLogger(__name__)

_MOST = 500  # in a list; more than that is another kind of trouble


@dataclass(frozen=True, slots=True)
class Missing:
    order: Order
    given_up: bool  # its task is a dead letter: a person must send it again
    last_word: str  # why the last try brought none


class Chasing:
    def __init__(self, store: Store, orders: Orders, clock: Clock, *, after: timedelta) -> None:
        """`after`: how long finance may take before a receipt counts as missing."""
        self._store = store
        self._orders = orders
        self._clock = clock
        self._after = after

    async def missing(self, member: Member) -> list[Missing]:
        """The longest waiting first; a unit's clerk sees the unit's own."""
        everything = member.may(Role.FINANCE_CLERK, Role.AUDITOR, Role.OPERATOR)
        found: list[Missing] = []
        async for order in self._overdue(self._clock.now()):
            if everything or order.unit_code in member.units:
                found.append(_missing(order))
            if len(found) == _MOST:
                break
        return found

    async def missing_of(self, day: date) -> AsyncIterator[Missing]:
        """Of the payments finance booked on a Beijing day: all of them, every unit's."""
        tomorrow = day_start(day + timedelta(days=1))
        before = min(self._clock.now() - self._after, tomorrow)
        async for order in self._waiting(before, since=day_start(day)):
            yield _missing(order)

    async def chase(self, now: datetime) -> None:
        """What nobody is asking about any more is asked about again; all of it is said."""
        count = 0
        async for order in self._overdue(now):
            count += 1
            if not _is_chased(order):
                await self._orders.change(order.id, lambda o: _asked_again(o, now))
        if count:
            told = {"action": "receipts_missing", "count": count}
            log.warning("payments without a receipt", extra=told)

    def _overdue(self, now: datetime) -> AsyncIterator[Order]:
        return self._waiting(now - self._after)

    def _waiting(self, before: datetime, *, since: datetime | None = None) -> AsyncIterator[Order]:
        low = None if since is None else milliseconds(since)
        late = Range("unreceipted_since", low=low, high=milliseconds(before))
        return every(self._store, ORDERS, Order, range=late, order=late.field)


def _missing(order: Order) -> Missing:
    given_up = [task for task in order.given_up if task.kind == RECEIPT]
    waiting = [task for task in order.tasks if task.kind == RECEIPT]
    return Missing(order, bool(given_up), next((t.note for t in (*given_up, *waiting)), ""))


def _is_chased(order: Order) -> bool:
    """A task of its own goes on, or a person has been told."""
    return any(task.kind == RECEIPT for task in (*order.tasks, *order.given_up))


def _asked_again(order: Order, now: datetime) -> Order:
    if order.unreceipted_since is None or _is_chased(order):
        return order
    return with_tasks(order, Task(RECEIPT, RECEIPT, due=milliseconds(now)))
