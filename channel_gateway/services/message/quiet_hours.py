"""When phones are left alone at night, and what may wake somebody all the same. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from channel_gateway.domain.days import at_minute, beijing_day, minute_of, next_midnight
from channel_gateway.domain.happenings import Happening

# Whoever has just done something is awake, and waits for the answer.
_FRESH = timedelta(minutes=30)
_ONE_DAY = timedelta(days=1)


class Urgency(StrEnum):
    MORNING = "morning"  # waits
    OWN = "own"  # answers what the citizen has just done: at any hour, for half an hour
    COMING_DAY = "coming_day"  # at any hour if it is over with the day that comes
    ALWAYS = "always"


URGENCY: Mapping[Happening, Urgency] = {
    Happening.BOOKED: Urgency.OWN,
    Happening.MOVED: Urgency.OWN,
    Happening.CANCELLED: Urgency.OWN,
    Happening.HALL_CANCELLED: Urgency.COMING_DAY,
    Happening.REMINDER: Urgency.MORNING,
    Happening.PAID: Urgency.OWN,
    Happening.REFUNDED: Urgency.MORNING,
    Happening.REFUND_PROGRESS: Urgency.OWN,
    Happening.CASE_CORRECTION: Urgency.MORNING,
    Happening.CASE_DECIDED: Urgency.MORNING,
    Happening.SENT: Urgency.MORNING,
    Happening.OUT_FOR_DELIVERY: Urgency.ALWAYS,  # somebody is about to ring
    Happening.AT_LOCKER: Urgency.MORNING,
    Happening.NOT_DELIVERED: Urgency.MORNING,
    Happening.PROXY_SIGNED: Urgency.MORNING,
    Happening.SIGNED: Urgency.MORNING,
    Happening.RETURNED: Urgency.MORNING,
    Happening.LOST: Urgency.MORNING,
}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of Beijing's day; none where both are the same."""

    begin: int
    end: int

    def morning(self, now: datetime) -> datetime | None:
        """When they end; None: it is not quiet now."""
        minute, day = minute_of(now), beijing_day(now)
        if self.begin < self.end:
            return at_minute(day, self.end) if self.begin <= minute < self.end else None
        if self.begin > self.end and minute >= self.begin:
            return at_minute(day + _ONE_DAY, self.end)
        return at_minute(day, self.end) if minute < self.end < self.begin else None


def may_disturb(
    happening: Happening,
    *,
    at: datetime,
    good_until: datetime | None,
    now: datetime,
    morning: datetime,
) -> bool:
    """Whether it is told in quiet hours that end with `morning`."""
    urgency = URGENCY[happening]
    if urgency is Urgency.OWN:
        return now - at <= _FRESH
    if urgency is Urgency.COMING_DAY:
        return good_until is not None and good_until <= next_midnight(morning)
    return urgency is Urgency.ALWAYS
