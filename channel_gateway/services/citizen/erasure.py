"""A citizen asks to be forgotten: what must be done until it is. Pure.

One runs for a person at a time. It is done at once, and by tasks where that is cut short; and once
more a little later, for what calls that began before it were just writing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import Transitions, advance
from channel_gateway.domain.tasks import Task, WithTasks, finished, with_tasks

ERASE, SWEEP = "erase", "sweep"
_FOLLOW = timedelta(seconds=30)  # until a worker goes on with what was cut short
_SWEEP_AFTER = timedelta(minutes=5)
_LAST_CALLS = timedelta(seconds=1)  # other processes learn within that the sessions have ended


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"


class Trigger(StrEnum):
    FINISH = "finish"


TRANSITIONS: Transitions[State, Trigger] = {
    State.RUNNING: {Trigger.FINISH: State.DONE},
    State.DONE: {Trigger.FINISH: State.DONE},
}


@dataclass(frozen=True, slots=True)
class Erasure(WithTasks):
    id: str
    person: str
    accounts: tuple[str, ...]
    asked_at: datetime
    state: State = State.RUNNING
    running_key: str | None = None  # the person, while it runs
    kept: tuple[str, ...] = ()  # what stays and why, in words
    done_at: datetime | None = None


def asked(id: str, person: str, accounts: tuple[str, ...], now: datetime) -> Erasure:
    erasure = Erasure(id, person, accounts, now, running_key=person)
    follow, sweep = milliseconds(now + _FOLLOW), milliseconds(now + _SWEEP_AFTER)
    return with_tasks(erasure, Task(ERASE, ERASE, due=follow), Task(SWEEP, SWEEP, due=sweep))


def last_calls(ended_at: datetime) -> datetime:
    """What calls that began before the sessions ended may still write; later is a new citizen's."""
    return ended_at + _LAST_CALLS


def done(erasure: Erasure, kept: tuple[str, ...], now: datetime) -> Erasure:
    if erasure.state is State.DONE:
        return erasure
    state = advance(TRANSITIONS, erasure.state, Trigger.FINISH)
    ended = replace(erasure, state=state, kept=kept, done_at=now, running_key=None)
    return finished(ended, ERASE)
