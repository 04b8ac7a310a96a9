"""A hall, rules and a calendar to start from; every test changes what it is about."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from channel_gateway.domain.booking import Hall, Rules
from channel_gateway.domain.days import at_minute

MONDAY = date(2026, 3, 9)  # with no holiday near
HALL = Hall("center", "办事大厅", "人民路1号", windows=2, opens=((540, 720), (810, 1020)))
RULES = Rules(horizon_workdays=5)


class Weekdays:
    """A calendar without holidays, save those it is given."""

    def __init__(self, closed: Collection[date] = ()) -> None:
        self._closed = closed

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._closed


def rules(**changes: Any) -> Rules:
    return replace(RULES, **changes)


def hall(**changes: Any) -> Hall:
    return replace(HALL, **changes)


def at(day: date, time: str) -> datetime:
    """A moment of a Beijing day, like 09:30 or 23:59:59."""
    hours, minutes, *seconds = (int(part) for part in time.split(":"))
    moment = at_minute(day, hours * 60 + minutes)
    return moment.replace(second=seconds[0] if seconds else 0).astimezone(UTC)
