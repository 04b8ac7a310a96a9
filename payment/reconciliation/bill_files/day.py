"""A day of one platform's bills: whether they are here, and what is still to be asked. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from channel_gateway.domain.days import at_minute, milliseconds
from channel_gateway.domain.tasks import Task, WithTasks, with_tasks, without
from channel_gateway.ports import Collection
from channel_gateway.service import TASKS

BILL_DAYS = Collection("bill_days", TASKS)

BETWEEN = timedelta(minutes=30)  # WeChat Pay asks to repeat no oftener
LADDER = (int(BETWEEN.total_seconds()),) * 48  # a day long; then a person looks
FETCH = "fetch_bills"
_MADE_BY = 10 * 60  # minutes into the day after: no platform has one sooner


class DayState(StrEnum):
    READY = "ready"  # the bills are here and add up
    LATE = "late"  # not made yet, or nobody answered: asked again by itself
    EMPTY = "empty"  # the platform says that nothing happened
    WRONG = "wrong"  # they cannot be used: see why; asked again by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDay(WithTasks):
    id: str  # method|day
    method: str
    day: date
    state: DayState = DayState.LATE
    why: str = ""  # in words, beginning with the finding's name
    files: tuple[str, ...] = ()  # ids of the versions that count now
    settled_fen: int = 0  # what the bank is to receive
    taken: bool = False  # whether we have money of this day, so that there must be bills
    asked_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What asking for the bills of a day came to."""

    state: DayState
    why: str = ""
    files: tuple[str, ...] = ()
    settled_fen: int = 0


def new_day(method: str, day: date) -> BillDay:
    return BillDay(id=day_id(method, day), method=method, day=day)


def day_id(method: str, day: date) -> str:
    return f"{method}|{day}"


def rests(day: BillDay, now: datetime) -> bool:
    """Whether it was asked for just now: the platform wants to be asked less often."""
    return day.asked_at is not None and now - day.asked_at < BETWEEN


def after_asking(day: BillDay, found: Found, *, taken: bool, now: datetime) -> BillDay:
    """The day after it was asked for. What is here stays, if asking again brought nothing."""
    taken = taken or day.taken
    if day.state is DayState.READY and not found.files:
        return replace(day, taken=taken, asked_at=now, why=found.why)
    if found.state is DayState.EMPTY and taken:
        nothing = "bill_missing: the platform says that nothing happened, and we have payments"
        found = replace(found, state=DayState.WRONG, why=nothing)
    asked = replace(
        day,
        state=found.state,
        why=found.why,
        files=found.files,
        settled_fen=found.settled_fen,
        taken=taken,
        asked_at=now,
    )
    if found.state in (DayState.READY, DayState.EMPTY):
        return replace(asked, **without(asked, lambda task: True))
    soonest = max(now + BETWEEN, at_minute(day.day + timedelta(days=1), _MADE_BY))
    return with_tasks(asked, Task(FETCH, FETCH, milliseconds(soonest)))
