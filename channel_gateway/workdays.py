"""Counting working days. Pure, over a `Workdays` calendar."""

from datetime import date, timedelta

from channel_gateway.ports import Workdays

# A calendar in which nobody works for so long is wrong, and nothing is counted to its end.
_LONGEST_REST = 366
_ONE_DAY = timedelta(days=1)


def workday_before(calendar: Workdays, day: date, count: int) -> date:
    """The `count`-th working day before this day; the day itself for 0."""
    return _walk(calendar, day, count, -_ONE_DAY)


def workday_after(calendar: Workdays, day: date, count: int) -> date:
    """The `count`-th working day after this day; the day itself for 0."""
    return _walk(calendar, day, count, _ONE_DAY)


def _walk(calendar: Workdays, day: date, count: int, step: timedelta) -> date:
    rested = 0
    while count:
        day += step
        if calendar.works(day):
            count, rested = count - 1, 0
        else:
            rested += 1
            if rested > _LONGEST_REST:
                raise ValueError("a calendar without a working day in a year")
    return day
