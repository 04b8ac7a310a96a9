"""What the worker does for refund cases: reserve what was approved, hear that it is back."""

from datetime import datetime
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.ports import Change
from channel_gateway.service import Reaction
from payment.order import Order
from payment.orders import ORDERS
from payment.orders import read as read_order
from payment.refund_cases.cases import CASES, read
from payment.refund_cases.deciding import RESERVE
from payment.refund_cases.life import State
from payment.refund_cases.paying_back import PayingBack, is_back
from payment.refunds import RefundTooMuch

HEAR = "refund_case"


def heard_by_cases(before: Order, after: Order) -> Order:
    """`after`, with a task for each case whose money is back now. Pure."""
    if before.refunds == after.refunds and before.given_up == after.given_up:
        return after
    cases = {each.case_id for each in after.refunds if each.case_id}
    news = [each for each in cases if is_back(each, after) and not is_back(each, before)]
    if not news:
        return after
    due = milliseconds(after.events[-1].at)
    return with_tasks(
        after, *(Task(f"{HEAR}:{each}", HEAR, due=due, detail=each) for each in sorted(news))
    )


class Reactions:
    def __init__(self, paying_back: PayingBack) -> None:
        self._paying_back = paying_back

    def rows(self) -> list[Reaction]:
        return [
            Reaction(CASES.name, RESERVE, self.reserve, DAYS_3),
            Reaction(ORDERS.name, HEAR, self.hear, DAYS_3),
        ]

    async def reserve(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Whoever approved did it already, unless they died in between."""
        case = read(document)
        if case.state is State.APPROVED:
            try:
                await self._paying_back.reserve(case)
            except RefundTooMuch:
                return None  # finance has it to decide again
        return None

    async def hear(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        await self._paying_back.hear(task.detail, read_order(document))
        return None
