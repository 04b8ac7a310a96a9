"""When a place that was given up can be booked again. Pure.

At once, with the hall's next release, or at a moment nobody can guess, so that a place cannot be
handed to somebody by cancelling it. Given up so late that its moment could be guessed, or that few
could book it then, it does not come back. Source: Tianjin's real estate centre's 号池 (read 2026).
"""

from datetime import datetime, timedelta

from channel_gateway.domain.booking import Hall, Returned, Rules
from channel_gateway.ports import Workdays
from channel_gateway.services.appointment.rules.release import next_release, window_of
from channel_gateway.services.appointment.rules.slots import Slot

_AT_LEAST = timedelta(minutes=1)
_AT_MOST = timedelta(days=1)
_FAIR = timedelta(minutes=15)  # for everybody to find it; and no shorter is the span of chance


def back_at(
    rules: Rules, hall: Hall, slot: Slot, calendar: Workdays, now: datetime, draw: int
) -> datetime | None:
    """The first moment at which the place can be booked again; None: now.

    It leaves a fair while to book it: where the next release comes too late, chance decides; where
    there is no room for chance either, it is the slot's end.
    `draw`: any large number that nobody can guess.
    """
    if rules.returned is Returned.AT_ONCE:
        return None
    closes = min(window_of(rules, hall, slot.day, calendar).closes_at, slot.starts_at)
    last = closes - _FAIR
    if rules.returned is Returned.NEXT_RELEASE:
        release = next_release(hall, calendar, now)
        if release <= last:
            return release
    span = min(last - now, _AT_MOST) - _AT_LEAST
    if span < _FAIR:
        return slot.ends_at
    return now + _AT_LEAST + timedelta(seconds=draw % int(span.total_seconds()))
