"""Who missed too many appointments cannot book for a while. Pure.

Nothing is kept: a ban follows from the no-shows themselves, so one that was corrected by the hall
lifts it, and it ends by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from channel_gateway.domain.booking import Ban
from channel_gateway.domain.days import months_later


def looks_back(ban: Ban) -> timedelta:
    """No-shows older than this can ban nobody any more."""
    return timedelta(days=ban.within_days + ban.lasts_days + 31 * ban.lasts_months)


def banned_until(no_shows: Sequence[datetime], ban: Ban, now: datetime) -> datetime | None:
    """When the person may book again; None: now. `no_shows` in order of time."""
    within = timedelta(days=ban.within_days)
    ends = [
        end
        for first, last in zip(no_shows, no_shows[ban.times - 1 :], strict=False)
        if last - first < within and (end := _ends(last, ban)) > now
    ]
    return max(ends, default=None)


def _ends(last: datetime, ban: Ban) -> datetime:
    return months_later(last, ban.lasts_months) + timedelta(days=ban.lasts_days)
