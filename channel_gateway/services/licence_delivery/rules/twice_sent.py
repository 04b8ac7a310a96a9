"""When two parcels of one matter are under way, and a person must look. Pure.

A courier's word brings back to life what was cancelled or lost, and another was sent meanwhile: by
the same delivery, or by one that was asked for anew.
"""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import Attempt, Delivery, State, is_over
from channel_gateway.services.licence_delivery.rules.judging import was_fetched
from channel_gateway.services.licence_delivery.rules.standing import standing

TWICE_SENT = "twice_sent"
_GIVEN_UP = frozenset({State.CANCELLED, State.LOST})
_BACK = frozenset({Stage.RETURNING, Stage.RETURNED})


def twice_sent(delivery: Delivery, now: datetime) -> Delivery:
    """On the list of what needs a person; what is over needs nobody."""
    if is_over(delivery) or delivery.attention == TWICE_SENT:
        return delivery
    return replace(delivery, attention=TWICE_SENT, attention_since=now)


def is_alive_again(before: Delivery, after: Delivery) -> bool:
    """Whether its courier has it after all. What people open again keeps its matter for itself."""
    given_up = before.state in _GIVEN_UP and after.state not in _GIVEN_UP
    return given_up and after.open_key is None


def is_found_again(before: Delivery, after: Delivery) -> bool:
    """Whether a parcel that another one was sent for goes on to the citizen."""
    former = {each.number: _on_its_way(each) for each in before.attempts[:-1]}
    now = {each.number: _on_its_way(each) for each in after.attempts[:-1]}
    return any(now[number] not in (None, former[number]) for number in former)


def _on_its_way(attempt: Attempt) -> tuple[Stage, datetime] | None:
    """How far it is, and since when; None: it never set out, or is on its way back."""
    found = standing(attempt)
    if found is None or found.stage in _BACK or not was_fetched(attempt):
        return None
    return found.stage, found.scan.at
