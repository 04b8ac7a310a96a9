"""When a courier is asked next: at once after a push, by and by without one, never too often. Pure.

There is one task to ask for a parcel, whatever number of pushes come: a push makes it sooner, and
never sooner than a minute after the last question. Who does not answer is asked by the ladder, and
no push makes that quicker. A person's word is no end of it: its courier may know better, and push
nothing.
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
    Verdict,
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
GIVES_UP_AFTER = timedelta(days=45)  # since it had its waybill, or since a person's word
DOUBTED_FOR = timedelta(days=7)  # what the citizen says to have, and its courier did not bring
QUIET_AFTER = timedelta(days=3)

_SAID = {
    Verdict.LOST: State.LOST,
    Verdict.NOT_IN_HAND: State.EXCEPTION,
    Verdict.IN_HAND: State.SIGNED,
}


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


def unasked(delivery: Delivery, number: str) -> Delivery:
    """Without the task to ask for this parcel."""
    return replace(delivery, **without(delivery, lambda task: _asks_for(task, number)))


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
    pause = _pause(delivery, attempt, now)
    return delivery if pause is None else asking(delivery, attempt.number, now + pause)


def doubted(delivery: Delivery, now: datetime) -> Delivery:
    """After a person's word: its courier is asked whether it knows better."""
    attempt = delivery.attempt
    return delivery if attempt is None else asked_on(delivery, attempt, now)


def asked_slowly(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """Its courier has not answered for a day: asked on, as if nothing had been asked."""
    attempt = delivery.numbered(number)
    if attempt is None:
        return delivery
    pause = _pause(delivery, attempt, now)
    left = unasked(with_attempt(delivery, replace(attempt, asks=attempt.asks + 1)), number)
    return left if pause is None else asking(left, number, now + pause)


def is_asked_slowly(delivery: Delivery) -> bool:
    """Whether a courier that does not answer is asked on, and no person need look at the letter."""
    attempt = delivery.attempt
    return _under_way(delivery) or (attempt is not None and _rests_on_a_person(delivery, attempt))


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


def _pause(delivery: Delivery, attempt: Attempt, now: datetime) -> timedelta | None:
    """Until the next question; None: nothing is still to come."""
    if _under_way(delivery) or delivery.state is State.PROXY_SIGNED:
        return EVERY
    word = attempt.judgement
    if word is not None and _rests_on_a_person(delivery, attempt):
        doubted_daily = word.verdict is Verdict.IN_HAND
        pause, until = (AFTERWARDS, DOUBTED_FOR) if doubted_daily else (EVERY, GIVES_UP_AFTER)
        if now - word.at < until:
            return pause
    found = standing(attempt)
    new = found is not None and found.stage in ENDS and now - found.scan.at < AFTERWARDS
    return AFTERWARDS if new else None


def _rests_on_a_person(delivery: Delivery, attempt: Attempt) -> bool:
    """Whether it is in a state that its courier may know better, though a person said it."""
    word = attempt.judgement
    return word is not None and delivery.state is _SAID.get(word.verdict)


def _under_way(delivery: Delivery) -> bool:
    return delivery.state in UNDER_WAY
