"""A case's life 办件, as its department tells it. Pure.

Departments leave steps out, repeat them, and tell them late. So the table lets every stage follow
any earlier one, and no earlier one a later: what counts is the latest word of the furthest stage.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.state_machine import Transitions
from channel_gateway.domain.tasks import WithTasks


class State(StrEnum):
    RECEIVED = "received"  # 收件
    CORRECTION = "correction"  # 补正: papers are missing or wrong
    ACCEPTED = "accepted"  # 受理
    REVIEW = "review"  # 审批
    SUSPENDED = "suspended"  # 特别程序: hearing, expert's report; the clock stands still
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    DECIDED = "decided"  # 办结, with an outcome
    DELIVERED = "delivered"  # 送达


class Told(StrEnum):
    """What a department says has happened, in its words."""

    RECEIVED = "received"
    CORRECTION = "correction"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    REVIEW = "review"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    DELIVERED = "delivered"


class Outcome(StrEnum):
    GRANTED = "granted"  # 准予
    REFUSED = "refused"  # 不予
    FORWARDED = "forwarded"  # 转报
    RETURNED = "returned"  # 退回
    VOID = "void"  # 作废


_INTAKE = {Told.RECEIVED: State.RECEIVED, Told.CORRECTION: State.CORRECTION}
_ACCEPTANCE = {Told.ACCEPTED: State.ACCEPTED}
_WORK = {Told.REVIEW: State.REVIEW, Told.SUSPENDED: State.SUSPENDED}
_END = {
    Told.NOT_ACCEPTED: State.NOT_ACCEPTED,
    Told.DECIDED: State.DECIDED,  # a licence may be made void long after it was delivered
    Told.DELIVERED: State.DELIVERED,
}

TRANSITIONS: Transitions[State, Told] = {
    State.RECEIVED: _INTAKE | _ACCEPTANCE | _WORK | _END,
    State.CORRECTION: _INTAKE | _ACCEPTANCE | _WORK | _END,
    State.ACCEPTED: _ACCEPTANCE | _WORK | _END,
    State.REVIEW: _WORK | _END,
    State.SUSPENDED: _WORK | _END,
    State.NOT_ACCEPTED: _END,
    State.DECIDED: _END,
    State.DELIVERED: _END,
}

ENDED = frozenset(_END.values())


def id_of(department: str, case_no: str) -> str:
    """Two departments may number their cases alike."""
    return f"{department}|{case_no}"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the department told."""

    key: str  # keyed digest of all that was told: the same again is the same step
    at: datetime
    told: Told
    service: str
    service_name: str = ""  # for when the service is gone
    hall: str | None = None
    visit: str | None = None  # the appointment it came from
    outcome: Outcome | None = None
    note: str = ""  # sealed: it may name people


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that came out of the case 证照."""

    key: str  # keyed digest, as a step's
    at: datetime
    name: str
    number: str = ""  # sealed


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose case it is, as one message says."""

    at: datetime
    key: str  # of the message's step: decides between two of the same moment
    person: str | None = None  # None: of the appointment whose data was erased
    name: str | None = None  # sealed; None: the message named an appointment instead


@dataclass(frozen=True, slots=True)
class Case(WithTasks):
    id: str  # department|case_no
    case_id: str  # unique, unguessable: what addresses show
    department: str
    case_no: str
    opened_at: datetime  # when we first heard of it
    service: str = ""  # empty while all we know of it is a licence
    service_name: str = ""  # for when the service is gone
    hall: str | None = None
    state: State = State.RECEIVED
    outcome: Outcome | None = None
    ended_at: datetime | None = None  # when we heard of the end
    steps: tuple[Step, ...] = ()  # in order of what happened, not of what we heard
    licences: tuple[Licence, ...] = ()
    person: str | None = None
    belongs: Belonging | None = None
    visit: str | None = None  # the appointment it came from, as far as one was named
    visit_key: str | None = None  # unique: that appointment, for the first case that came from it
    erased_at: datetime | None = None  # the citizen had it unlinked: kept, for the law, and no more
