"""China's working days: weekends, public holidays, and the weekend days worked instead (调休).

Source: the State Council's yearly notices (国务院办公厅关于部分节假日安排的通知), as kept by the
library `chinesecalendar`. A year's notice comes out the November before, so the library ends
somewhere, and `known_until` says where. Beyond it weekdays count, save the holidays that the law
gives a fixed date: 全国年节及纪念日放假办法, article 2 (State Council Order 795, since 2025).
Those that follow the moon or the sun, and days worked instead, are the yearly notice's to say.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from chinese_calendar import constants, is_workday

SATURDAY = 5
_BY_LAW = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


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
        return day.weekday() < SATURDAY and (day.month, day.day) not in _BY_LAW
    return bool(is_workday(day))


def known_until() -> date:
    """The last day whose holidays are known."""
    return _KNOWN_UNTIL


_KNOWN_FROM = date(min(constants.holidays).year, 1, 1)
_KNOWN_UNTIL = date(max(constants.holidays).year, 12, 31)
