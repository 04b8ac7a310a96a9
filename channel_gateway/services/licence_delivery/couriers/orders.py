"""An order with a courier, and how it is let go when nobody wants it fetched any more. Pure.

`placing_at` says that a courier may have an order, `waybill` that it has one. Whoever cancels,
sends by another courier or brings the materials by hand waits for nobody: the order is let go, and
taken back by a task of its own as soon as its courier can be asked.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import Task, with_tasks, without
from channel_gateway.services.licence_delivery.delivery import (
    Attempt,
    Delivery,
    State,
    with_attempt,
)
from channel_gateway.services.licence_delivery.rules.judging import was_called_off, was_fetched

PLACE, CANCEL = "place", "cancel"
_A_CALL = timedelta(minutes=2)  # longer than a call takes that may be making the order right now


def is_to_be_placed(delivery: Delivery, attempt: Attempt) -> bool:
    made = attempt.waybill or attempt.refused
    return delivery.state is State.PACKED and not made and attempt.cancel_asked_at is None


def let_go(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """Nobody waits for this parcel: it is not ordered, and what may be ordered is taken back."""
    attempt = delivery.numbered(number)
    if attempt is None:
        return delivery
    left = replace(
        delivery,
        **without(delivery, lambda task: task.kind == PLACE and task.detail == number),
    )
    if not _may_be_ordered(attempt):
        return left
    asked = with_attempt(left, replace(attempt, cancel_asked_at=attempt.cancel_asked_at or now))
    if any(task.kind == CANCEL and task.detail == number for task in asked.tasks):
        return asked
    due = now if attempt.waybill else now + _A_CALL
    id = f"{CANCEL}:{number}:{asked.news}"
    return with_tasks(asked, Task(id, CANCEL, due=milliseconds(due), detail=number))


def _may_be_ordered(attempt: Attempt) -> bool:
    """Also where the answer was lost."""
    if attempt.by_department or attempt.refused:
        return False
    if was_fetched(attempt) or was_called_off(attempt):
        return False
    return attempt.placing_at is not None or bool(attempt.waybill)
