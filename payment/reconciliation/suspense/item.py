"""One sum of unknown money and its entries. They are only ever added to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict, Invalid
from channel_gateway.domain.tasks import Task, WithTasks, sent_again, with_tasks
from payment.reconciliation.two_people import OwnWork

JOURNAL, CONFIRM, GIVE_BACK = "journal_suspense", "confirm_identified", "give_back"
FOLLOW = "settle_suspense_case"  # nothing is left: its case is over


class SuspenseEntryKind(StrEnum):
    ENTER = "enter"  # in: money of an unknown payer or purpose
    IDENTIFY = "identify"  # out, by two people: a notice's, and finance books it (认领)
    GIVE_BACK = "give_back"  # out, by two people: no non-tax revenue, it goes back as it came
    HAND_OVER = "hand_over"  # out: to finance's own suspense account (移交财政)
    REVERSE = "reverse"  # takes one entry back; which one, `reverses` says


OUT = frozenset(
    {SuspenseEntryKind.IDENTIFY, SuspenseEntryKind.GIVE_BACK, SuspenseEntryKind.HAND_OVER}
)


# Out by two people, and only when finance has booked it or the platform has given it back; until
# then it lies there. Which task does it once it is approved.
ACTING: Mapping[SuspenseEntryKind, str] = {
    SuspenseEntryKind.IDENTIFY: CONFIRM,
    SuspenseEntryKind.GIVE_BACK: GIVE_BACK,
}


# Between a sum's id and an entry's number: so finance or the platform knows what went out.
OUTSIDE: Mapping[SuspenseEntryKind, str] = {
    SuspenseEntryKind.IDENTIFY: "N",
    SuspenseEntryKind.GIVE_BACK: "B",
}


class EntryStanding(StrEnum):
    """How far an entry has come."""

    ENTERED = "entered"  # it holds by itself: nothing outside follows from it
    WAITS = "waits"  # no second person has approved it yet
    UNDER_WAY = "under_way"
    HELD_UP = "held_up"  # a person must look: the other side does not do it as it stands
    FAILED = "failed"  # nothing happened outside, and nothing will under this number
    DONE = "done"
    REVERSED = "reversed"


class SuspenseOverdrawn(Conflict):
    """More than what is free in the suspense account of this sum."""

    code = "suspense_overdrawn"
    zh = "转出金额超过待处理款项余额。"


class NotReversible(Conflict):
    """This entry was reversed already, or has had its effect outside."""

    code = "not_reversible"
    zh = "该分录已冲正或已执行，不能再冲正。"


class SuspenseEdited(Conflict):
    """Entries of the suspense account are added to, never changed."""

    code = "suspense_edited"
    zh = "待处理款项的分录不能修改。"


class NothingToApprove(Conflict):
    """This entry needs no second person, or was reversed, or cannot be done any more."""

    code = "nothing_to_approve"
    zh = "该分录无须复核，或已冲正、未能执行。"


@dataclass(frozen=True, slots=True)
class SuspenseEntry:
    number: int  # 1, 2, 3, … within its sum
    kind: SuspenseEntryKind
    change_fen: int  # positive: in; negative: out
    at: datetime
    by: str
    reason: str  # sealed: it may name people
    pay_code: str = ""  # of the notice it was identified as
    reverses: int = 0


@dataclass(frozen=True, slots=True)
class SuspenseApproval:
    """A second person agrees that it goes out."""

    number: int  # the entry's
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an entry has had no effect outside."""

    number: int
    words: str  # the other side's own
    for_good: bool = False  # nothing happened, and nothing will under this number


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspenseItem(WithTasks):
    id: str  # the case's
    method: str
    about: date
    unit_code: str
    order_id: str  # as the channel's bill names it
    transaction: str
    entered_at: datetime
    entries: tuple[SuspenseEntry, ...] = ()
    live: str | None = None  # the method, while money lies there
    approvals: tuple[SuspenseApproval, ...] = ()
    done: tuple[int, ...] = ()  # the entries whose effect outside has happened
    troubles: tuple[Trouble, ...] = ()

    @property
    def free_fen(self) -> int:
        """What may still be taken out: what is on its way out is spoken for."""
        return sum(entry.change_fen for entry in self.entries)

    @property
    def balance_fen(self) -> int:
        """What lies there: what is on its way out has not gone."""
        return self.free_fen + self.leaving_fen

    @property
    def leaving_fen(self) -> int:
        """Spoken for, and still there."""
        return -sum(
            entry.change_fen
            for entry in self.entries
            if entry.kind in ACTING
            and entry.number not in self.done
            and not self.is_reversed(entry.number)
        )

    @property
    def is_stuck(self) -> bool:
        """Whether it does not go on by itself, though it should."""
        wanted = (EntryStanding.HELD_UP, EntryStanding.FAILED)
        return any(self.standing(entry) in wanted for entry in self.entries)

    @property
    def total_fen(self) -> int:
        """What was entered, reversals deducted."""
        taken_back = {entry.reverses for entry in self.entries if entry.reverses}
        return sum(
            entry.change_fen
            for entry in self.entries
            if entry.kind is SuspenseEntryKind.ENTER and entry.number not in taken_back
        )

    def entry(self, number: int) -> SuspenseEntry | None:
        return next((each for each in self.entries if each.number == number), None)

    def approval(self, number: int) -> SuspenseApproval | None:
        return next((each for each in self.approvals if each.number == number), None)

    def trouble(self, number: int) -> Trouble | None:
        return next((each for each in self.troubles if each.number == number), None)

    def is_reversed(self, number: int) -> bool:
        return any(entry.reverses == number for entry in self.entries)

    def standing(self, entry: SuspenseEntry) -> EntryStanding:
        trouble = self.trouble(entry.number)
        if self.is_reversed(entry.number):
            return EntryStanding.REVERSED
        if entry.kind not in ACTING:
            return EntryStanding.ENTERED
        if entry.number in self.done:
            return EntryStanding.DONE
        if trouble is not None and trouble.for_good:
            return EntryStanding.FAILED
        if trouble is not None or self._letter_of(entry.number):
            return EntryStanding.HELD_UP
        if self.approval(entry.number) is None:
            return EntryStanding.WAITS
        return EntryStanding.UNDER_WAY

    def _letter_of(self, number: int) -> Task | None:
        acting = ACTING.values()
        return next(
            (t for t in self.given_up if t.kind in acting and t.detail == str(number)), None
        )


