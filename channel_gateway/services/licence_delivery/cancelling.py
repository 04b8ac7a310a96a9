"""A delivery is taken back: at once, or by asking the courier, who may have fetched it. Pure.

A cancellation and the making of the waybill race for one swap of the delivery: `placing_at` says
whether the courier may have an order by now. If it may, the order is found out first, and then
taken back; what was fetched meanwhile goes on.
"""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import Task, with_tasks, without
from channel_gateway.services.licence_delivery.delivery import (
    BEFORE_PICK_UP,
    TRANSITIONS,
    Attempt,
    Delivery,
    State,
    Trigger,
    with_attempt,
)
from channel_gateway.services.licence_delivery.life import FOLLOW, LOOK, PLACE, noted, settled
from channel_gateway.services.licence_delivery.refusals import CancelledAtTheHall, FetchedAlready

CANCEL = "cancel"


def cancel_asked(delivery: Delivery, now: datetime) -> Delivery:
    """Again changes nothing. Raises `FetchedAlready`, `CancelledAtTheHall`."""
    attempt = delivery.attempt
    if delivery.state is State.CANCELLED:
        return delivery
    never_taken = delivery.state is State.EXCEPTION and attempt is not None and attempt.refused
    if delivery.state not in BEFORE_PICK_UP and not never_taken:
        raise FetchedAlready
    if attempt is None or never_taken or not _may_have_order(attempt):
        return cancelled(noted(delivery, "cancel_asked", now), now)
    if attempt.by_department:
        raise CancelledAtTheHall
    if attempt.cancel_asked_at is not None:
        return delivery
    asked = with_attempt(delivery, replace(attempt, cancel_asked_at=now))
    task = Task(f"{CANCEL}:{delivery.news}", CANCEL, due=milliseconds(now), detail=attempt.number)
    return with_tasks(noted(asked, "cancel_asked", now), task)


def cancelled(delivery: Delivery, now: datetime) -> Delivery:
    """Nothing will be fetched."""
    left = replace(
        delivery,
        **without(delivery, lambda task: task.kind in (PLACE, FOLLOW, LOOK)),
    )
    if left.attempt is None:
        state = advance(TRANSITIONS, left.state, Trigger.SAY_CANCELLED)
        return replace(left, state=state)
    attempt = replace(left.attempt, cancelled_at=now, refused="")
    return settled(with_attempt(left, attempt))


def goes_on(delivery: Delivery, now: datetime) -> Delivery:
    """The courier has fetched it: what was asked is too late."""
    attempt = delivery.attempt
    if attempt is None or attempt.cancel_asked_at is None:
        return delivery
    on = with_attempt(delivery, replace(attempt, cancel_asked_at=None))
    return noted(on, "cancel_refused", now)


def _may_have_order(attempt: Attempt) -> bool:
    return attempt.placing_at is not None or bool(attempt.waybill)
