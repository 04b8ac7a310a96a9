"""When a courier is asked next: at once after a push, by and by without one, never too often. Pure.

There is one task to ask for a parcel, whatever number of pushes come: a push makes it sooner, and
never sooner than a minute after the last question. Who does not answer is asked by the ladder, and
no push makes that quicker.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import Task, doing, with_tasks, without
from channel_gateway.services.licence_delivery.delivery import (
    UNDER_WAY,
    Attempt,
    Delivery,
    State,
    with_attempt,
)
from channel_gateway.services.licence_delivery.rules.standing import (
    ENDS,
    counts,
    is_unconfirmed,
    standing,
)

ASK = "ask"
NOT_OFTENER = timedelta(minutes=1)
SOON = timedelta(minutes=5)  # what was pushed is not in the courier's answer yet
EVERY = timedelta(hours=4)
AFTERWARDS = timedelta(days=1)  # once more after an end, which may be put right
GIVES_UP_AFTER = timedelta(days=45)  # since it had its waybill
QUIET_AFTER = timedelta(days=3)


def asking(delivery: Delivery, number: str, due: datetime) -> Delivery:
    """With a task to ask for this parcel; one that is there already is not later for it."""
    attempt = delivery.numbered(number)
    if attempt is None or not attempt.waybill:
        return delivery
    pending = next((task for task in delivery.tasks if _asks_for(task, number)), None)
    if pending is None:
        id = f"{ASK}:{number}:{attempt.asks}"
        return with_tasks(delivery, Task(id, ASK, due=milliseconds(due), detail=number))
    if pending.tries or pending.due <= milliseconds(due):
        return delivery
    sooner = replace(pending, due=milliseconds(due))
    tasks = (sooner if task is pending else task for task in delivery.tasks)
    return replace(delivery, **doing(*tasks))


def hastened(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """After a push."""
    attempt = delivery.numbered(number)
    last = None if attempt is None else attempt.asked_at
    soonest = now if last is None else max(now, last + NOT_OFTENER)
    return asking(delivery, number, soonest)


def asked_on(delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    """After an answer, as long as something is still to come."""
    if delivery.attempt is None or delivery.attempt.number != attempt.number:
        return delivery  # nothing rests on a parcel that was sent before
    if any(is_unconfirmed(each, attempt.asked_at) for each in attempt.scans):
        return asking(delivery, attempt.number, now + SOON)
    if _under_way(delivery) or delivery.state is State.PROXY_SIGNED:
        return asking(delivery, attempt.number, now + EVERY)
    found = standing(attempt)
    new = found is not None and found.stage in ENDS and now - found.scan.at < AFTERWARDS
    return asking(delivery, attempt.number, now + AFTERWARDS) if new else delivery


def asked_slowly(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """Its courier has not answered for a day: asked on, as if nothing had been asked."""
    attempt = delivery.numbered(number)
    if attempt is None:
        return delivery
    left = replace(
        with_attempt(delivery, replace(attempt, asks=attempt.asks + 1)),
        **without(delivery, lambda task: _asks_for(task, number)),
    )
    return asking(left, number, now + EVERY)


def is_hopeless(delivery: Delivery, now: datetime) -> bool:
    """Whether the courier was asked long enough."""
    attempt = delivery.attempt
    if attempt is None or attempt.began_at is None or not _under_way(delivery):
        return False
    return now - attempt.began_at >= GIVES_UP_AFTER


def is_quiet(delivery: Delivery, now: datetime) -> bool:
    """Whether nothing has happened to it for days, though something should."""
    attempt = delivery.attempt
    if attempt is None or attempt.began_at is None or not _under_way(delivery):
        return False
    counting = (each.at for each in attempt.scans if counts(each, attempt.answered_at))
    return now - max((attempt.began_at, *counting)) >= QUIET_AFTER


def _asks_for(task: Task, number: str) -> bool:
    return task.kind == ASK and task.detail == number


def _under_way(delivery: Delivery) -> bool:
    return delivery.state in UNDER_WAY
