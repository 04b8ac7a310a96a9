"""An appointment whose place a department gives: asked for, held, given back. Pure.

The key of a place is the appointment's id; each later one has a number behind it, so that no key
ever stands for two slots. What is not known to be free again is given back, however often.
Where a fee is paid beforehand, nobody is asked to pay until there is a place.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.tasks import Task, doing, has_task, with_tasks, without
from channel_gateway.services.appointment.appointment import (
    Appointment,
    Event,
    State,
    Trigger,
    may_step,
    step,
)
from channel_gateway.services.appointment.prepaid.fee import ISSUE_FEE, LET_GO
from channel_gateway.services.appointment.rules.quotas import FIELDS, HOLD_FIELD

ASK_SEAT, RELEASE_SEAT = "ask_seat", "release_seat"

# The one who books asks at once; should nobody have, or nobody have heard the answer:
_ASK_AGAIN_AFTER = timedelta(seconds=10)
# Whoever moves has asked and heard by then, or the place is given back.
_GIVE_BACK_AFTER = timedelta(seconds=60)

_GONE = frozenset({State.CANCELLED_BY_CITIZEN, State.CANCELLED_BY_HALL, State.LAPSED})


def held(draft: Appointment, now: datetime) -> Appointment:
    """A new appointment that waits for its department; the person's limits count already."""
    ask = Task(ASK_SEAT, ASK_SEAT, due=milliseconds(now + _ASK_AGAIN_AFTER), detail=draft.id)
    events = (Event(now, State.HELD.value),)
    not_yet = without(draft, lambda task: task.kind in (ISSUE_FEE, LET_GO))
    changes: dict[str, Any] = {"state": State.HELD, "seat_asked": draft.id, "events": events}
    return with_tasks(replace(draft, **(changes | not_yet)), ask)


def taken(appointment: Appointment, key: str, now: datetime) -> Appointment:
    """The department keeps a place under this key; where a fee is owed, it is held on for that."""
    if not _waits_for(appointment, key):
        return appointment
    there: dict[str, Any] = {"seat_asked": None, "seat_held": key}
    asked = [task for task in appointment.tasks if task.kind != ASK_SEAT]
    if appointment.fee is None or appointment.held_until is None:
        return step(appointment, Trigger.CONFIRM, now, **there, **doing(*asked))
    # As long as was promised, from now on: before, there was nothing to pay for.
    hold = appointment.held_until - appointment.created_at
    until = min(now + hold, appointment.starts_at)
    fee = (
        Task(ISSUE_FEE, ISSUE_FEE, due=milliseconds(now)),
        Task(LET_GO, LET_GO, due=milliseconds(until)),
    )
    return replace(appointment, held_until=until, **there, **doing(*asked, *fee))


def refused(appointment: Appointment, key: str, now: datetime, why: str) -> Appointment:
    """The department has none: there is nothing to give back. The call may be made anew."""
    if not _waits_for(appointment, key):
        return appointment
    again = f"{appointment.request_key}|{appointment.id}"  # its key is free for another try
    return replace(_lapsed(appointment, now, why), seat_asked=None, request_key=again)


def unanswered(appointment: Appointment, key: str, now: datetime) -> Appointment:
    """Asked often enough: whatever the department has done, it is to be undone."""
    if not _waits_for(appointment, key):
        return appointment
    return _lapsed(appointment, now, "no answer")


def about_to_ask(appointment: Appointment, now: datetime) -> tuple[Appointment, str]:
    """For another place beside the one that is held: the key, and its way back, written first."""
    asks = appointment.seat_asks + 1
    key, due = f"{appointment.id}-{asks}", milliseconds(now + _GIVE_BACK_AFTER)
    return with_tasks(replace(appointment, seat_asks=asks), _release(key, due)), key


def still_ours(appointment: Appointment, key: str) -> Appointment:
    """Raises `Unavailable` when a place was given back before it became the appointment's."""
    if not has_task(appointment, _release(key, 0).id):
        raise Unavailable("the place was given back, for it took too long")
    return appointment


def released(before: Appointment | None, after: Appointment) -> Appointment:
    """`after`, with a task for each place its department is to have back.

    What was still to be given back before is given back all the same, unless it is ours by now.
    """
    if before is None:
        return after
    if after.state in _GONE:
        given_back, kept = set(_keys(after)), frozenset[str]()
        after = replace(after, seat_asked=None, seat_held=None) if given_back else after
    else:
        kept = frozenset(_keys(after))
        given_back = set(_keys(before)) - kept
    still = [task for task in before.tasks if task.kind == RELEASE_SEAT and task.detail not in kept]
    due = milliseconds(after.events[-1].at)
    wanted = [*still, *(_release(key, due) for key in sorted(given_back))]
    new = [task for task in wanted if not has_task(after, task.id)]
    return with_tasks(after, *new) if new else after


def _waits_for(appointment: Appointment, key: str) -> bool:
    return appointment.seat_asked == key and may_step(appointment, Trigger.CONFIRM)


def _lapsed(appointment: Appointment, now: datetime, why: str) -> Appointment:
    """Nothing was to be paid yet, so nothing of a fee is left, nor of the day's holds."""
    nothing: dict[str, Any] = dict.fromkeys((*FIELDS, HOLD_FIELD))
    fee = None if appointment.fee is None else replace(appointment.fee, is_over=True)
    return step(appointment, Trigger.LAPSE, now, why, fee=fee, **nothing, **doing())


def _release(key: str, due: int) -> Task:
    return Task(f"{RELEASE_SEAT}:{key}", RELEASE_SEAT, due=due, detail=key)


def _keys(appointment: Appointment) -> Iterator[str]:
    return (key for key in (appointment.seat_asked, appointment.seat_held) if key is not None)
