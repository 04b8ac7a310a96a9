"""A delivery's life 证照寄送: a licence on its way to the citizen, or materials to the hall. Pure.

What a courier says of a parcel becomes its state in `rules/standing.py`; the table says what may
follow. A courier corrects itself, so each of its words may follow each other.

Unique keys: `request_key` of the call that asked for it, `open_key` of the matter and direction
while it is open (people who open it again take it back), `waybill_key` of the parcel, `former_key`
of the one before it,
or of the same parcel with the other courier that has, had or is said to have it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.parcels import Payer, Stage
from channel_gateway.domain.state_machine import Transitions
from channel_gateway.domain.tasks import WithTasks
from channel_gateway.ports import Consent


class State(StrEnum):
    REQUESTED = "requested"  # waits for the licence to be issued
    PACKED = "packed"  # there is something to send: a waybill is to be made
    WAYBILL = "waybill"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_LOCKER = "at_locker"
    NOT_DELIVERED = "not_delivered"
    PROXY_SIGNED = "proxy_signed"  # the citizen is asked whether they have it
    SIGNED = "signed"
    RETURNING = "returning"
    RETURNED = "returned"  # a person decides what becomes of it
    CANCELLED = "cancelled"
    LOST = "lost"  # a person has declared it so
    EXCEPTION = "exception"  # a person must look


class Trigger(StrEnum):
    ISSUE = "issue"  # there is something to send
    SAY_WAYBILL = "waybill"
    SAY_PICKED_UP = "picked_up"
    SAY_IN_TRANSIT = "in_transit"
    SAY_OUT_FOR_DELIVERY = "out_for_delivery"
    SAY_AT_LOCKER = "at_locker"
    SAY_NOT_DELIVERED = "not_delivered"
    SAY_PROXY_SIGNED = "proxy_signed"
    SAY_SIGNED = "signed"
    SAY_RETURNING = "returning"
    SAY_RETURNED = "returned"
    SAY_CANCELLED = "cancelled"
    DENY = "deny"  # the citizen does not have what was signed for
    STALL = "stall"  # nothing was heard for too long, or no courier takes it
    LOSE = "lose"
    SEND_AGAIN = "send_again"


# What the courier says goes by the name of the state it brings.
_SAID = {each: State(each.value) for each in Trigger if each.value in set(State)}
_STALLED = {Trigger.STALL: State.EXCEPTION}
_JUDGED = _STALLED | {Trigger.LOSE: State.LOST}
_DENIED = {Trigger.DENY: State.EXCEPTION}
_ISSUED = {Trigger.ISSUE: State.PACKED}
_AGAIN = {Trigger.SEND_AGAIN: State.PACKED}
_FOUND = {
    trigger: _SAID[trigger]
    for trigger in (Trigger.SAY_SIGNED, Trigger.SAY_PROXY_SIGNED, Trigger.SAY_RETURNED)
}

TRANSITIONS: Transitions[State, Trigger] = {
    State.REQUESTED: _ISSUED | _SAID,  # a department's own waybill may come before its licence
    State.PACKED: _ISSUED | _AGAIN | _SAID | _STALLED,
    State.WAYBILL: _SAID | _JUDGED,
    State.PICKED_UP: _SAID | _JUDGED,
    State.IN_TRANSIT: _SAID | _JUDGED,
    State.OUT_FOR_DELIVERY: _SAID | _JUDGED,
    State.AT_LOCKER: _SAID | _JUDGED,
    State.NOT_DELIVERED: _SAID | _JUDGED,
    State.PROXY_SIGNED: _SAID | _JUDGED | _DENIED,
    State.SIGNED: _SAID | _DENIED | _STALLED,
    State.RETURNING: _SAID | _JUDGED,
    State.RETURNED: _SAID | _AGAIN | _STALLED,
    State.CANCELLED: _SAID,  # what was fetched in that moment goes on
    State.LOST: _FOUND | _AGAIN | _DENIED | {Trigger.LOSE: State.LOST},
    State.EXCEPTION: _SAID | _JUDGED | _DENIED | _AGAIN,
}

UNDER_WAY = frozenset(
    {
        State.WAYBILL,
        State.PICKED_UP,
        State.IN_TRANSIT,
        State.OUT_FOR_DELIVERY,
        State.AT_LOCKER,
        State.NOT_DELIVERED,
        State.RETURNING,
    }
)
BEFORE_WAYBILL = frozenset({State.REQUESTED, State.PACKED})
BEFORE_PICK_UP = BEFORE_WAYBILL | {State.WAYBILL}
SENDS_AGAIN = frozenset({State.RETURNED, State.LOST, State.EXCEPTION})


class Direction(StrEnum):
    OUT = "out"  # to the citizen
    IN = "in"  # 双向寄递: materials, from the citizen to the hall


@dataclass(frozen=True, slots=True)
class KeptScan:
    """A scan, and since when we know it by which way. Only the moments of the first three grow."""

    at: datetime
    code: str
    stage: Stage | None = None  # None: a word we do not know
    place: str = ""
    text: str = ""  # sealed; what is known to name nobody
    hinted_at: datetime | None = None  # first told by a push that nobody signed
    vouched_at: datetime | None = None  # first told by a push a secret of ours vouches for
    asked_at: datetime | None = None  # last said by the courier when we asked

    @property
    def key(self) -> tuple[str, datetime, str]:
        return self.code, self.at, self.place


class Verdict(StrEnum):
    """What people, or time, say of a parcel, against what its courier says."""

    IN_HAND = "in_hand"  # the citizen has what somebody else signed for
    NOT_IN_HAND = "not_in_hand"  # the citizen does not have what is said to be signed for
    STALLED = "stalled"
    LOST = "lost"
    RECEIVED = "received"  # the hall has what was fetched


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    at: datetime
    stage: Stage | None = None  # as the courier had it then


@dataclass(frozen=True, slots=True)
class Attempt:
    """One parcel. Its number is ours, and is never used for another."""

    number: str
    courier: str
    waybill: str = ""
    moving_to: str = ""  # another courier is said to have it, and is asked before that is believed
    began_at: datetime | None = None  # when it had its waybill
    placing_at: datetime | None = None  # from now on the courier may have an order of this number
    given_to: tuple[str, ...] = ()  # couriers that may have the citizen's telephone from us
    by_department: bool = False  # the department's own waybill: we cannot take it back
    refused: str = ""  # why the courier does not take it
    cancel_asked_at: datetime | None = None
    cancelled_at: datetime | None = None  # nothing of this number will be fetched
    scans: tuple[KeptScan, ...] = ()  # in order of what happened
    answered_at: datetime | None = None  # the last question the courier told something to
    asked_at: datetime | None = None  # the last question it answered at all
    asks: int = 0
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of our own history. Never holds personal data."""

    at: datetime
    what: str
    note: str = ""
    number: int = 0  # counts all that happened: the later news has the higher one


