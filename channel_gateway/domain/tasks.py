"""What must still happen for an aggregate, kept inside it: done, put off, given up, sent again.

Pure. This is its outbox: written with the aggregate, or not at all. An aggregate that has one
inherits `WithTasks`, and its collection has the indexes `service.TASKS`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

Holder = TypeVar("Holder", bound="WithTasks")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that must still happen."""

    id: str
    kind: str
    due: int  # milliseconds
    tries: int = 0
    note: str = ""  # why the last try did not do, for people
    detail: str = ""  # what it is about: a refund number, say


@dataclass(frozen=True, slots=True, kw_only=True)
class WithTasks:
    tasks: tuple[Task, ...] = ()
    due: int | None = None  # of the soonest task
    given_up: tuple[Task, ...] = ()  # dead letters: a person must look
    gave_up_at: int | None = None  # when the first of those was given up


# The fields by which a document with tasks is found.
DUE, DEAD_LETTERS_BY = "due", "gave_up_at"


def doing(*tasks: Task) -> dict[str, Any]:
    """The changes after which exactly these tasks are still to be done."""
    return {"tasks": tasks, DUE: min((task.due for task in tasks), default=None)}


def with_tasks(holder: Holder, *tasks: Task) -> Holder:
    """Add what must still happen; a task with an id that is there already is not added twice."""
    known = {task.id for task in holder.tasks}
    return replace(holder, **doing(*holder.tasks, *(t for t in tasks if t.id not in known)))


def without(holder: WithTasks, needless: Callable[[Task], bool]) -> dict[str, Any]:
    """The changes that drop what is settled by now: tasks, and dead letters nobody need look at."""
    letters = tuple(task for task in holder.given_up if not needless(task))
    return _letters(holder, letters) | doing(*(t for t in holder.tasks if not needless(t)))


def has_task(holder: WithTasks, id: str) -> bool:
    return any(task.id == id for task in holder.tasks)


def is_next(holder: WithTasks, task: Task) -> bool:
    """Whether no other of its kind was written before it, and is still to be done."""
    first = next((each for each in holder.tasks if each.kind == task.kind), task)
    return first.id == task.id


def rescheduled(holder: Holder) -> Holder:
    """Due when the soonest of its tasks is: a worker's lease ends here."""
    return replace(holder, **doing(*holder.tasks))


def finished(holder: Holder, id: str) -> Holder:
    """Without the task; dead letters stay."""
    return replace(holder, **doing(*(task for task in holder.tasks if task.id != id)))


def put_off(holder: Holder, id: str, *, due: int, tries: int, note: str) -> Holder:
    """One more try, which is number `tries`, and why."""
    tasks = (
        replace(task, due=due, tries=tries, note=note) if task.id == id else task
        for task in holder.tasks
    )
    return replace(holder, **doing(*tasks))


def given_up(holder: Holder, id: str, *, at: int, note: str) -> Holder:
    """A dead letter: kept, seen by a person, sent again by hand."""
    dead = tuple(replace(task, note=note) for task in holder.tasks if task.id == id)
    if not dead:
        return holder
    since = at if holder.gave_up_at is None else holder.gave_up_at
    letters = (*holder.given_up, *dead)
    return replace(finished(holder, id), given_up=letters, gave_up_at=since)


def sent_again(holder: Holder, id: str, *, now: int) -> Holder:
    """A person says: try it again, from the ladder's beginning."""
    again = tuple(replace(task, due=now, tries=0) for task in holder.given_up if task.id == id)
    left = tuple(task for task in holder.given_up if task.id != id)
    return replace(holder, **_letters(holder, left), **doing(*holder.tasks, *again))


def _letters(holder: WithTasks, letters: tuple[Task, ...]) -> dict[str, Any]:
    since = holder.gave_up_at if letters else None
    return {"given_up": letters, DEAD_LETTERS_BY: since}
