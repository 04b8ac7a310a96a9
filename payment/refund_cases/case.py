"""A refund case 退付申请: who wants which part of a payment back, why, and who said what. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from channel_gateway.domain.money import Fen
from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import WithTasks
from payment.refund_cases.life import OVER, TRANSITIONS, State, Trigger


class Ground(StrEnum):
    """Why money goes back. Source: Henan's non-tax regulation, article 22."""

    TECHNICAL = "technical"
    OVERPAID = "overpaid"
    MISCHARGED = "mischarged"  # above the standard, or outside its scope
    SETTLED = "settled"  # 多退少补
    BASIS_CHANGED = "basis_changed"  # the penalty was revoked, a review decided otherwise
    OTHER = "other"


class Way(StrEnum):
    """How it goes back."""

    CHANNEL = "channel"  # 原路: through the platform that took it
    TRANSFER = "transfer"  # 国库退付: by finance, outside the platforms


class ReceiptAction(StrEnum):
    """What becomes of the e-receipt."""

    RED = "red"  # 冲红
    NONE = "none"  # there is none


class Desk(StrEnum):
    """At whose desk somebody acts: three, and no person at two of them."""

    APPLICANT = "applicant"
    UNIT = "unit"
    FINANCE = "finance"
    CLOCK = "clock"  # the gateway itself


class MaterialKind(StrEnum):
    RECEIPT_ORIGINAL = "receipt_original"
    RECEIPT_COPY = "receipt_copy"
    LEGAL_DOCUMENT = "legal_document"  # the revoked penalty, the review decision
    UNIT_OPINION = "unit_opinion"
    OTHER = "other"


# In which place the words of a case are sealed: they may name people.
WORDS = "refund_cases.words"
# The roles of those who are nobody of the staff and have no name; whose order it is, it knows.
CITIZEN, GATEWAY = "citizen", "gateway"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one of the staff, by name; or the citizen, or the gateway, by their role alone."""

    name: str  # of the staff; empty: nobody of them
    role: str
    desk: Desk


BY_CITIZEN = Actor("", CITIZEN, Desk.APPLICANT)
BY_ITSELF = Actor("", GATEWAY, Desk.CLOCK)


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    what: str  # a trigger, `applied`, or `material_added`
    by: str  # of the staff; empty: nobody of them
    role: str
    desk: Desk
    words: str = ""  # sealed


@dataclass(frozen=True, slots=True)
class Material:
    """A file that was handed in; its content lies apart, sealed."""

    id: str
    kind: MaterialKind
    name: str  # sealed
    digest: str  # SHA-256, hex
    size: int  # bytes
    at: datetime
    by: str  # of the staff; empty: the citizen

    @property
    def by_citizen(self) -> bool:
        return not self.by


@dataclass(frozen=True, slots=True)
class RefundCase(WithTasks):
    id: str
    order_id: str
    pay_code: str
    unit_code: str
    amount_fen: Fen
    total_fen: Fen  # of the payment
    ground: Ground
    way: Way
    applied_at: datetime
    state: State = State.APPLIED
    open_key: str | None = None  # unique: of a citizen's own, one at a time for an order
    upper_level: bool = False  # the money is an upper level's: finance has longer
    found_on: date | None = None  # when the unit found its own mistake
    late: bool = False  # some step was done after its last day
    due_on: date | None = None  # the last day of what is to happen next
    days_left: int | None = None  # of a clock that stands still
    asked_by: Desk | None = None  # who wants more material
    waits_until: int | None = None  # the end of that day; far away while the clock stands still
    materials: tuple[Material, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def applied_by(self) -> str:
        return self.events[0].by

    @property
    def by_citizen(self) -> bool:
        return self.events[0].role == CITIZEN

    @property
    def full(self) -> bool:
        return self.amount_fen == self.total_fen

    @property
    def desk(self) -> Desk | None:
        """Whose turn it is; None: nobody's to decide."""
        if self.state in (State.APPLIED, State.UNIT_REVIEW):
            return Desk.UNIT
        if self.state is State.FINANCE_REVIEW:
            return Desk.FINANCE
        return self.asked_by if self.state is State.MORE_MATERIAL else None

    @property
    def is_over(self) -> bool:
        return self.state in OVER


def step(
    case: RefundCase, trigger: Trigger, by: Actor, now: datetime, words: str = "", **changes: Any
) -> RefundCase:
    """Advance the state, write it into the history, and make the changes that go with it.

    What is in that state already stays as it is. Raises `NotNow`.
    """
    state = advance(TRANSITIONS, case.state, trigger)
    if state is case.state:
        return case
    return replace(
        case,
        state=state,
        open_key=None if state in OVER else case.open_key,
        events=(*case.events, event(trigger.value, by, now, words)),
        **changes,
    )


def event(what: str, by: Actor, now: datetime, words: str = "") -> Event:
    return Event(now, what, by.name, by.role, by.desk, words)