@dataclass(frozen=True, slots=True)
class CardToken:
    """What the platform's own component is opened with."""

    account: str
    channel: str
    sealed: str
    waybill: str = ""  # it opens this parcel, and no other


@dataclass(frozen=True, slots=True)
class Delivery(WithTasks):
    id: str  # unguessable
    service: str
    service_name: str  # for when the service is gone
    department: str
    direction: Direction
    payer: Payer
    courier: str  # the one wished for
    request_key: str
    digest: str  # of all that was asked with this key
    recipient: str  # sealed: who gets it; of what is fetched from the citizen, who gives it
    created_at: datetime
    person: str | None = None  # None: had their data erased
    account: str | None = None  # through which it was begun
    hears: bool = False  # whether the department is told of it
    case_id: str | None = None
    case_no: str = ""
    appointment_id: str | None = None
    goods: str = ""  # 不动产权证书
    state: State = State.REQUESTED
    consents: tuple[Consent, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    events: tuple[Event, ...] = ()
    news: int = 0
    tokens: tuple[CardToken, ...] = ()
    matter_key: str | None = None  # of the matter and direction
    open_key: str | None = None
    waybill_key: str | None = None
    former_key: str | None = None
    closed_at: datetime | None = None  # the department has what came back, or what was fetched
    erased_at: datetime | None = None
    attention: str = ""  # why a person must look
    attention_since: datetime | None = None

    @property
    def attempt(self) -> Attempt | None:
        """The parcel that counts: the last one."""
        return self.attempts[-1] if self.attempts else None

    def numbered(self, number: str) -> Attempt | None:
        return next((each for each in self.attempts if each.number == number), None)


def with_attempt(delivery: Delivery, attempt: Attempt) -> Delivery:
    """With this attempt instead of the one of its number."""
    attempts = tuple(
        attempt if each.number == attempt.number else each for each in delivery.attempts
    )
    return replace(delivery, attempts=attempts)


def may_be_asked_anew(delivery: Delivery) -> bool:
    """Whether another one of its matter may begin: what is in the citizen's hands is had."""
    had = delivery.direction is Direction.OUT and delivery.state is State.SIGNED
    return is_over(delivery) and not had


def is_over(delivery: Delivery) -> bool:
    """Whether nothing more is to be expected, by anybody."""
    ended = delivery.state in (State.SIGNED, State.CANCELLED, State.LOST)
    citizens_again = delivery.direction is Direction.IN and delivery.state is State.RETURNED
    return ended or citizens_again or delivery.closed_at is not None
