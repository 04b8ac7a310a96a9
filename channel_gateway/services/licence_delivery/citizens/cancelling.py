"""A delivery is taken back: at once, or by asking the courier, who may have fetched it. Pure.

A cancellation and the making of the waybill race for one swap of the delivery. Without a waybill it
is cancelled at once, and an order that may exist all the same is let go; with one the courier
decides. What was fetched meanwhile goes on.
"""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import without
from channel_gateway.services.licence_delivery.couriers.orders import let_go
from channel_gateway.services.licence_delivery.delivery import (
    BEFORE_PICK_UP,
    TRANSITIONS,
    Delivery,
    State,
    Trigger,
    with_attempt,
)
from channel_gateway.services.licence_delivery.life import (
    FOLLOW,
    LOOK,
    followed_from_here,
    noted,
    settled,
)
from channel_gateway.services.licence_delivery.refusals import CancelledAtTheHall, FetchedAlready
from channel_gateway.services.licence_delivery.rules.judging import was_called_off
from channel_gateway.services.licence_delivery.rules.twice_sent import TWICE_SENT


def cancel_asked(delivery: Delivery, now: datetime) -> Delivery:
    """Again changes nothing. Raises `FetchedAlready`, `CancelledAtTheHall`."""
    attempt = delivery.attempt
    if delivery.state is State.CANCELLED:
        return delivery
    if delivery.state not in BEFORE_PICK_UP and not _is_not_taken(delivery):
        raise FetchedAlready
    if attempt is None:
        state = advance(TRANSITIONS, delivery.state, Trigger.SAY_CANCELLED)
        return replace(noted(delivery, "cancel_asked", now), state=state)
    if attempt.cancel_asked_at is not None:
        return delivery
    if not may_be_cancelled(delivery):
        raise CancelledAtTheHall
    asked = let_go(noted(delivery, "cancel_asked", now), attempt.number, now)
    if attempt.waybill and not _is_not_taken(delivery):
        return asked
    return taken_back(asked, attempt.number, now)


def may_be_cancelled(delivery: Delivery) -> bool:
    """Whether the citizen may ask for it now."""
    attempt = delivery.attempt
    if _is_not_taken(delivery):
        return True
    ours = attempt is None or not (attempt.by_department or attempt.cancel_asked_at)
    return ours and delivery.state in BEFORE_PICK_UP


def _is_not_taken(delivery: Delivery) -> bool:
    """Whether its courier will not fetch it, and a person is to send it another way."""
    attempt = delivery.attempt
    if attempt is None or delivery.state is not State.EXCEPTION:
        return False
    return bool(attempt.refused) or was_called_off(attempt)


def taken_back(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """Nothing of this number will be fetched."""
    attempt = delivery.numbered(number)
    if attempt is None:
        return delivery
    needless = {f"{LOOK}:{number}", f"{FOLLOW}:{attempt.courier}:{attempt.waybill}"}
    left = replace(delivery, **without(delivery, lambda task: task.id in needless))
    back = replace(attempt, cancelled_at=attempt.cancelled_at or now, refused="")
    return settled(with_attempt(left, back))


def goes_on(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """The courier does not take it back: it was fetched, or there is nothing to take back."""
    attempt = delivery.numbered(number)
    if attempt is None or attempt.cancel_asked_at is None:
        return delivery
    if not attempt.waybill:
        return taken_back(delivery, number, now)
    on = noted(
        with_attempt(delivery, replace(attempt, cancel_asked_at=None, cancelled_at=None)),
        "cancel_refused",
        now,
    )
    if delivery.attempt is not None and delivery.attempt.number != number:
        return replace(on, attention=TWICE_SENT, attention_since=now)
    return on if attempt.cancelled_at is None else followed_from_here(settled(on), number, now)
