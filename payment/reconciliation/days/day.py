"""A reconciled day's life: from the files to the signature after which nothing changes. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.errors import Conflict
from channel_gateway.domain.state_machine import Transitions, advance
from payment.reconciliation.cases.case import DifferenceCaseState, ReconciliationCase
from payment.reconciliation.days.owed_back import NOTHING_OWED, AllOwed
from payment.reconciliation.days.sums import NO_TOTALS, InTransit, Row, Totals
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import page_of


class ReconciliationState(StrEnum):
    PENDING_FILE = "pending_file"  # the platform's bills are not here, or cannot be used
    FILE_OK = "file_ok"  # files kept, their hashes checked
    MATCHED = "matched"  # three ways; looked at, or the bank has not told of the money yet
    DIFF_OPEN = "diff_open"  # differences nobody has settled or carried yet
    BALANCED = "balanced"  # every difference is explained, settled, or carried as a case
    CLOSED = "closed"  # signed by two people: it never changes again


class DayTrigger(StrEnum):
    FILE = "file"  # files, or a newer version of them
    MATCH = "match"
    DIFFER = "differ"
    AGREE = "agree"
    CLOSE = "close"


_NEW_FILE = {DayTrigger.FILE: ReconciliationState.FILE_OK}

DAY_TRANSITIONS: Transitions[ReconciliationState, DayTrigger] = {
    ReconciliationState.PENDING_FILE: _NEW_FILE,
    ReconciliationState.FILE_OK: _NEW_FILE | {DayTrigger.MATCH: ReconciliationState.MATCHED},
    ReconciliationState.MATCHED: _NEW_FILE
    | {
        DayTrigger.MATCH: ReconciliationState.MATCHED,
        DayTrigger.DIFFER: ReconciliationState.DIFF_OPEN,
        DayTrigger.AGREE: ReconciliationState.BALANCED,
    },
    ReconciliationState.DIFF_OPEN: _NEW_FILE
    | {
        DayTrigger.MATCH: ReconciliationState.MATCHED,
        DayTrigger.DIFFER: ReconciliationState.DIFF_OPEN,
        DayTrigger.AGREE: ReconciliationState.BALANCED,  # the last of its cases was dealt with
    },
    ReconciliationState.BALANCED: _NEW_FILE
    | {
        DayTrigger.MATCH: ReconciliationState.MATCHED,
        DayTrigger.AGREE: ReconciliationState.BALANCED,
        DayTrigger.DIFFER: ReconciliationState.DIFF_OPEN,  # a case was opened again
        DayTrigger.CLOSE: ReconciliationState.CLOSED,
    },
    ReconciliationState.CLOSED: {},
}


class DayClosed(Conflict):
    """This day is closed and signed: later findings go to an open day."""

    code = "day_closed"
    zh = "该对账日已结账，不能再修改；后续差错记入未结账日。"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A bill the day was matched with."""

    kind: str
    digest: str  # SHA-256 of the content
    version: int  # 1 is the first the platform gave


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: Kind
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stood when the day was to be closed."""

    case_id: str
    state: DifferenceCaseState


@dataclass(frozen=True, slots=True)
class Wish:
    """A finance clerk's wish to close the day as it was then."""

    by: str
    at: datetime
    report_digest: str
    # How cases stood, of days closed before their histories were asked: they are as many as cases.
    standing: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report, so that what was changed in it can be named."""

    name: str
    digest: str  # SHA-256 of it as canonical JSON


@dataclass(frozen=True, slots=True)
class Signature:
    """What the day was closed with, for good."""

    by: str
    at: datetime
    report_digest: str  # SHA-256 of the whole report: of its parts
    journal_number: int  # the journal's head at that moment; 0: it was empty
    journal_hash: str
    parts: tuple[Part, ...] = ()
    mac: str = ""  # by a key that is not in the store, over all of this and who wished it


@dataclass(frozen=True, slots=True)
class Day:
    id: str  # day|method
    day: date
    method: str
    made_at: datetime
    state: ReconciliationState = ReconciliationState.PENDING_FILE
    unclosed: str | None = None  # the method, while the day is not closed
    files: tuple[KeptFile, ...] = ()
    waiting: str = ""  # why there is no file, or none that can be used
    inputs: str = ""  # digest of everything that was matched
    matched_at: datetime | None = None  # when these inputs were first matched
    channel: Totals = NO_TOTALS
    gateway: Totals = NO_TOTALS
    finance: Totals = NO_TOTALS
    bank_fen: int | None = None  # what came in; None: nothing is known of it
    settled_fen: int = 0  # what the day itself brings, by the channel's bills
    carried_fen: int = 0  # never positive: what earlier days left to be taken from it
    rows: tuple[Row, ...] = ()
    transit: tuple[InTransit, ...] = ()
    kinds: tuple[KindCount, ...] = ()
    open_kinds: tuple[KindCount, ...] = ()  # of these, what nobody has dealt with yet
    repeated: int = 0  # lines a bill has more than once, counted once
    given_back_fen: int = 0  # out of the suspense account: on the channel's bill, of no order
    identified_fen: int = 0  # out of it as well: on finance's books, on no bill of the day
    owed_back: AllOwed = NOTHING_OWED  # and not back at the end of the day
    remarks: tuple[str, ...] = ()  # on the channel's bill: new columns, lines set aside
    unlisted_fen: int = 0  # what channel and journal differ by beyond what is listed
    wish: Wish | None = None
    signature: Signature | None = None

    @property
    def due_fen(self) -> int:
        """What should come in; below zero it is taken from the days after."""
        return self.settled_fen + self.carried_fen

    @property
    def closing_fen(self) -> int:
        return sum(each.closing_fen for each in self.transit)

    @property
    def is_closed(self) -> bool:
        return self.state is ReconciliationState.CLOSED

    def signed_state(self, case: ReconciliationCase) -> DifferenceCaseState | None:
        """How a case stood when the day was closed; None: it is not closed."""
        if not self.is_closed or self.wish is None:
            return None
        if self.wish.standing:
            kept = (each.state for each in self.wish.standing if each.case_id == case.id)
            return next(kept, None)
        return case.stood(self.wish.at)


BANK_AWAITED = "银行到账尚未核对，等待银行答复或结算周期结束"


def begun(day: date, method: str, now: datetime) -> Day:
    """A day nobody has looked at yet."""
    return Day(page_of(day, method), day, method, now, unclosed=method)


def begins_with(day: Day, before: Day) -> bool:
    """Whether a day that was matched begins with what the day before came to by now.

    A closed one stays as it was signed; one that nobody has matched begins with nothing yet.
    """
    if day.is_closed or day.matched_at is None:
        return True
    opening = {each.unit_code: each.opening_fen for each in day.transit if each.opening_fen}
    closing = {each.unit_code: each.closing_fen for each in before.transit if each.closing_fen}
    return opening == closing and day.carried_fen == min(0, before.due_fen)


def stepped(day: Day, trigger: DayTrigger) -> Day:
    return replace(day, state=advance(DAY_TRANSITIONS, day.state, trigger))


def waiting(day: Day, why: str) -> Day:
    """No files, or none that can be used: what was matched before stays as it was."""
    return replace(day, waiting=why)


def filed(day: Day, files: tuple[KeptFile, ...]) -> Day:
    """The files are there; others than before open the day anew, and void a wish to close it."""
    if files == day.files and day.state is not ReconciliationState.PENDING_FILE:
        return replace(day, waiting=day.waiting if day.waiting == BANK_AWAITED else "")
    return replace(stepped(day, DayTrigger.FILE), files=files, waiting="", wish=None)


def judged(day: Day, *, dealt_with: bool, bank_awaited: bool) -> Day:
    """Whether everything found is dealt with by now, and the bank has had its say.

    Nothing but what was found may be between the sums.
    """
    if day.state not in (
        ReconciliationState.MATCHED,
        ReconciliationState.DIFF_OPEN,
        ReconciliationState.BALANCED,
    ):
        return day
    agrees = dealt_with and not day.unlisted_fen
    if agrees and not bank_awaited:
        return replace(stepped(day, DayTrigger.AGREE), waiting="")
    changed = stepped(day, DayTrigger.MATCH if agrees else DayTrigger.DIFFER)
    return replace(changed, wish=None, waiting=BANK_AWAITED if bank_awaited else "")


def reported(day: Day) -> dict[str, Any]:
    """What of a day belongs to its report: what was closed can be told from what was wished."""
    document = to_document(day)
    return {name: value for name, value in document.items() if name not in _NOT_REPORTED}


_NOT_REPORTED = ("v", "state", "wish", "signature", "unclosed", "waiting", "open_kinds")
