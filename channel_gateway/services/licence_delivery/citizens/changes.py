"""A citizen's own changes of a delivery: its address, taking it back, saying whether it came."""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.parcels import Contact
from channel_gateway.services.licence_delivery.citizens.cancelling import cancel_asked
from channel_gateway.services.licence_delivery.citizens.consents import hold
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import (
    BEFORE_WAYBILL,
    SENDS_AGAIN,
    Delivery,
    Direction,
    State,
    Trigger,
    Verdict,
)
from channel_gateway.services.licence_delivery.following import ADDRESS_CHANGED
from channel_gateway.services.licence_delivery.life import LOOK, dropped, judged, noted
from channel_gateway.services.licence_delivery.refusals import AddressFixed, NothingToConfirm
from channel_gateway.services.licence_delivery.rules.asking import doubted
from channel_gateway.services.licence_delivery.rules.judging import (
    is_denied,
    is_given_up,
    is_signed_unconfirmed,
)
from channel_gateway.services.licence_delivery.rules.since import moment_of_state
from channel_gateway.services.licence_delivery.sealed import Sealed


class Changes:
    def __init__(self, deliveries: Deliveries, sealed: Sealed) -> None:
        self._deliveries = deliveries
        self._sealed = sealed

    async def address(self, delivery: Delivery, contact: Contact, now: datetime) -> Delivery:
        """Raises `AddressFixed`; the same again changes nothing."""
        if delivery.recipient and self._sealed.contact(delivery.recipient) == contact:
            return delivery
        sealed = self._sealed.recipient(contact)
        return await self._deliveries.change(
            delivery.id, lambda current: readdressed(current, sealed, now), now
        )

    async def cancel(self, delivery: Delivery, now: datetime) -> Delivery:
        """Raises `FetchedAlready`, `CancelledAtTheHall`."""
        return await self._deliveries.change(
            delivery.id, lambda current: cancel_asked(current, now), now
        )

    async def confirm(self, delivery: Delivery, received: bool, now: datetime) -> Delivery:
        """Raises `NothingToConfirm`."""
        return await self._deliveries.change(
            delivery.id, lambda current: confirmed(current, received, now), now
        )


def readdressed(delivery: Delivery, sealed: str, now: datetime) -> Delivery:
    """Before a courier knows it, or before it is sent again. Pure."""
    if not may_be_readdressed(delivery):
        raise AddressFixed
    return noted(replace(delivery, recipient=sealed), ADDRESS_CHANGED, now)


def may_be_readdressed(delivery: Delivery) -> bool:
    attempt = delivery.attempt
    unsent = attempt is None or (attempt.placing_at is None and not attempt.waybill)
    before = delivery.state in BEFORE_WAYBILL and unsent
    again = delivery.state in SENDS_AGAIN and delivery.closed_at is None
    return (before or again) and hold(delivery.consents)


def confirmed(delivery: Delivery, received: bool, now: datetime) -> Delivery:
    """What the citizen says of a signature; the same again changes nothing. Pure."""
    denied = is_denied(delivery)
    if not (may_be_confirmed(delivery) or denied or (received and _may_have_come(delivery))):
        raise NothingToConfirm
    if received:
        if delivery.state is State.SIGNED:
            return delivery
        had = noted(dropped(delivery, (LOOK,)), "received", now)
        return doubted(judged(had, Trigger.SAY_SIGNED, Verdict.IN_HAND, now), now)
    if denied:
        return delivery
    missed = noted(delivery, "not_received", now)
    return doubted(judged(missed, Trigger.DENY, Verdict.NOT_IN_HAND, now), now)


def may_be_confirmed(delivery: Delivery) -> bool:
    """Whether somebody is said to have signed for what goes to the citizen. Pure."""
    signed = delivery.state in (State.PROXY_SIGNED, State.SIGNED)
    return signed and delivery.direction is Direction.OUT


def _may_have_come(delivery: Delivery) -> bool:
    """Whether its courier will not say how it ended: then the citizen may."""
    unsaid = is_signed_unconfirmed(delivery) or is_given_up(delivery)
    return unsaid and delivery.direction is Direction.OUT


def not_objected(delivery: Delivery, now: datetime) -> Delivery:
    """A week has passed since the citizen was asked. Pure.

    Time says no more than the signature did: whatever comes after that counts against it.
    """
    if delivery.state is not State.PROXY_SIGNED:
        return delivery
    accepted, signed_at = noted(delivery, "nobody_objected", now), moment_of_state(delivery)
    return judged(accepted, Trigger.SAY_SIGNED, Verdict.IN_HAND, signed_at)
