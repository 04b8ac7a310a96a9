"""Moments are aware and UTC; a day is a Beijing day, and is made here only. Pure."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from channel_gateway.domain.errors import Malformed

BEIJING = ZoneInfo("Asia/Shanghai")
_BEIJING_TEXT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def beijing_day(moment: datetime) -> date:
    """The day a Beijing wall calendar shows at this moment."""
    return moment.astimezone(BEIJING).date()


def day_start(day: date) -> datetime:
    """The first moment of a Beijing day, in UTC."""
    return datetime.combine(day, time(), tzinfo=BEIJING).astimezone(UTC)


def at_minute(day: date, minute: int) -> datetime:
    """The moment so many minutes into a Beijing day, in UTC. China has had no summer time since
    1991, so a day has 1,440 of them.
    """
    return day_start(day) + timedelta(minutes=minute)


def minute_of(moment: datetime) -> int:
    """How many whole minutes of its Beijing day are over at this moment."""
    local = moment.astimezone(BEIJING)
    return local.hour * 60 + local.minute


def week_start(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    return day.replace(day=1)


def months_later(moment: datetime, months: int) -> datetime:
    """The same time of day so many months later; the last day where a month has no such day."""
    local = moment.astimezone(BEIJING)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(UTC)


def next_midnight(moment: datetime) -> datetime:
    """The first moment of the next Beijing day, in UTC."""
    return day_start(beijing_day(moment) + timedelta(days=1))


def milliseconds(moment: datetime) -> int:
    """A moment as stores and tokens keep it: whole milliseconds since 1970, UTC."""
    return (moment - _EPOCH) // _MILLISECOND


def in_reach(moment: datetime) -> datetime:
    """The moment, if days can be reckoned from it. Raises `ValueError`.

    The calendar of computers ends in the years 1 and 9999, and a zone may lead over its edge.
    """
    if not _FIRST <= moment < _LAST:
        raise ValueError("a moment between the years 1900 and 2200 is wanted")
    return moment


def moment_of(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def rfc3339(moment: datetime) -> str:
    """A moment with Beijing's offset and whole seconds, as both WeChat and finance write it."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def utc_text(moment: datetime) -> str:
    """Write `2026-03-10T01:30:00Z`, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_from_rfc3339(text: str) -> datetime:
    """Read a moment that carries its offset. Raises `Malformed`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed("not an RFC 3339 moment") from error
    if moment.tzinfo is None:
        raise Malformed("a moment without an offset")
    try:
        return in_reach(moment).astimezone(UTC)
    except ValueError as error:
        raise Malformed("not a moment of our time") from error


def moment_from_beijing_text(text: str) -> datetime:
    """Read `2026-01-05 13:29:35`, Beijing time, as Alipay writes it. Raises `Malformed`."""
    written = _BEIJING_TEXT.match(text)  # fromisoformat alone would read other forms as well
    try:
        local = datetime.fromisoformat(written[0] if written else "").replace(tzinfo=BEIJING)
        return in_reach(local).astimezone(UTC)
    except ValueError as error:
        raise Malformed("not a Beijing moment like 2026-01-05 13:29:35") from error


def beijing_text(moment: datetime) -> str:
    """Write `2026-01-05 13:29:35`, Beijing time, as Alipay reads it."""
    return moment.astimezone(BEIJING).isoformat(" ", "seconds")[:19]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
