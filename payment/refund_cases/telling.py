"""What citizens are told of a refund application: each step that is theirs to know of."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import minute_words
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.happenings import Happening, telling_id
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.money import yuan_from_fen
from channel_gateway.domain.tasks import Task, is_next, with_tasks
from channel_gateway.ports import Change, Messenger, Telling
from channel_gateway.service import NotYet, Reaction
from payment.order import Order
from payment.orders import Orders
from payment.refund_cases.case import RefundCase
from payment.refund_cases.cases import CASES, read
from payment.refund_cases.life import State

TELL_CITIZEN = "tell_citizen"
# That the money arrived is told by the order.
PROGRESS = {
    State.APPLIED: "已提交",
    State.FINANCE_REVIEW: "单位已核实",
    State.MORE_MATERIAL: "需补充材料",
    State.APPROVED: "已批准",
    State.REJECTED: "未获批准",
    State.WITHDRAWN: "已撤回",
}

# Code and name of what an order is for.
ServiceOf = Callable[[Order], Awaitable[tuple[str, str]]]


def told(before: RefundCase, after: RefundCase) -> RefundCase:
    """`after`, with a task for what its citizen is to hear. Pure."""
    new = before is after or before.state is not after.state  # what is added is its own past
    if not new or after.state not in PROGRESS:
        return after
    if before.state is State.APPROVED:
        return after  # it fell short: said when it is decided anew
    number = len(after.events)
    due = milliseconds(after.events[-1].at)
    task = Task(f"{TELL_CITIZEN}:{number}", TELL_CITIZEN, due=due, detail=after.state.value)
    return with_tasks(after, task)


class CaseNews:
    def __init__(
        self,
        orders: Orders,
        service_of: ServiceOf,
        messenger: Callable[[], Messenger | None],
        page: str,
    ) -> None:
        """Who tells citizens is asked for late; where nobody does, no task is written."""
        self._orders = orders
        self._service_of = service_of
        self._messenger = messenger
        self._page = page

    def rows(self) -> list[Reaction]:
        return [Reaction(CASES.name, TELL_CITIZEN, self.tell, DAYS_3)]

    def beside(self, before: RefundCase, after: RefundCase) -> RefundCase:
        return after if self._messenger() is None else told(before, after)

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """In order: a message has its place by when it was told."""
        case, messenger = read(document), self._messenger()
        order = await self._orders.get(case.order_id)
        if messenger is None or order.person is None:
            return None
        if not is_next(case, task):
            raise NotYet("what happened before is told first", pause_s=5)
        service, name = await self._service_of(order)
        number = int(task.id.rpartition(":")[2])
        at = case.events[number - 1].at
        telling = Telling(
            id=telling_id(case.id, Happening.REFUND_PROGRESS, str(number)),
            person=order.person,
            happening=Happening.REFUND_PROGRESS,
            service=service,
            subject=f"order:{order.id}",
            words={
                "service": name,
                "amount": f"{yuan_from_fen(case.amount_fen)}元",
                "progress": PROGRESS[State(task.detail)],
                "at": minute_words(at),
            },
            at=at,
            account=order.citizen,
            page=self._page.replace("{id}", order.id),
        )
        await messenger.tell(telling, now)
        return None
