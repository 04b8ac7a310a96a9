"""When a day can be booked: from its release until its lead begins. Pure.

A day is released on the `horizon_workdays`-th working day before it, at the hall's hour. With a
lead of n it can be booked as long as at least n working days lie ahead, today not counted; with a
`lead_until`, no longer than that hour of the last working day on which this is so.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.booking import Hall, Rules
from channel_gateway.domain.days import at_minute, beijing_day, day_start, next_midnight
from channel_gateway.ports import Workdays
from channel_gateway.services.appointment.refusals import (
    BookingOver,
    HallRests,
    NotBookable,
    NotReleased,
)
from channel_gateway.services.appointment.rules.slots import Slot
from channel_gateway.workdays import workday_after, workday_before

_ONE_DAY = timedelta(days=1)
_FARTHEST = timedelta(days=400)  # farther ahead than any horizon: no calendar is asked


@dataclass(frozen=True, slots=True)
class Window:
    """`opens_at <= now < closes_at`; a slot that has begun is closed whatever the window."""

    opens_at: datetime
    closes_at: datetime


def window_of(rules: Rules, hall: Hall, day: date, calendar: Workdays) -> Window:
    """When a working day can be booked."""
    released_on = workday_before(calendar, day, rules.horizon_workdays)
    return Window(at_minute(released_on, hall.released_at), _closes_at(rules, day, calendar))


def why_not_day(
    rules: Rules, hall: Hall, day: date, calendar: Workdays, now: datetime
) -> NotBookable | None:
    """Why nothing of this day can be booked now; None: it can."""
    today = beijing_day(now)
    if day < today:
        return BookingOver(field="slot")
    if day - today > _FARTHEST:
        return NotBookable(field="slot")
    if not calendar.works(day) or not hall.hours_on(day):
        return HallRests(day)
    window = window_of(rules, hall, day, calendar)
    if now < window.opens_at:
        return NotReleased(window.opens_at)
    return BookingOver(field="slot") if now >= window.closes_at else None


def why_not(
    rules: Rules, hall: Hall, slot: Slot, calendar: Workdays, now: datetime
) -> NotBookable | None:
    """Why this slot cannot be booked now, places apart; None: it can."""
    refusal = why_not_day(rules, hall, slot.day, calendar, now)
    if refusal is None and now >= slot.starts_at:
        return BookingOver(field="slot")
    return refusal


def days_ahead(rules: Rules, calendar: Workdays, now: datetime) -> tuple[date, ...]:
    """Today and all days to the last that is released today, days off between them included."""
    today = beijing_day(now)
    last = workday_after(calendar, today, rules.horizon_workdays)
    return tuple(today + timedelta(days=n) for n in range((last - today).days + 1))


def next_release(hall: Hall, calendar: Workdays, now: datetime) -> datetime:
    """When the hall next releases a day: at its hour, on a working day."""
    today = beijing_day(now)
    at = at_minute(today, hall.released_at)
    if calendar.works(today) and at > now:
        return at
    return at_minute(workday_after(calendar, today, 1), hall.released_at)


def _closes_at(rules: Rules, day: date, calendar: Workdays) -> datetime:
    if not rules.lead_workdays:
        return next_midnight(day_start(day))
    first_too_late = workday_before(calendar, day, rules.lead_workdays - 1)
    if rules.lead_until is None:
        return day_start(first_too_late)
    return at_minute(workday_before(calendar, first_too_late, 1), rules.lead_until)
