"""A review 好差评 and, where it is a bad one, its rectification 整改. Pure.

One citizen says once how one case, or one appointment without a case, was. Unique keys hold that:
`case_key` and `visit_key`, both where the case is the first that came from the appointment. Where
it is known only later that it came from there, the later of two reviews is merged into the earlier.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from channel_gateway.domain.state_machine import Transitions, advance
from channel_gateway.domain.tasks import WithTasks
from channel_gateway.services.review.indicator_set import Scene

WORST_GOOD = 3  # levels below are bad reviews 差评


class State(StrEnum):
    RATED = "rated"  # levels 3 to 5: nothing to rectify
    OPEN = "open"  # a bad review, not taken up yet
    VERIFYING = "verifying"  # 核实
    DISPUTED = "disputed"  # the department says it is mistaken or malicious: operators decide
    FIXING = "fixing"  # 整改
    FEEDBACK = "feedback"  # 反馈: what was done is written, the citizen is to be told
    CALLBACK = "callback"  # 回访: a citizen who gave their name is called back
    CLOSED = "closed"
    EXCLUDED = "excluded"  # 不计入: found to be mistaken or malicious, with a reason
    MERGED = "merged"  # 合并: the matter has an earlier review, which counts alone


class Trigger(StrEnum):
    COMPLAIN = "complain"
    TAKE = "taken"
    VERIFY = "verified"
    DISPUTE = "disputed"  # 部门申诉
    KEEP = "kept"  # operators: the review stays
    EXCLUDE = "excluded"
    FIX = "fixed"
    ANSWER = "answered"  # the citizen was told; a named one is still to be called back
    FINISH = "finished"  # the citizen was told, and is nobody's to call
    CALL_BACK = "called_back"
    APPEAL = "appealed"  # 申诉, by the citizen, once
    MERGE = "merged"


_MERGED = {Trigger.MERGE: State.MERGED}

TRANSITIONS: Transitions[State, Trigger] = {
    State.RATED: {Trigger.COMPLAIN: State.OPEN} | _MERGED,
    State.OPEN: {
        Trigger.COMPLAIN: State.OPEN,
        Trigger.TAKE: State.VERIFYING,
        Trigger.VERIFY: State.FIXING,
        Trigger.DISPUTE: State.DISPUTED,
        Trigger.FIX: State.FEEDBACK,
    }
    | _MERGED,
    State.VERIFYING: {
        Trigger.TAKE: State.VERIFYING,
        Trigger.VERIFY: State.FIXING,
        Trigger.DISPUTE: State.DISPUTED,
        Trigger.EXCLUDE: State.EXCLUDED,
        Trigger.FIX: State.FEEDBACK,
    }
    | _MERGED,
    State.DISPUTED: {
        Trigger.DISPUTE: State.DISPUTED,
        Trigger.KEEP: State.FIXING,
        Trigger.EXCLUDE: State.EXCLUDED,
    }
    | _MERGED,
    State.FIXING: {
        Trigger.VERIFY: State.FIXING,
        Trigger.KEEP: State.FIXING,
        Trigger.FIX: State.FEEDBACK,
    }
    | _MERGED,
    State.FEEDBACK: {
        Trigger.FIX: State.FEEDBACK,
        Trigger.ANSWER: State.CALLBACK,
        Trigger.FINISH: State.CLOSED,
        Trigger.CALL_BACK: State.CLOSED,
    }
    | _MERGED,
    State.CALLBACK: {Trigger.ANSWER: State.CALLBACK, Trigger.CALL_BACK: State.CLOSED} | _MERGED,
    State.CLOSED: {
        Trigger.FINISH: State.CLOSED,
        Trigger.CALL_BACK: State.CLOSED,
        Trigger.APPEAL: State.VERIFYING,
    }
    | _MERGED,
    State.EXCLUDED: {Trigger.EXCLUDE: State.EXCLUDED, Trigger.APPEAL: State.VERIFYING} | _MERGED,
    State.MERGED: _MERGED,
}


class By(StrEnum):
    CITIZEN = "citizen"
    DEPARTMENT = "department"
    OPERATOR = "operator"
    CLOCK = "clock"


OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    what: str  # a trigger, or `overdue`
    by: By
    note: str = ""  # sealed: it may name people


@dataclass(frozen=True, slots=True)
class Review(WithTasks):
    id: str
    department: str
    service: str
    scene: Scene
    level: int
    indicators: tuple[str, ...]
    set_version: str  # of the indicators
    anonymous: bool
    reviewed_at: datetime
    month: str  # 2026-03, Beijing
    person: str | None = None  # None: had their data erased
    case_key: str | None = None  # unique
    visit_key: str | None = None  # unique; dropped when it is merged
    service_name: str = ""  # for when the service is gone
    hall: str | None = None
    words: str = ""  # sealed, never published
    state: State = State.RATED
    due_on: date | None = None  # the last working day for what is to happen next
    overdue_since: datetime | None = None
    late: bool = False  # some step of its rectification was overdue
    appealed: bool = False
    events: tuple[Event, ...] = ()

    @property
    def bad(self) -> bool:
        return self.level < WORST_GOOD


def step(
    review: Review, trigger: Trigger, by: By, now: datetime, note: str = "", **changes: Any
) -> Review:
    """Advance the state, write it into the history, and make the changes that go with it.

    What is in that state already stays as it is. Raises `NotNow`.
    """
    state = advance(TRANSITIONS, review.state, trigger)
    if state == review.state:
        return review
    events = (*review.events, Event(now, trigger.value, by, note))
    return replace(review, state=state, events=events, **changes)
