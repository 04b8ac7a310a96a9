"""A parcel goes on with another courier: said by the one, asked of the other. Pure."""

from dataclasses import replace
from datetime import datetime

from channel_gateway.services.licence_delivery.delivery import Delivery, with_attempt
from channel_gateway.services.licence_delivery.life import followed_from_here, noted
from channel_gateway.services.licence_delivery.rules.asking import hastened, unasked


def said_moved(delivery: Delivery, number: str, courier: str, now: datetime) -> Delivery:
    """Another courier is said to have the parcel: it is asked first, and may speak of it."""
    attempt = delivery.numbered(number)
    if attempt is None or not attempt.waybill or courier in (attempt.courier, attempt.moving_to):
        return delivery
    there = with_attempt(delivery, replace(attempt, moving_to=courier))
    if attempt is delivery.attempt:
        there = replace(there, former_key=f"{courier}|{attempt.waybill}")
    return hastened(there, number, now)


def moved(delivery: Delivery, number: str, courier: str, now: datetime) -> Delivery:
    """Another courier has the parcel: it was asked, and knows it."""
    attempt = delivery.numbered(number)
    if attempt is None or attempt.courier == courier or not attempt.waybill:
        return delivery
    there = with_attempt(delivery, replace(attempt, courier=courier, moving_to=""))
    if attempt is delivery.attempt:
        former = delivery.waybill_key  # by which its first courier may still speak of it
        there = replace(there, waybill_key=f"{courier}|{attempt.waybill}", former_key=former)
    return followed_from_here(noted(there, "moved_to", now, courier), number, now)


def not_moved(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """The other courier does not know the parcel: its own is asked on."""
    attempt = delivery.numbered(number)
    if attempt is None:
        return delivery
    there = with_attempt(delivery, replace(attempt, moving_to="", asks=attempt.asks + 1))
    return hastened(unasked(there, number), number, now)
