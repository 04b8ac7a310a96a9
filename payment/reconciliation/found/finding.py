"""A difference as it is kept: where it was found, what healed it, whether it is there. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from channel_gateway.domain.state_machine import Transitions, advance, may
from payment.reconciliation.differences import Difference, Kind, sides_of
from payment.reconciliation.entries import Movement


class FindingState(StrEnum):
    OPEN = "open"  # it is there, and nothing explains it yet
    HEALED = "healed"  # the gateway put it right, or it explains itself
    GONE = "gone"  # a later matching of the same day does not find it any more


class FindingTrigger(StrEnum):
    SEE = "see"
    HEAL = "heal"
    VANISH = "vanish"


FINDING_TRANSITIONS: Transitions[FindingState, FindingTrigger] = {
    FindingState.OPEN: {
        FindingTrigger.SEE: FindingState.OPEN,
        FindingTrigger.HEAL: FindingState.HEALED,
        FindingTrigger.VANISH: FindingState.GONE,
    },
    FindingState.HEALED: {
        FindingTrigger.SEE: FindingState.HEALED,  # both payments of a notice stay on the bill
        FindingTrigger.HEAL: FindingState.HEALED,
        FindingTrigger.VANISH: FindingState.HEALED,  # that is what healing is for
    },
    FindingState.GONE: {
        FindingTrigger.SEE: FindingState.OPEN,  # a newer bill brings it back
        FindingTrigger.VANISH: FindingState.GONE,
    },
}

MOST_REMARKS = 20  # of one finding: what is tried again and again is not written for ever


@dataclass(frozen=True, slots=True)
class Remark:
    """What was done about it, in words for staff."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    id: str  # of the difference's key: found again, it is the same finding
    page: str  # entered_on|method: the day document on whose report it stands
    about: date  # the day it is about
    entered_on: date  # another day when that one was closed before
    method: str
    kind: Kind
    movement: Movement
    found_at: datetime
    order_id: str = ""
    refund_no: str = ""
    transaction: str = ""
    pay_code: str = ""
    unit_code: str = ""
    channel_fen: int | None = None
    gateway_fen: int | None = None
    finance_fen: int | None = None
    detail: str = ""
    bank_fen: int | None = None
    state: FindingState = FindingState.OPEN
    remarks: tuple[Remark, ...] = ()

    @property
    def is_adjustment(self) -> bool:
        """Whether it was found after its own day had been closed."""
        return self.about != self.entered_on

    @property
    def is_there(self) -> bool:
        return self.state is not FindingState.GONE

    @property
    def sides(self) -> tuple[int | None, ...]:
        return sides_of(self.channel_fen, self.gateway_fen, self.finance_fen, self.bank_fen)

    @property
    def amount_fen(self) -> int:
        """What it is about: the first side's amount that is known."""
        return next((each for each in self.sides if each is not None), 0)


def finding_id(difference: Difference, *signed: str) -> str:
    """`signed`: the closed reports on which it stands already, and not as it is now."""
    key = "|".join((difference.key, *signed))
    return f"D{sha256(key.encode()).hexdigest()[:20]}"


def found(difference: Difference, entered_on: date, now: datetime) -> Finding:
    """A difference seen for the first time."""
    return Finding(
        id=finding_id(difference),
        page=page_of(entered_on, difference.method),
        about=difference.day,
        entered_on=entered_on,
        method=difference.method,
        kind=difference.kind,
        movement=difference.movement,
        found_at=now,
        order_id=difference.order_id,
        refund_no=difference.refund_no,
        transaction=difference.transaction,
        pay_code=difference.pay_code,
        unit_code=difference.unit_code,
        channel_fen=difference.channel_fen,
        gateway_fen=difference.gateway_fen,
        finance_fen=difference.finance_fen,
        detail=difference.detail,
        bank_fen=difference.bank_fen,
    )


def seen_again(finding: Finding, difference: Difference) -> Finding:
    """The same, with the amounts as they are now; what was gone is open anew."""
    return replace(
        finding,
        state=advance(FINDING_TRANSITIONS, finding.state, FindingTrigger.SEE),
        channel_fen=difference.channel_fen,
        gateway_fen=difference.gateway_fen,
        finance_fen=difference.finance_fen,
        detail=difference.detail,
        bank_fen=difference.bank_fen,
    )


def healed(finding: Finding, words: str, now: datetime) -> Finding:
    if not may(FINDING_TRANSITIONS, finding.state, FindingTrigger.HEAL):
        return finding
    state = advance(FINDING_TRANSITIONS, finding.state, FindingTrigger.HEAL)
    return replace(remarked(finding, words, now), state=state)


def vanished(finding: Finding) -> Finding:
    state = advance(FINDING_TRANSITIONS, finding.state, FindingTrigger.VANISH)
    return replace(finding, state=state)


def remarked(finding: Finding, words: str, now: datetime) -> Finding:
    """With one more remark; the same words again change nothing."""
    if finding.remarks and finding.remarks[-1].words == words:
        return finding
    return replace(finding, remarks=(*finding.remarks, Remark(now, words))[-MOST_REMARKS:])


def page_of(day: date, method: str) -> str:
    """The id of a day's document."""
    return f"{day.isoformat()}|{method}"
