"""Until when an Alipay trade may be paid. Pure."""

import re
from datetime import datetime, timedelta

from mock_platforms.alipay.moments import beijing_day, day_start, read_moment
from mock_platforms.alipay.refusals import Refused

_LONGEST = timedelta(days=15)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIMEOUT = re.compile(r"([1-9]\d{0,4})([mhd])", re.ASCII)


def expiry(
    timeout_express: str, time_expire: str, now: datetime, *, callers_now: datetime
) -> datetime:
    """The moment a trade closes by itself: `time_expire` wins over `timeout_express`.

    `timeout_express` is `1m`…`15d` in m, h, d, or `1c` for the end of the Beijing day. Callers name
    a `time_expire` by their own clock; what is left until then is kept on ours, the moved one.
    """
    if time_expire:
        return now + _left(time_expire, callers_now)
    if not timeout_express:
        return now + _LONGEST
    if timeout_express == "1c":
        return day_start(beijing_day(now) + timedelta(days=1))
    found = _TIMEOUT.fullmatch(timeout_express)
    if found is None or int(found[1]) * _UNITS[found[2]] > _LONGEST:
        raise Refused("ACQ.INVALID_PARAMETER", "timeout_express格式错误")
    return now + int(found[1]) * _UNITS[found[2]]


def _left(time_expire: str, callers_now: datetime) -> timedelta:
    moment = read_moment(time_expire)
    if moment is None:
        raise Refused("ACQ.INVALID_PARAMETER", "time_expire格式错误")
    if moment <= callers_now:
        raise Refused("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR")
    return min(moment - callers_now, _LONGEST)
