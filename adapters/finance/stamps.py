"""Days and times as finance systems write them, 20260105 and 132935; they are Beijing's. Pure."""

from datetime import date, datetime

from channel_gateway.domain.days import beijing_text, moment_from_beijing_text
from channel_gateway.domain.errors import Malformed


def stamps(moment: datetime) -> tuple[str, str]:
    """Write a moment as its day and its time."""
    day, _, time = beijing_text(moment).partition(" ")
    return day.replace("-", ""), time.replace(":", "")


def moment_of(day: str, time: str) -> datetime:
    """Raises `Malformed`."""
    if len(day) != 8 or len(time) != 6:
        raise Malformed("not a day and a time like 20260105 and 132935")
    text = f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"
    return moment_from_beijing_text(text)


def day_of(text: str) -> date:
    """Raises `ValueError`."""
    if len(text) != 8 or not text.isdigit():
        raise ValueError("not a day like 20260105")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