def outside_number(item: SuspenseItem, entry: SuspenseEntry) -> str:
    """By which finance or the platform knows an entry; empty: nobody outside does."""
    letter = OUTSIDE.get(entry.kind)
    return f"{item.id}{letter}{entry.number}" if letter else ""


def added(item: SuspenseItem, entry: SuspenseEntry, now: datetime) -> SuspenseItem:
    """With one entry more, and what must follow from it.

    Raises `SuspenseOverdrawn`, `NotReversible`, `Invalid`.
    """
    entry = _checked(item, replace(entry, number=len(item.entries) + 1))
    grown = replace(item, entries=(*item.entries, entry))
    if grown.free_fen < 0:
        raise SuspenseOverdrawn(field="amount_fen")
    return with_tasks(_counted(grown), _acting(JOURNAL, entry.number, now))


def approved(item: SuspenseItem, number: int, by: str, now: datetime) -> SuspenseItem:
    """A second person agrees: the other side is asked, and asked again of what was given up.

    Raises `OwnWork`, `NothingToApprove`.
    """
    entry = item.entry(number)
    if entry is None or entry.kind not in ACTING:
        raise NothingToApprove(field="number")
    if item.standing(entry) in (EntryStanding.REVERSED, EntryStanding.FAILED):
        raise NothingToApprove(field="number")
    if entry.by == by:
        raise OwnWork
    task = _acting(ACTING[entry.kind], number, now)
    if item.approval(number) is None:
        agreed = SuspenseApproval(number, by, now)
        return with_tasks(replace(item, approvals=(*item.approvals, agreed)), task)
    if number in item.done:
        return item
    return sent_again(item, task.id, now=task.due)


def effected(item: SuspenseItem, number: int, now: datetime) -> SuspenseItem:
    """The entry's effect outside has happened: now it has gone, and cannot be reversed."""
    if number in item.done:
        return item
    gone = _counted(replace(untroubled(item, number), done=(*item.done, number)))
    if gone.balance_fen:
        return gone
    return with_tasks(gone, Task(FOLLOW, FOLLOW, milliseconds(now)))


def troubled(item: SuspenseItem, trouble: Trouble) -> SuspenseItem:
    """The other side does not do it; for a person to see, also while it is tried on."""
    if trouble.number in item.done or item.trouble(trouble.number) == trouble:
        return item
    known = untroubled(item, trouble.number)
    return replace(known, troubles=(*known.troubles, trouble))


def untroubled(item: SuspenseItem, number: int) -> SuspenseItem:
    """The other side is at it again."""
    return replace(item, troubles=tuple(t for t in item.troubles if t.number != number))


def only_grew(before: SuspenseItem, after: SuspenseItem) -> SuspenseItem:
    """The one way a sum may change. Raises `SuspenseEdited`."""
    for ours, theirs in (
        (before.entries, after.entries),
        (before.approvals, after.approvals),
        (before.done, after.done),
    ):
        if theirs[: len(ours)] != ours:
            raise SuspenseEdited
    return after


def _counted(item: SuspenseItem) -> SuspenseItem:
    return replace(item, live=item.method if item.balance_fen else None)


def _checked(item: SuspenseItem, entry: SuspenseEntry) -> SuspenseEntry:
    if entry.kind is not SuspenseEntryKind.REVERSE:
        if entry.change_fen == 0 or (entry.kind in OUT) != (entry.change_fen < 0):
            raise Invalid("an amount above nothing is wanted", field="amount_fen")
        if entry.kind is SuspenseEntryKind.IDENTIFY and not entry.pay_code:
            raise Invalid("of which notice?", field="pay_code")
        return entry
    wrong = item.entry(entry.reverses)
    if wrong is None or wrong.kind is SuspenseEntryKind.REVERSE:
        raise Invalid("there is no such entry to reverse", field="reverses")
    if item.standing(wrong) not in _REVERSIBLE:
        raise NotReversible(field="reverses")
    return replace(entry, change_fen=-wrong.change_fen)


def _acting(kind: str, number: int, now: datetime) -> Task:
    return Task(f"{kind}:{number}", kind, milliseconds(now), detail=str(number))


# What is under way outside may happen any moment: it cannot be undone here.
_REVERSIBLE = (EntryStanding.ENTERED, EntryStanding.WAITS, EntryStanding.FAILED)
