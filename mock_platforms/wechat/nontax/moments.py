"""Moments as the non-tax platform reckons and writes them: Beijing time. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def bill_time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def clock_time(day: date, hour: int) -> datetime:
    """Return the moment a Beijing day's clock shows that hour."""
    return datetime.combine(day, time(hour), BEIJING).astimezone(UTC)
