"""China's working days: weekends, public holidays, and the weekend days worked instead (调休).

Source: the State Council's yearly notices (国务院办公厅关于部分节假日安排的通知), as kept by the
library `chinesecalendar`. A year's notice comes out the November before, so the library ends
somewhere: beyond its last year weekdays count, and `known_until` says so.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from chinese_calendar import constants, is_workday

SATURDAY = 5


class ChineseWorkdays:
    """`closed` and `opened` win over everybody: a local holiday, a year the library lacks."""

    def __init__(self, closed: Collection[date] = (), opened: Collection[date] = ()) -> None:
        """Raises `ValueError` when a day is both."""
        both = sorted(set(closed) & set(opened))
        if both:
            raise ValueError(f"{both[0]} is among the closed days and among the open ones")
        self._given = {day: False for day in closed} | {day: True for day in opened}

    def works(self, day: date) -> bool:
        if day in self._given:
            return self._given[day]
        return _works(day)


@lru_cache(maxsize=4096)  # the library goes through all its holidays for each question
def _works(day: date) -> bool:
    if not _KNOWN_FROM <= day <= _KNOWN_UNTIL:
        return day.weekday() < SATURDAY
    return bool(is_workday(day))


def known_until() -> date:
    """The last day whose holidays are known."""
    return _KNOWN_UNTIL


_KNOWN_FROM = date(min(constants.holidays).year, 1, 1)
_KNOWN_UNTIL = date(max(constants.holidays).year, 12, 31)
