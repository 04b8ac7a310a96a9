"""Where a delivery is, how we know, and since when. Pure."""

from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.tasks import Task
from channel_gateway.services.licence_delivery.delivery import (
    Delivery,
    Event,
    KeptScan,
    State,
)
from channel_gateway.services.licence_delivery.rules.standing import (
    ENDS,
    Standing,
    is_ahead,
    standing,
)

ASKED, PUSHED, UNCONFIRMED = "asked", "pushed", "unconfirmed"
# Who did what is no courier's scan.
WHO = {
    "requested": "citizen",
    "address_changed": "citizen",
    "cancel_asked": "citizen",
    "received": "citizen",
    "not_received": "citizen",
    "consent_withdrawn": "citizen",
    "handed_over": "department",
    "hall_received": "department",
    "licence_issued": "department",
    "declared_lost": "operator",
    "sent_again": "operator",
    "cancel_refused": "courier",
    "courier_refused": "courier",
    "courier_gave_up": "courier",
    "moved_to": "courier",
}
GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Basis:
    """What the state rests on."""

    since: datetime
    how: str
    known_at: datetime
    place: str = ""


def basis(delivery: Delivery) -> Basis:
    found = _standing_for(delivery)
    if found is not None:
        return _of_scan(found.scan, delivery)
    event = _event_of(delivery)
    at = delivery.created_at if event is None else event.at
    return Basis(at, _who(delivery, event), at)


def moment_of_state(delivery: Delivery) -> datetime:
    return basis(delivery).since


def place_of(delivery: Delivery) -> str:
    """Where the courier saw it last, as far as it says."""
    attempt = delivery.attempt
    found = None if attempt is None else standing(attempt)
    return "" if found is None else found.scan.place


def number_of(task: Task) -> int:
    """How much had happened when the task was made."""
    return int(task.id.rpartition(":")[2])


def how_known(scan: KeptScan) -> str:
    """An end that was only pushed is no fact, whoever signed; nor is what is yet to come."""
    if is_ahead(scan):
        return UNCONFIRMED
    if scan.asked_at is not None:
        return ASKED
    return UNCONFIRMED if scan.vouched_at is None or scan.stage in ENDS else PUSHED


def _standing_for(delivery: Delivery) -> Standing | None:
    """The scan the state rests on; None: it rests on what somebody else said."""
    attempt = delivery.attempt
    found = None if attempt is None else standing(attempt)
    return found if found is not None and found.stage.value == delivery.state.value else None


def _of_scan(scan: KeptScan, delivery: Delivery) -> Basis:
    if scan.asked_at is not None:
        return Basis(scan.at, ASKED, scan.asked_at, scan.place)
    return Basis(scan.at, PUSHED, scan.vouched_at or scan.at, scan.place)


def _event_of(delivery: Delivery) -> Event | None:
    """The line of history by which it came into its state."""
    found = [each for each in delivery.events if each.what == delivery.state.value]
    return found[-1] if found else None


def _who(delivery: Delivery, event: Event | None) -> str:
    """Who did what stands in the line before the state's own."""
    if event is None or delivery.state is State.REQUESTED:
        return "citizen"
    same = (each for each in delivery.events if each.at == event.at and each.what in WHO)
    said = [each for each in same if each.number < event.number]
    return WHO[said[-1].what] if said else GATEWAY
