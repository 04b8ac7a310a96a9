"""Beijing moments as Alipay writes them. Pure."""

from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing_text(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def day_start(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def read_moment(text: str) -> datetime | None:
    """Read `yyyy-MM-dd HH:mm:ss` in Beijing time; None when it is not one."""
    try:
        # strptime alone takes "2026-1-2 3:4:5", which the platform refuses.
        found = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
    return found.astimezone(UTC) if len(text) == len("2026-01-02 03:04:05") else None
