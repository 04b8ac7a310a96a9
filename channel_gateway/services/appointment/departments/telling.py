"""What of an appointment's life its department must hear, as a task beside the change. Pure.

A place that is only held is nobody's yet: the department hears of it when it is confirmed.
"""

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import Task, has_task, with_tasks
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.citizens import consents

TELL_DEPARTMENT = "tell_department"

BOOKED, MOVED, CANCELLED = "appointment.booked", "appointment.moved", "appointment.cancelled"
CONSENT_WITHDRAWN = "consent.withdrawn"
WITH_ANSWERS = frozenset({BOOKED, MOVED})

_HAPPENED = {
    State.CONFIRMED: BOOKED,
    State.CHECKED_IN: "appointment.checked_in",
    State.DONE: "appointment.done",
    State.NO_SHOW: "appointment.no_show",
    State.CANCELLED_BY_CITIZEN: CANCELLED,
    State.CANCELLED_BY_HALL: CANCELLED,
    State.LAPSED: CANCELLED,
}


def told(before: Appointment | None, after: Appointment) -> Appointment:
    """`after`, with a task for what the department must hear; `before` None: it is new.

    What it was still to hear before it hears all the same, whatever the change made of the tasks.
    """
    still = () if before is None else before.tasks
    tasks = [task for task in still if task.kind == TELL_DEPARTMENT]
    kind = _happened(before, after)
    if kind is not None:
        version, at = len(after.events), after.events[-1].at
        id = f"{TELL_DEPARTMENT}:{version}"
        tasks.append(Task(id, TELL_DEPARTMENT, due=milliseconds(at), detail=kind))
    new = [task for task in tasks if not has_task(after, task.id)]
    return with_tasks(after, *new) if new else after


def still_told(before: Appointment | None, after: Appointment) -> Appointment:
    """As `told`, where no department is connected any more: of what had one when it was booked."""
    return after if after.department is None else told(before, after)


def version_of(task: Task) -> int:
    """How many events the appointment had then: the later news has the higher one."""
    return int(task.id.rpartition(":")[2])


def _happened(before: Appointment | None, after: Appointment) -> str | None:
    if before is None:
        return BOOKED if after.state is State.CONFIRMED else None
    if _withdrawn(before, after):
        return CONSENT_WITHDRAWN if heard_of(before) else None
    if after.state is State.CONFIRMED and before.state is not State.HELD:
        there = before.hall, before.slot
        stayed = before.state is after.state and there == (after.hall, after.slot)
        return None if stayed else MOVED
    if after.state is before.state:
        return None
    if before.state is State.HELD and after.state is not State.CONFIRMED:
        return None
    return _HAPPENED.get(after.state)


def _withdrawn(before: Appointment, after: Appointment) -> bool:
    new = after.events[len(before.events) :]
    return any(each.what == consents.WITHDRAWN for each in new)


def heard_of(appointment: Appointment) -> bool:
    """Whether the department was told of it, or is to be: what it hears later has less in it."""
    return any(each.what == State.CONFIRMED.value for each in appointment.events)
