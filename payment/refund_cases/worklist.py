"""Every refund that is not over, the one whose day ends first before all: nothing in silence.

Cases and what goes back by itself (duplicates, late money) are in one list. Overdue ones come
first because their day is the earliest.
"""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge

from channel_gateway.domain.days import beijing_day, day_start, milliseconds
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Cursor, Member, Role
from payment.order import Event, Order
from payment.orders import Orders
from payment.owed import waiting_refunds
from payment.refund import Refund
from payment.refund_cases.case import RefundCase
from payment.refund_cases.cases import Cases
from payment.refund_cases.clocks import Clocks, end_of, is_overdue
from payment.refund_cases.life import State
from payment.refund_cases.todo import todo_of_case
from payment.refund_todo import Todo, is_given_up, todo_of_refund

_MOST_LOOKED_AT = 2000  # of each kind and unit; what is beyond is later than all of it
_PAGE = 200
_FAR = 2**62
_WITH_REFUND = (State.PAYING_BACK, State.DONE)


@dataclass(frozen=True, slots=True)
class Item:
    """One refund in a person's list: a case, or one that goes back by itself."""

    order_id: str
    pay_code: str
    unit_code: str
    amount_fen: int
    since: datetime
    due_on: date | None
    overdue: bool
    todo: Todo
    case: RefundCase | None = None
    refund: Refund | None = None
    steps: tuple[Event, ...] = ()  # of paying it back, as the order has them

    @property
    def automatic(self) -> bool:
        return self.case is None

    @property
    def number(self) -> str:
        """The case's, or the refund's own."""
        return self.case.id if self.case else self.refund.number if self.refund else ""

    @property
    def rank(self) -> tuple[int, str]:
        """By the end of its day; what has none comes after all that have one, the newest first."""
        if self.due_on is not None:
            return (milliseconds(end_of(self.due_on)), self.number)
        return (_FAR - milliseconds(self.since), self.number)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which refunds somebody wants to see."""

    state: State | None = None  # of cases; None: all that are not over
    unit: str | None = None
    overdue: bool = False
    stuck: bool = False
    automatic: bool | None = None


class Worklist:
    def __init__(self, cases: Cases, orders: Orders, clocks: Clocks) -> None:
        self._cases = cases
        self._orders = orders
        self._clocks = clocks

    async def page(
        self, member: Member, wanted: Wanted, now: datetime, *, limit: int, after: Cursor | None
    ) -> list[Item]:
        """What a member may see of it. `after`: the rank of the last one seen."""
        return await self.of_units(
            _units(member, wanted.unit), wanted, now, limit=limit, after=after
        )

    async def of_units(
        self,
        units: tuple[str | None, ...],
        wanted: Wanted,
        now: datetime,
        *,
        limit: int,
        after: Cursor | None = None,
    ) -> list[Item]:
        """The same for whoever sees these units; None among them: every unit."""
        found: list[list[Item]] = []
        for unit in units:
            if wanted.automatic is not True:
                found.append([item async for item in self._of_cases(unit, wanted, now)])
            if wanted.automatic is not False and wanted.state in (None, *_WITH_REFUND):
                done = wanted.state is State.DONE
                found.append([item async for item in self._automatic(unit, now, done=done)])
        items = merge(*(sorted(each, key=lambda i: i.rank) for each in found), key=lambda i: i.rank)
        seen = None if after is None else (after.value, after.id)
        return [
            item for item in items if _fits(item, wanted) and (seen is None or item.rank > seen)
        ][:limit]

    async def case(self, case_id: str) -> RefundCase:
        """Raises `NoSuchRefundCase`."""
        return await self._cases.get(case_id)

    async def of_order(self, order_id: str, now: datetime) -> list[Item]:
        """What goes or went back of an order, whoever decided it; nothing, where there is none."""
        try:
            order = await self._orders.get(order_id)
        except NotFound:
            return []
        cases = [await self.item_of(case, now) for case in await self._cases.of_order(order_id)]
        alone = [each for each in order.refunds if each.case_id is None]
        return [*cases, *(self.item_by_itself(order, each, now) for each in alone)]

    def applied_on(self, day: date) -> AsyncIterator[RefundCase]:
        """Every case of a Beijing day, whatever became of it."""
        return self._cases.applied_between(day_start(day), day_start(day + timedelta(days=1)))

    async def item_of(self, case: RefundCase, now: datetime) -> Item:
        """A case with its refund as it is now."""
        if case.state not in _WITH_REFUND:
            return self._item(case, now)
        order = await self._orders.get(case.order_id)
        refund = next((r for r in reversed(order.refunds) if r.case_id == case.id), None)
        return self._item(case, now, order, refund)

    async def item_of_refund(self, order: Order, refund: Refund, now: datetime) -> Item:
        """This refund of an order: as its case has it, where people decided it."""
        if refund.case_id is None:
            return self.item_by_itself(order, refund, now)
        return self._item(await self._cases.get(refund.case_id), now, order, refund)

    def _item(
        self,
        case: RefundCase,
        now: datetime,
        order: Order | None = None,
        refund: Refund | None = None,
    ) -> Item:
        given_up = order is not None and refund is not None and is_given_up(order, refund)
        return Item(
            order_id=case.order_id,
            pay_code=case.pay_code,
            unit_code=case.unit_code,
            amount_fen=case.amount_fen,
            since=case.applied_at,
            due_on=case.due_on,
            overdue=is_overdue(case, now),
            todo=todo_of_case(case, refund, given_up=given_up),
            case=case,
            refund=refund,
            steps=() if order is None else _steps_of(order, case),
        )

    def item_by_itself(self, order: Order, refund: Refund, now: datetime) -> Item:
        """One that goes back by itself; it has the days that one which was approved has."""
        due_on = self._clocks.pay_back_by(beijing_day(refund.asked_at))
        over = refund.is_done
        return Item(
            order_id=order.id,
            pay_code=order.pay_code,
            unit_code=order.unit_code,
            amount_fen=refund.amount_fen,
            since=refund.asked_at,
            due_on=None if over else due_on,
            overdue=not over and now >= end_of(due_on),
            todo=todo_of_refund(refund, given_up=is_given_up(order, refund)),
            refund=refund,
        )

    async def _of_cases(
        self, unit: str | None, wanted: Wanted, now: datetime
    ) -> AsyncIterator[Item]:
        after, looked_at, state = None, 0, wanted.state
        before = milliseconds(now) + 1 if wanted.overdue else None
        while looked_at < _MOST_LOOKED_AT:
            if state is None:
                page = await self._cases.waiting(unit, before=before, limit=_PAGE, after=after)
            else:
                page = await self._cases.in_state(state, unit, limit=_PAGE, after=after)
            for case in page:
                yield await self.item_of(case, now)
            if len(page) < _PAGE:
                return
            looked_at += len(page)
            last = page[-1]
            after = Cursor(
                milliseconds(last.applied_at) if state else last.waits_until or 0, last.id
            )

    async def _automatic(
        self, unit: str | None, now: datetime, *, done: bool
    ) -> AsyncIterator[Item]:
        after, looked_at = None, 0
        orders = self._orders
        while looked_at < _MOST_LOOKED_AT:
            fetch = orders.gave_back if done else orders.owing
            page = await fetch(unit, limit=_PAGE, after=after)
            for order in page:
                wanted = [r for r in order.refunds if r.is_done] if done else waiting_refunds(order)
                for refund in wanted:
                    if refund.case_id is None:
                        yield self.item_by_itself(order, refund, now)
            if len(page) < _PAGE:
                return
            looked_at += len(page)
            last = page[-1]
            at = last.gave_back_at if done else last.owed_back_at
            after = Cursor(milliseconds(at or now), last.id)


def _units(member: Member, wanted: str | None) -> tuple[str | None, ...]:
    """Whose refunds a member sees: clerks of units only theirs, others every unit's."""
    if member.roles == {Role.UNIT_CLERK}:
        return tuple(sorted(each for each in member.units if wanted in (None, each)))
    return (wanted,)


def _fits(item: Item, wanted: Wanted) -> bool:
    return (item.overdue or not wanted.overdue) and (item.todo.stuck or not wanted.stuck)


def steps(order: Order, refunds: Collection[Refund]) -> tuple[Event, ...]:
    """What the order's history says of these refunds."""
    mine = {each.number for each in refunds}
    return tuple(each for each in order.events if each.note.partition(" ")[0] in mine)


def _steps_of(order: Order, case: RefundCase) -> tuple[Event, ...]:
    return steps(order, [each for each in order.refunds if each.case_id == case.id])
