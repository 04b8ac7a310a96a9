"""What happens to an appointment, as changes of it. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.days import milliseconds, next_midnight
from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import Task, doing, with_tasks
from channel_gateway.services.appointment.appointment import (
    TRANSITIONS,
    Appointment,
    Event,
    State,
    Trigger,
    may_step,
    step,
)
from channel_gateway.services.appointment.prepaid.fee import over, over_unless_used
from channel_gateway.services.appointment.refusals import (
    AppointmentOver,
    CalledElsewhere,
    CancelTooLate,
    JustMoved,
    ReschedulesSpent,
    StillHeld,
)
from channel_gateway.services.appointment.rules.marks import of_service
from channel_gateway.services.appointment.rules.quotas import FIELDS
from channel_gateway.services.appointment.rules.subjects import SUBJECTS

NOT_COME, END_OF_DAY, FREE_SEAT = "not_come", "end_of_day", "free_seat"

_WITHOUT_SEAT: dict[str, Any] = {"place": None, "seat_key": None}
WITHOUT_PLACE: dict[str, Any] = dict.fromkeys(FIELDS) | _WITHOUT_SEAT
_WITHOUT_TICKET: dict[str, Any] = dict.fromkeys(("ticket_book", "ticket", "ticket_key"))
_NO_LONGER_AT_ONE_TIME: dict[str, Any] = dict.fromkeys(
    f"{subject.prefix}_service" for subject in SUBJECTS
)
_NOT_MISSED: dict[str, Any] = dict.fromkeys(
    ("no_show_at", *(subject.no_show_of for subject in SUBJECTS))
)


def booked(appointment: Appointment, now: datetime, *, grace: timedelta) -> Appointment:
    """A new appointment: whoever does not come is noticed, and the day comes to an end."""
    return replace(
        appointment,
        events=(Event(now, State.CONFIRMED.value),),
        **doing(*watching(appointment.ends_at, grace)),
    )


def cancelled(
    appointment: Appointment,
    rules: Rules,
    now: datetime,
    keys: Mapping[str, str],
    back: datetime | None,
) -> Appointment:
    """By the citizen: the shares are free in this swap, and the place is, or held until `back`.
    `keys`: one of the month's cancellations, of each that is counted, by field.

    Raises `CancelTooLate`, `AppointmentOver`.
    """
    if not may_step(appointment, Trigger.CANCEL):
        raise AppointmentOver
    if appointment.state is not State.CONFIRMED:
        return appointment  # cancelled already
    _in_time(appointment, rules, now)
    of = {subject.cancelled_of: of for subject, of in of_service(appointment).items()}
    gone = step(
        appointment,
        Trigger.CANCEL,
        now,
        cancelled_at=now,
        **keys,
        **of,
        **WITHOUT_PLACE,
        **over(appointment.fee, now),
    )
    return held_back(gone, appointment, back, now)


def moved(
    appointment: Appointment,
    target: Appointment,
    rules: Rules,
    now: datetime,
    *,
    back: datetime | None,
    grace: timedelta,
) -> Appointment:
    """Into the slot of `target`, a draft that names place and keys: old ones out, new ones in.

    Raises `StillHeld`, `AppointmentOver`, `CancelTooLate`, `ReschedulesSpent`, `JustMoved`.
    """
    if appointment.state is State.HELD:
        raise StillHeld
    if not may_step(appointment, Trigger.MOVE) or not _may_use(appointment):
        raise AppointmentOver
    by_citizen = appointment.state is State.CONFIRMED
    if by_citizen:
        _in_time(appointment, rules, now)
        if rules.reschedules is not None and appointment.reschedules >= rules.reschedules:
            raise ReschedulesSpent(rules.reschedules)
        if appointment.left_until is not None and appointment.left_until > now:
            raise JustMoved(appointment.left_until)
    kept = ("hall", "hall_name", "hall_address", "slot", "day", "starts_at", "ends_at", "hall_day")
    taken = {
        name: getattr(target, name) for name in (*kept, "place", "seat_key", "seat_held", *FIELDS)
    }
    return replace(
        appointment,
        state=advance(TRANSITIONS, appointment.state, Trigger.MOVE),
        reschedules=appointment.reschedules + by_citizen,
        reason="",
        events=(*appointment.events, Event(now, "moved", target.slot)),
        **_left(appointment, back),
        **_WITHOUT_TICKET,
        **taken,
        **doing(*watching(target.ends_at, grace)),
    )


def cancelled_by_hall(appointment: Appointment, reason: str, now: datetime) -> Appointment:
    """Nothing of it counts: not as one of the person's appointments, nor as missed."""
    if not may_step(appointment, Trigger.CLOSE_HALL):
        return appointment
    return step(
        appointment,
        Trigger.CLOSE_HALL,
        now,
        reason=reason,
        quota_hold=None,
        **_NOT_MISSED,
        **WITHOUT_PLACE,
        **over_unless_used(appointment.fee, now, was_due=appointment.seat_asked is None),
    )


