"""Moments as WeChat Pay writes them: Beijing time, to the second. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def bill_time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def clock_time(day: date, hour: int) -> datetime:
    """Return the moment a Beijing day's clock shows that hour."""
    return datetime.combine(day, time(hour), BEIJING).astimezone(UTC)
