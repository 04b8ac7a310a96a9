"""A case's life: a difference the gateway could not explain, until a person has. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from channel_gateway.domain.errors import Conflict, Invalid
from channel_gateway.domain.state_machine import Transitions, advance
from channel_gateway.ports import Role
from payment.reconciliation.differences import Kind


class DifferenceCaseState(StrEnum):
    OPEN = "open"  # nobody has looked yet
    IN_WORK = "in_work"  # somebody is at it
    CARRIED = "carried"  # not settled, for a reason: its day may be closed over it
    SUSPENSE = "suspense"  # its money lies in the suspense account (待处理款项)
    SETTLED = "settled"


class CaseTrigger(StrEnum):
    TAKE = "take"
    NOTE = "note"
    CARRY = "carry"
    SUSPEND = "suspend"
    SETTLE = "settle"
    VANISH = "vanish"  # the day was matched again, and does not find it any more
    RETURN = "return"  # it is there again, or with other amounts


_AT_WORK = {
    CaseTrigger.TAKE: DifferenceCaseState.IN_WORK,
    CaseTrigger.NOTE: DifferenceCaseState.IN_WORK,
    CaseTrigger.CARRY: DifferenceCaseState.CARRIED,
    CaseTrigger.SUSPEND: DifferenceCaseState.SUSPENSE,
    CaseTrigger.SETTLE: DifferenceCaseState.SETTLED,
    CaseTrigger.VANISH: DifferenceCaseState.SETTLED,
}

CASE_TRANSITIONS: Transitions[DifferenceCaseState, CaseTrigger] = {
    DifferenceCaseState.OPEN: _AT_WORK | {CaseTrigger.RETURN: DifferenceCaseState.OPEN},
    DifferenceCaseState.IN_WORK: _AT_WORK | {CaseTrigger.RETURN: DifferenceCaseState.IN_WORK},
    DifferenceCaseState.CARRIED: _AT_WORK
    | {
        CaseTrigger.NOTE: DifferenceCaseState.CARRIED,
        CaseTrigger.RETURN: DifferenceCaseState.OPEN,  # it was carried over other amounts
    },
    DifferenceCaseState.SUSPENSE: {
        CaseTrigger.NOTE: DifferenceCaseState.SUSPENSE,
        CaseTrigger.SUSPEND: DifferenceCaseState.SUSPENSE,
        CaseTrigger.SETTLE: DifferenceCaseState.SETTLED,  # when nothing of it lies there any more
        CaseTrigger.VANISH: DifferenceCaseState.SUSPENSE,  # its money is still to be dealt with
        CaseTrigger.RETURN: DifferenceCaseState.SUSPENSE,
    },
    DifferenceCaseState.SETTLED: {
        CaseTrigger.NOTE: DifferenceCaseState.SETTLED,
        CaseTrigger.VANISH: DifferenceCaseState.SETTLED,
        CaseTrigger.RETURN: DifferenceCaseState.OPEN,  # it had settled itself, or other amounts
    },
}

# With a case in one of these its day may be closed.
DEALT_WITH = frozenset(
    {DifferenceCaseState.SETTLED, DifferenceCaseState.CARRIED, DifferenceCaseState.SUSPENSE}
)
NEEDS_REASON = frozenset({CaseTrigger.CARRY, CaseTrigger.SUSPEND, CaseTrigger.SETTLE})

MOST_ATTACHMENTS = 10
MOST_NOTES = 200
SYSTEM, ATTACH = "system", "attach"


class ReasonNeeded(Invalid):
    """A case is settled or carried only with a reason."""

    code = "reason_needed"
    zh = "请填写处理理由。"


class CaseFull(Conflict):
    """This case has as many attachments or notes as a case can have."""

    code = "case_full"
    zh = "该差错单的附件或备注已达上限。"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One line of a case's history, with who wrote it."""

    at: datetime
    by: str  # the account of a member of the staff, or `system`
    what: str  # a trigger, or `ATTACH`
    text: str = ""  # sealed where a person wrote it: it may name people


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a case; its content lies sealed in a document of its own."""

    id: str
    name: str  # sealed
    media_type: str
    size: int
    digest: str  # SHA-256 of the content
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReconciliationCase:
    id: str  # the finding's
    about: date
    entered_on: date
    page: str  # entered_on|method
    method: str
    kind: Kind
    owner: Role
    unit_code: str
    amount_fen: int
    due_on: date
    opened_at: datetime
    state: DifferenceCaseState = DifferenceCaseState.OPEN
    live: str | None = None  # the due day, while it is not settled: what is overdue is found by it
    worker: str = ""  # who took it
    reason: str = ""  # sealed: why it was settled or carried
    settled_at: datetime | None = None
    history: tuple[CaseEvent, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sides: tuple[int | None, ...] = ()  # what channel, gateway and finance say it comes to

    @property
    def is_dealt_with(self) -> bool:
        return self.state in DEALT_WITH

    @property
    def may_settle_itself(self) -> bool:
        """When its difference is there no more; what lies in suspense is taken out by people."""
        return self.state not in (DifferenceCaseState.SETTLED, DifferenceCaseState.SUSPENSE)

    def stood(self, at: datetime) -> DifferenceCaseState:
        """Its state at a moment: its history has every step, and steps are only added."""
        state = DifferenceCaseState.OPEN
        for event in self.history:
            if event.what != ATTACH and event.at <= at:
                state = advance(CASE_TRANSITIONS, state, CaseTrigger(event.what))
        return state

    def is_overdue(self, today: date) -> bool:
        return self.state is not DifferenceCaseState.SETTLED and today > self.due_on


def stepped(
    case: ReconciliationCase, trigger: CaseTrigger, by: str, now: datetime, text: str = ""
) -> ReconciliationCase:
    """Advance a case and write it into its history. Raises `ReasonNeeded`, `CaseFull`, `NotNow`."""
    if trigger in NEEDS_REASON and not text:
        raise ReasonNeeded(field="reason")
    state = advance(CASE_TRANSITIONS, case.state, trigger)
    if trigger is CaseTrigger.NOTE and len(case.history) >= MOST_NOTES:
        raise CaseFull(field="text")
    settled = state is DifferenceCaseState.SETTLED
    return replace(
        case,
        state=state,
        live=None if settled else case.due_on.isoformat(),
        worker=by if trigger is CaseTrigger.TAKE else case.worker,
        reason=text if trigger in NEEDS_REASON else case.reason,
        settled_at=(case.settled_at or now) if settled else None,
        history=(*case.history, CaseEvent(now, by, trigger.value, text)),
    )


def vanished(case: ReconciliationCase, words: str, now: datetime) -> ReconciliationCase:
    """The difference is not there any more: that is the reason. Settled already, it stays as is."""
    if case.state is DifferenceCaseState.SETTLED or _said_last(case, CaseTrigger.VANISH):
        return case
    gone = stepped(case, CaseTrigger.VANISH, SYSTEM, now, words)
    return replace(gone, reason=words) if gone.state is DifferenceCaseState.SETTLED else gone


def returned(
    case: ReconciliationCase, sides: tuple[int | None, ...], amount_fen: int, now: datetime
) -> ReconciliationCase:
    """The difference is there again after it had vanished, or with other amounts.

    A person's reason holds for the amounts it was given over.
    """
    if case.sides == sides and not _said_last(case, CaseTrigger.VANISH):
        return case
    again = stepped(case, CaseTrigger.RETURN, SYSTEM, now)
    return replace(again, reason="", sides=sides, amount_fen=amount_fen)


def attached(case: ReconciliationCase, attachment: Attachment) -> ReconciliationCase:
    """With one file more; the same file again changes nothing. Raises `CaseFull`."""
    if any(each.id == attachment.id for each in case.attachments):
        return case
    if len(case.attachments) >= MOST_ATTACHMENTS:
        raise CaseFull(field="content")
    event = CaseEvent(attachment.at, attachment.by, ATTACH, attachment.name)
    return replace(
        case,
        attachments=(*case.attachments, attachment),
        history=(*case.history, event),
    )


def _said_last(case: ReconciliationCase, trigger: CaseTrigger) -> bool:
    return bool(case.history) and case.history[-1].what == trigger.value
