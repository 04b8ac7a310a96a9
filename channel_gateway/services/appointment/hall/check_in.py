"""When a citizen may check in by a code, and what a scan of it changes. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.days import beijing_day, next_midnight
from channel_gateway.services.appointment.appointment import (
    Appointment,
    State,
    Trigger,
    may_step,
)
from channel_gateway.services.appointment.hall.check_in_code import CheckInCode
from channel_gateway.services.appointment.life import at_hall
from channel_gateway.services.appointment.refusals import (
    AppointmentOver,
    CheckedInAlready,
    CheckInTooEarly,
    CheckInTooLate,
    CodeUsed,
    NotOnThatDay,
    OtherHall,
    StillHeld,
)

_THERE = (State.CHECKED_IN, State.CALLED)


@dataclass(frozen=True, slots=True)
class CheckInWindow:
    """`opens_at <= now < closes_at`"""

    opens_at: datetime
    closes_at: datetime


def check_in_window(appointment: Appointment, rules: Rules, grace: timedelta) -> CheckInWindow:
    """From a while before the slot until nobody is expected any more.

    Who missed the call was there in time, and may come back all day.
    """
    missed = appointment.state is State.MISSED
    return CheckInWindow(
        appointment.starts_at - timedelta(minutes=rules.checkin_early_minutes),
        next_midnight(appointment.ends_at) if missed else appointment.ends_at + grace,
    )


def to_check_in(appointment: Appointment, window: CheckInWindow, now: datetime) -> None:
    """Whether a code is of any use.

    Raises `CheckedInAlready`, `StillHeld`, `AppointmentOver`, `CheckInTooLate`.
    """
    if appointment.state in _THERE:
        raise CheckedInAlready
    if appointment.state is State.HELD:
        raise StillHeld
    if not may_step(appointment, Trigger.CHECK_IN):
        raise AppointmentOver
    if now >= window.closes_at:
        raise CheckInTooLate(window.closes_at)


def scanned(
    appointment: Appointment,
    code: CheckInCode,
    hall: str,
    rules: Rules,
    grace: timedelta,
    now: datetime,
) -> Appointment:
    """Check in, and use up the code with all that were made before it, in one change.

    Raises `OtherHall`, `NotOnThatDay`, `CodeUsed`, `CheckInTooEarly` and what `to_check_in` raises.
    """
    if appointment.hall != hall:
        raise OtherHall(appointment.hall_name, appointment.hall_address)
    if appointment.day != beijing_day(now):
        raise NotOnThatDay
    spent = appointment.codes_spent_until
    if spent is not None and code.made_at <= spent:
        raise CodeUsed(field="code")
    window = check_in_window(appointment, rules, grace)
    to_check_in(appointment, window, now)
    if now < window.opens_at:
        raise CheckInTooEarly(window.opens_at)
    came = at_hall(appointment, Trigger.CHECK_IN, now)
    # The code may have been made by a process whose clock is ahead of ours.
    return replace(came, codes_spent_until=max(now, code.made_at))
