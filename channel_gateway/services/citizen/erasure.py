"""A citizen asks to be forgotten: what must be done until it is. Pure.

One runs for a person at a time. It is done at once, and by tasks where that is cut short; and once
more a little later, for what calls that began before it were just writing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import Transitions, advance
from channel_gateway.domain.tasks import Task, WithTasks, finished, with_tasks
from channel_gateway.ports import Account

ERASE, SWEEP = "erase", "sweep"
_FOLLOW = timedelta(seconds=30)  # until a worker goes on with what was cut short
_SWEEP_AFTER = timedelta(minutes=5)
_LAST_CALLS = timedelta(seconds=1)  # other processes learn within that the sessions have ended
KEPT_FOR = timedelta(days=3 * 365 + 1)  # that there were consents, and that all was erased
_MOMENT = timedelta(milliseconds=1)


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
    accounts: tuple[str, ...]
    persons: tuple[str, ...]  # whom the accounts were seen to belong to, while it ran
    asked_at: datetime
    state: State = State.RUNNING
    running_key: str | None = None  # the person, while it runs
    kept: tuple[str, ...] = ()  # what stays and why, in words
    done_at: datetime | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What is kept may lie under any. Accounts first: adopting leads from these to persons."""
        return tuple(dict.fromkeys((*self.accounts, *self.persons)))


def asked(id: str, person: str, accounts: Iterable[Account], now: datetime) -> Erasure:
    follow = Task(ERASE, ERASE, due=milliseconds(now + _FOLLOW))
    return with_tasks(
        followed(Erasure(id, (), (person,), now, running_key=person), accounts), follow
    )


def followed(erasure: Erasure, accounts: Iterable[Account]) -> Erasure:
    """With these accounts, and whom they belong to now: a name may be proven while it runs."""
    known = [each for each in accounts if not is_newcomer(erasure, each)]
    citizens = (*erasure.accounts, *(each.citizen for each in known))
    persons = (*erasure.persons, *(each.person for each in known))
    return replace(
        erasure, accounts=tuple(dict.fromkeys(citizens)), persons=tuple(dict.fromkeys(persons))
    )


def last_calls(ended_at: datetime) -> datetime:
    """What calls that began before the sessions ended may still write."""
    return ended_at + _LAST_CALLS


def is_newcomer(erasure: Erasure, account: Account) -> bool:
    """Who logs in again once forgotten is a new citizen."""
    return account.since > erasure.asked_at


def erased_until(erasure: Erasure, known: Iterable[Account], now: datetime) -> datetime | None:
    """What was kept until then is the erasure's; None: it cannot be told any more.

    `known`: the accounts behind a key by now. Of a newcomer are all things since; another account
    that proved the name meanwhile has brought along older ones.
    """
    accounts = tuple(known)
    newcomers = [each for each in accounts if is_newcomer(erasure, each)]
    if any(each.citizen not in erasure.accounts for each in accounts if each not in newcomers):
        return None
    return min((each.since - _MOMENT for each in newcomers), default=last_calls(now))


def done(erasure: Erasure, kept: tuple[str, ...], now: datetime) -> Erasure:
    if erasure.state is State.DONE:
        return erasure
    state = advance(TRANSITIONS, erasure.state, Trigger.FINISH)
    ended = replace(erasure, state=state, kept=kept, done_at=now, running_key=None)
    sweep = Task(SWEEP, SWEEP, due=milliseconds(now + _SWEEP_AFTER))
    return with_tasks(finished(ended, ERASE), sweep)
