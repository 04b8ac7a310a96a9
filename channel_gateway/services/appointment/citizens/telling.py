"""What of an appointment's life its citizen is told, as tasks beside the change. Pure.

A place that is only held is not booked: the citizen hears of it when it is confirmed, and when it
is gone because no fee came. What is told is as it was then, whatever became of it since.
"""

from datetime import datetime

from channel_gateway.domain.days import BEIJING, at_minute, milliseconds
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.tasks import Task, has_task, with_tasks
from channel_gateway.ports import Workdays
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.workdays import workday_before

TELL_CITIZEN, REMIND_CITIZEN = "tell_citizen", "remind_citizen"
_EVENING = 18 * 60  # minutes; of the last working day before the visit

_GONE = {
    State.CANCELLED_BY_CITIZEN: Happening.CANCELLED,
    State.CANCELLED_BY_HALL: Happening.HALL_CANCELLED,
    State.LAPSED: Happening.CANCELLED,
}


def told(before: Appointment | None, after: Appointment, calendar: Workdays) -> Appointment:
    """`after`, with tasks for what the citizen must hear; `before` None: it is new.

    What was still to be told is told all the same, whatever the change made of the tasks.
    """
    still = () if before is None else before.tasks
    tasks = [each for each in still if each.kind == TELL_CITIZEN or is_due(each, after)]
    happening = _happened(before, after)
    if happening is not None:
        tasks.append(_telling(after, happening))
    if happening in (Happening.BOOKED, Happening.MOVED):
        tasks += _reminder(after, calendar)
    new = [each for each in tasks if not has_task(after, each.id)]
    return with_tasks(after, *new) if new else after


def is_due(task: Task, appointment: Appointment) -> bool:
    """Whether a reminder is of the slot that is still booked."""
    same = task.detail == _place(appointment)
    return task.kind == REMIND_CITIZEN and same and appointment.state is State.CONFIRMED


def version_of(task: Task) -> int:
    """How many events the appointment had then."""
    return int(task.id.rpartition(":")[2])


def starts_at(slot: str) -> datetime:
    return datetime.fromisoformat(slot).replace(tzinfo=BEIJING)


def _happened(before: Appointment | None, after: Appointment) -> Happening | None:
    if before is None:
        return Happening.BOOKED if after.state is State.CONFIRMED else None
    if after.state is State.CONFIRMED:
        if before.state is State.HELD:
            return Happening.BOOKED
        stayed = before.state is after.state and _place(before) == _place(after)
        return None if stayed else Happening.MOVED
    if after.state is before.state:
        return None
    if before.state is State.HELD and after.state is State.CANCELLED_BY_CITIZEN:
        return None  # let go of before it was booked
    if before.state is State.HELD and before.seat_asked is not None:
        return None  # the department never gave it
    return _GONE.get(after.state)


def _telling(after: Appointment, happening: Happening) -> Task:
    detail = "\n".join((happening, after.slot, after.hall_name, after.reason))
    due = milliseconds(after.events[-1].at)
    return Task(f"{TELL_CITIZEN}:{len(after.events)}", TELL_CITIZEN, due=due, detail=detail)


def _reminder(after: Appointment, calendar: Workdays) -> list[Task]:
    """None where that evening has passed."""
    evening = at_minute(workday_before(calendar, after.day, 1), _EVENING)
    if evening <= after.events[-1].at:
        return []
    place = _place(after)
    id = f"{REMIND_CITIZEN}:{place}"
    return [Task(id, REMIND_CITIZEN, due=milliseconds(evening), detail=place)]


def _place(appointment: Appointment) -> str:
    return f"{appointment.slot}|{appointment.hall}"
