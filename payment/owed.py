"""By what orders that owe money back, or gave it back, are found. Pure."""

from dataclasses import replace

from payment.order import Order
from payment.refund import Refund
from payment.settlement import REFUND


def waiting_refunds(order: Order) -> tuple[Refund, ...]:
    """Those that are not done; of what the platform gave up, those a person has still to see."""
    seen = {task.detail for task in (*order.tasks, *order.given_up) if task.kind == REFUND}
    return tuple(
        each
        for each in order.refunds
        if not each.is_done and (not each.is_void or each.number in seen)
    )


def with_moments(before: Order, after: Order) -> Order:
    """`after`, found where its refunds belong; an order whose refunds are as before is as it is."""
    if (before.refunds, before.tasks, before.given_up) == (
        after.refunds,
        after.tasks,
        after.given_up,
    ):
        return after
    owed = min((each.asked_at for each in waiting_refunds(after)), default=None)
    done = max((each.done_at for each in after.refunds if each.done_at), default=None)
    named = next((each.reference for each in reversed(after.refunds) if each.reference), None)
    if (after.owed_back_at, after.gave_back_at, after.transferred_as) == (owed, done, named):
        return after
    return replace(after, owed_back_at=owed, gave_back_at=done, transferred_as=named)