def at_hall(
    appointment: Appointment, trigger: Trigger, now: datetime, note: str = ""
) -> Appointment:
    """What the hall says: checked in, called, missed, done. Raises `NotNow`."""
    left = tuple(task for task in appointment.tasks if task.kind != NOT_COME)
    came = step(appointment, trigger, now, note, **_NOT_MISSED, **doing(*left))
    return replace(came, **_NO_LONGER_AT_ONE_TIME) if came.state is State.DONE else came


def called(appointment: Appointment, now: datetime, window: str | None) -> Appointment:
    """To a window; the same one may call again. Raises `CalledElsewhere`, `NotNow`."""
    if appointment.state is State.CALLED and appointment.window != window:
        raise CalledElsewhere(appointment.window)
    return replace(at_hall(appointment, Trigger.CALL, now, window or ""), window=window)


def not_come(appointment: Appointment, now: datetime) -> Appointment:
    """The slot is over, and nobody checked in."""
    if not may_step(appointment, Trigger.NOT_COME):
        return appointment
    missed = {subject.no_show_of: of for subject, of in of_service(appointment).items()}
    return step(
        appointment,
        Trigger.NOT_COME,
        now,
        **missed,
        no_show_at=appointment.ends_at,
        **_NO_LONGER_AT_ONE_TIME,
    )


def day_over(appointment: Appointment, now: datetime) -> Appointment:
    """The hall's day has ended: what is open is closed, never to the citizen's harm."""
    if not may_step(appointment, Trigger.END_OF_DAY):
        return appointment
    return step(appointment, Trigger.END_OF_DAY, now, **_NO_LONGER_AT_ONE_TIME)


def _in_time(appointment: Appointment, rules: Rules, now: datetime) -> None:
    before = appointment.starts_at - timedelta(minutes=rules.cancel_before_minutes)
    if now > before:
        raise CancelTooLate(before)


def held_back(
    gone: Appointment, before: Appointment, back: datetime | None, now: datetime
) -> Appointment:
    """`gone` from the place it had `before`, which nobody can book before `back`; None: now.

    A document names one place that was left. While it still holds back the one it moved away from,
    the one it leaves now stays under its key, and a task frees it.
    """
    if back is None or before.place is None:
        return gone
    if before.left_until is None or before.left_until <= now:
        return replace(gone, **_left(before, back))
    kept = replace(gone, place=before.place, seat_key=before.seat_key)
    return with_tasks(kept, Task(FREE_SEAT, FREE_SEAT, due=milliseconds(back)))


def seat_freed(appointment: Appointment) -> Appointment:
    """What was held back under its key can be booked again."""
    gone = appointment.state in (State.CANCELLED_BY_CITIZEN, State.LAPSED)
    return replace(appointment, **_WITHOUT_SEAT) if gone else appointment


def _may_use(appointment: Appointment) -> bool:
    """What is paid beforehand moves with its money alone."""
    return appointment.fee is None or appointment.fee.is_kept


def _left(appointment: Appointment, back: datetime | None) -> dict[str, Any]:
    if back is None or appointment.place is None:
        return {}
    return {
        "left_place": appointment.place,
        "left_seat": appointment.seat_key,
        "left_until": back,
    }


def watching(ends_at: datetime, grace: timedelta) -> tuple[Task, ...]:
    """Whoever does not come is noticed, and the day comes to an end."""
    return (
        Task(NOT_COME, NOT_COME, due=milliseconds(ends_at + grace)),
        Task(END_OF_DAY, END_OF_DAY, due=milliseconds(next_midnight(ends_at))),
    )
