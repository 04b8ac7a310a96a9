"""What is to go back and had not at the end of a day: open items, with what is to be done. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import day_start
from payment.order import Order
from payment.owed import waiting_refunds
from payment.refund import Refund
from payment.refund_todo import is_given_up, todo_of_refund

MOST_LISTED = 200  # on a day's report; the sum is of all


@dataclass(frozen=True, slots=True)
class OwedBack:
    """A refund that was asked for by then, and was not done."""

    order_id: str
    refund_no: str
    unit_code: str
    amount_fen: int
    since: datetime
    reason: str  # as the citizen is told it
    next_step: str
    stuck: bool  # it does not go on by itself
    by_case: bool  # people decided it; else it goes back by itself


@dataclass(frozen=True, slots=True)
class AllOwed:
    """Those listed, what is stuck first, the oldest before the newest; and the sum of all."""

    listed: tuple[OwedBack, ...] = ()
    count: int = 0
    fen: int = 0


NOTHING_OWED = AllOwed()


def end_of(day: date) -> datetime:
    return day_start(day + timedelta(days=1))


def owed_at_end(orders: Iterable[Order], day: date) -> AllOwed:
    """Of each order once, whichever way it was found."""
    found = [each for order in orders for each in _of_order(order, end_of(day))]
    found.sort(key=lambda each: (not each.stuck, each.since, each.refund_no))
    return AllOwed(tuple(found[:MOST_LISTED]), len(found), sum(each.amount_fen for each in found))


def _of_order(order: Order, end: datetime) -> Iterator[OwedBack]:
    waiting = waiting_refunds(order)
    for refund in order.refunds:
        if refund.short or refund.asked_at >= end:
            continue
        if refund in waiting or _was_waiting(order, refund, end):
            todo = todo_of_refund(refund, given_up=is_given_up(order, refund))
            yield OwedBack(
                order_id=order.id,
                refund_no=refund.number,
                unit_code=order.unit_code,
                amount_fen=refund.amount_fen,
                since=_since(order, refund),
                reason=refund.reason,
                next_step=todo.words,
                stuck=todo.stuck,
                by_case=refund.case_id is not None,
            )


def _was_waiting(order: Order, refund: Refund, end: datetime) -> bool:
    """It is done since, or another one took its place since."""
    if refund.done_at is not None:
        return refund.done_at >= end
    later = order.refunds[order.refunds.index(refund) + 1 :]
    return refund.is_void and any(
        each.case_id == refund.case_id and each.asked_at >= end for each in later
    )


def _since(order: Order, refund: Refund) -> datetime:
    """Since it was first asked for, under whatever number."""
    spent = (each for each in order.refunds if each.is_void and each.case_id == refund.case_id)
    return min(each.asked_at for each in (*spent, refund))
