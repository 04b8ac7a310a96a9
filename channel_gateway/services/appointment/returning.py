"""When a place that was given up can be booked again. Pure.

At once, with the hall's next release, or at a moment nobody can guess, so that a place cannot be
handed to somebody by cancelling it. Source: Tianjin's real estate centre's 号池 (read 2026).
"""

from datetime import datetime, timedelta

from channel_gateway.domain.booking import Hall, Returned, Rules
from channel_gateway.ports import Workdays
from channel_gateway.services.appointment.release import next_release, window_of
from channel_gateway.services.appointment.slots import Slot

_AT_LEAST = timedelta(minutes=1)
_AT_MOST = timedelta(days=1)


def back_at(
    rules: Rules, hall: Hall, slot: Slot, calendar: Workdays, now: datetime, draw: int
) -> datetime | None:
    """The first moment at which the place can be booked again; None: now.

    It always leaves time to book it: where the next release comes too late, chance decides.
    `draw`: any large number that nobody can guess.
    """
    if rules.returned is Returned.AT_ONCE:
        return None
    last = min(window_of(rules, hall, slot.day, calendar).closes_at, slot.starts_at)
    if rules.returned is Returned.NEXT_RELEASE:
        release = next_release(hall, calendar, now)
        if release < last:
            return release
    span = min(last - now, _AT_MOST) - _AT_LEAST
    if span <= timedelta():
        return None
    return now + _AT_LEAST + timedelta(seconds=draw % int(span.total_seconds()))
