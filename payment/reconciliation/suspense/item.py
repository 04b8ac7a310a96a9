"""One sum of unknown money and its entries. They are only ever added to. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict, Invalid
from channel_gateway.domain.tasks import Task, WithTasks, with_tasks

JOURNAL, CONFIRM, GIVE_BACK = "journal_suspense", "confirm_identified", "give_back"


class SuspenseEntryKind(StrEnum):
    ENTER = "enter"  # in: money of an unknown payer or purpose
    IDENTIFY = "identify"  # out: it is a notice's, and finance books it as collected (认领)
    GIVE_BACK = "give_back"  # out: it is no non-tax revenue, and goes back the way it came
    HAND_OVER = "hand_over"  # out: to finance's own suspense account (移交财政)
    REVERSE = "reverse"  # takes one entry back; which one, `reverses` says


OUT = frozenset(
    {SuspenseEntryKind.IDENTIFY, SuspenseEntryKind.GIVE_BACK, SuspenseEntryKind.HAND_OVER}
)


class SuspenseOverdrawn(Conflict):
    """More than what lies in the suspense account of this sum."""

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
    done: tuple[int, ...] = ()  # the entries whose effect outside has happened

    @property
    def balance_fen(self) -> int:
        return sum(entry.change_fen for entry in self.entries)

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


def added(item: SuspenseItem, entry: SuspenseEntry, now: datetime) -> SuspenseItem:
    """With one entry more, and what must follow from it.

    Raises `SuspenseOverdrawn`, `NotReversible`, `Invalid`.
    """
    entry = _checked(item, replace(entry, number=len(item.entries) + 1))
    grown = replace(item, entries=(*item.entries, entry))
    if grown.balance_fen < 0:
        raise SuspenseOverdrawn(field="amount_fen")
    live = item.method if grown.balance_fen else None
    return with_tasks(replace(grown, live=live), *_follow(entry, now))


def effected(item: SuspenseItem, number: int) -> SuspenseItem:
    """The entry's effect outside has happened: it cannot be reversed any more."""
    return item if number in item.done else replace(item, done=(*item.done, number))


def only_grew(before: SuspenseItem, after: SuspenseItem) -> SuspenseItem:
    """The one way a sum may change. Raises `SuspenseEdited`."""
    if after.entries[: len(before.entries)] != before.entries:
        raise SuspenseEdited
    return after


def _checked(item: SuspenseItem, entry: SuspenseEntry) -> SuspenseEntry:
    if entry.kind is not SuspenseEntryKind.REVERSE:
        if entry.change_fen == 0 or (entry.kind in OUT) != (entry.change_fen < 0):
            raise Invalid("an amount above nothing is wanted", field="amount_fen")
        if entry.kind is SuspenseEntryKind.IDENTIFY and not entry.pay_code:
            raise Invalid("of which notice?", field="pay_code")
        return entry
    wrong = item.entry(entry.reverses)
    reversed_before = any(each.reverses == entry.reverses for each in item.entries)
    if wrong is None or wrong.kind is SuspenseEntryKind.REVERSE:
        raise Invalid("there is no such entry to reverse", field="reverses")
    # What is under way outside may happen any moment: only a hand-over or an entering is undone.
    if reversed_before or wrong.kind in (SuspenseEntryKind.IDENTIFY, SuspenseEntryKind.GIVE_BACK):
        raise NotReversible(field="reverses")
    return replace(entry, change_fen=-wrong.change_fen)


def _follow(entry: SuspenseEntry, now: datetime) -> list[Task]:
    due, number = milliseconds(now), str(entry.number)
    tasks = [Task(f"{JOURNAL}:{number}", JOURNAL, due, detail=number)]
    if entry.kind is SuspenseEntryKind.IDENTIFY:
        tasks.append(Task(f"{CONFIRM}:{number}", CONFIRM, due, detail=number))
    if entry.kind is SuspenseEntryKind.GIVE_BACK:
        tasks.append(Task(f"{GIVE_BACK}:{number}", GIVE_BACK, due, detail=number))
    return tasks
