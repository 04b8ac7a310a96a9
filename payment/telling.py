"""Who must know what became of an order's money: services that wait for it, the department."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from channel_gateway.domain.days import milliseconds, utc_text
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Departments, FeeMoney, FeeWatcher, PaidNotice
from channel_gateway.service import NotYet, Reaction
from payment.issued import IssuedNotices
from payment.order import Order
from payment.orders import ORDERS, read
from payment.refunds import refund_of
from payment.settlement import REPORT_REFUND, RETURNED

TELL = "tell"
FEE_PAID, FEE_REFUNDED = "fee.paid", "fee.refunded"
FEE_PAID_ELSEWHERE = "fee.paid_elsewhere"


class Telling:
    def __init__(
        self,
        issued: IssuedNotices,
        watchers: Callable[[], Iterable[FeeWatcher]],
        departments: Callable[[], Departments | None],
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._issued = issued
        self._watchers = watchers
        self._departments = departments

    def rows(self) -> list[Reaction]:
        # Services are in the same house; only a store that is away can stop this.
        return [
            Reaction(ORDERS.name, RETURNED, self.returned, DAYS_3),
            Reaction(ORDERS.name, TELL, self.tell, DAYS_3),
        ]

    async def wanted(self, order: Order) -> bool:
        """Whether nobody has given up waiting for this money."""
        for watcher in self._watchers():
            if not await watcher.paid(money_of(order)):
                return False
        return True

    async def tasks_of(self, order: Order, now: datetime, refund_no: str = "") -> tuple[Task, ...]:
        """What is to be told to the department: of the payment, or of that refund of it."""
        if not await self._is_to_hear(order.pay_code):
            return ()
        id = f"{TELL}:{refund_no}"
        return (Task(id, TELL, due=milliseconds(now), detail=refund_no),)

    async def returned(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """All of the money went back: whoever relied on it hears it, finance first."""
        order = read(document)
        if any(each.kind == REPORT_REFUND for each in order.tasks):
            raise NotYet("finance is told of the refund first")
        for watcher in self._watchers():
            await watcher.returned(money_of(order))
        return None

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Tell the department of a payment or a refund; its own box of events does the rest."""
        order = read(document)
        departments, issued = self._departments(), await self._issued.of(order.pay_code)
        if departments is None:
            raise NotYet("no plug-in of the settings speaks with departments")
        if issued is None:
            return None
        kind, at, amount_fen = FEE_PAID, order.paid_at or now, order.amount_fen
        if task.detail:
            refund = refund_of(order, task.detail)
            kind, at, amount_fen = FEE_REFUNDED, refund.done_at or now, refund.amount_fen
        matter = issued.matter
        data = {
            "pay_code": order.pay_code,
            "service": matter.service,
            "order_id": order.id,
            "amount_fen": amount_fen,
            "at": utc_text(at),
        }
        if matter.appointment_id is not None:
            data["appointment_id"] = matter.appointment_id
        event_id = _event_id(order.id, kind, task.detail)
        await departments.tell(matter.department, event_id, kind, data, at)
        return None

    async def elsewhere(self, told: PaidNotice) -> None:
        """Tell the department that a notice it waits for is paid, but not through us."""
        departments, issued = self._departments(), await self._issued.of(told.pay_code)
        if issued is None or not await self._is_to_hear(told.pay_code):
            return
        if departments is None:
            raise NotYet("no plug-in of the settings speaks with departments")
        matter = issued.matter
        data = {
            "pay_code": told.pay_code,
            "service": matter.service,
            "amount_fen": told.amount_fen,
            "at": utc_text(told.paid_at),
        }
        if matter.appointment_id is not None:
            data["appointment_id"] = matter.appointment_id
        what = f"{told.pay_code}\n{FEE_PAID_ELSEWHERE}\n{told.transaction}"
        event_id = sha256(what.encode()).hexdigest()[:40]
        await departments.tell(matter.department, event_id, FEE_PAID_ELSEWHERE, data, told.paid_at)

    async def _is_to_hear(self, pay_code: str) -> bool:
        """Whoever had the notice issued was connected then; of another, who is connected now."""
        departments, issued = self._departments(), await self._issued.of(pay_code)
        if issued is None:
            return False
        if issued.by_department:
            return True
        return departments is not None and departments.connected(issued.matter.department)


def event_ids(order: Order) -> list[str]:
    """Of all that the department may have been told of an order."""
    refunds = (_event_id(order.id, FEE_REFUNDED, refund.number) for refund in order.refunds)
    return [_event_id(order.id, FEE_PAID, ""), *refunds]


def _event_id(order_id: str, kind: str, refund_no: str) -> str:
    return sha256(f"{order_id}\n{kind}\n{refund_no}".encode()).hexdigest()[:40]


def money_of(order: Order) -> FeeMoney:
    at = order.paid_at or order.created_at
    return FeeMoney(order.pay_code, order.id, order.amount_fen, at)
