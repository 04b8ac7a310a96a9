"""What departments and operators say of a parcel: received, lost, to be sent again. Pure."""

from dataclasses import replace
from datetime import datetime

from channel_gateway.services.licence_delivery.couriers.orders import let_go
from channel_gateway.services.licence_delivery.delivery import (
    Delivery,
    Direction,
    State,
    Trigger,
    Verdict,
)
from channel_gateway.services.licence_delivery.life import LOOK, dropped, judged, noted, sent_again
from channel_gateway.services.licence_delivery.refusals import NotBack
from channel_gateway.services.licence_delivery.rules.asking import ASK, doubted


def came_back(delivery: Delivery, now: datetime) -> Delivery:
    """The department has it again: nothing more is to come. Raises `NotBack`."""
    if delivery.closed_at is not None:
        return delivery
    if delivery.direction is not Direction.OUT or delivery.state is not State.RETURNED:
        raise NotBack(field="delivery_id")
    closed = replace(delivery, closed_at=now, attention="", attention_since=None)
    return noted(dropped(closed, (ASK, LOOK)), "hall_received", now)


def materials_came(delivery: Delivery, now: datetime) -> Delivery:
    """The hall has what was fetched, whatever its courier says. Raises `NotBack`."""
    if delivery.closed_at is not None:
        return delivery
    if delivery.direction is not Direction.IN or delivery.state is State.CANCELLED:
        raise NotBack(field="delivery_id")
    number = "" if delivery.attempt is None else delivery.attempt.number
    left = let_go(delivery, number, now)  # nobody need come to fetch it
    closed = replace(dropped(left, (ASK, LOOK)), closed_at=now)
    return judged(noted(closed, "hall_received", now), Trigger.SAY_SIGNED, Verdict.RECEIVED, now)


def lost(delivery: Delivery, now: datetime) -> Delivery:
    """A person declares it so; the courier may still find it. Raises `NotNow`."""
    if delivery.state is State.LOST:
        return delivery
    declared = judged(noted(delivery, "declared_lost", now), Trigger.LOSE, Verdict.LOST, now)
    return doubted(dropped(declared, (LOOK,)), now)


def again(delivery: Delivery, courier: str | None, now: datetime) -> Delivery:
    """By another parcel. Raises `NotSentAgain`, `ConsentWithdrawn`."""
    last = delivery.attempt
    before = delivery.courier if last is None else last.courier
    return sent_again(delivery, courier or before, now)
