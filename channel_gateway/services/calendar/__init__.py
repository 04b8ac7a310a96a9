"""The calendar: which days offices work, for every plug-in that counts working days."""

import logging
from datetime import date, datetime, timedelta

from pydantic import Field

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Tools, Workdays
from channel_gateway.sections import Section
from channel_gateway.service import Job, Table
from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays, known_until

log = logging.getLogger(__name__)

_A_DAY_S = 86_400
_WARN_BEFORE = timedelta(days=90)  # no service gives out appointments further ahead


class Settings(Section):
    closed_days: tuple[date, ...] = Field((), description="workdays on which no office works")
    open_days: tuple[date, ...] = Field((), description="days off on which offices work")


def build(table: Table, tools: Tools) -> None:
    """Offer the working days. Raises `ValueError` when a day is both closed and open."""
    settings = Settings.model_validate(tools.section)
    calendar = ChineseWorkdays(settings.closed_days, settings.open_days)
    table.offer(Workdays, tools.name, calendar)
    table.jobs.append(
        Job("calendar-known", _A_DAY_S, _warn, "Warn before the known public holidays end")
    )
    table.remarks.append(f"{tools.name}: {_known()}")


async def _warn(now: datetime) -> None:
    if beijing_day(now) + _WARN_BEFORE > known_until():
        log.warning(_known(), extra={"action": "calendar_ends", "until": str(known_until())})


def _known() -> str:
    return (
        f"public holidays are known until {known_until()}, after that weekdays count, "
        "save 1 January, 1 and 2 May, 1 to 3 October: "
        "update chinesecalendar, or give closed_days and open_days"
    )
