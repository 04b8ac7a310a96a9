"""The days a bill of Alipay's covers, one or a month's, and when it is there. Pure.

Source: opendocs.alipay.com, "alipay.data.dataservice.bill.downloadurl.query".
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mock_platforms.alipay.moments import beijing_day, day_start

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_MADE_AFTER = timedelta(hours=5, minutes=46)
_READY_AFTER = timedelta(hours=9)  # about nine in the morning
_MONTH_LATER = timedelta(days=2)  # months come on the third


@dataclass(frozen=True)
class Period:
    first: date
    end: date  # the day after the last
    month: bool = False

    @property
    def text(self) -> str:
        """How file names say it: `20260105`, `202601`."""
        return f"{self.first:%Y%m}" if self.month else f"{self.first:%Y%m%d}"

    @property
    def made_at(self) -> datetime:
        return self._published + _MADE_AFTER

    @property
    def ready_at(self) -> datetime:
        return self._published + _READY_AFTER

    @property
    def _published(self) -> datetime:
        return day_start(self.end) + (_MONTH_LATER if self.month else timedelta())

    def holds(self, moment: datetime) -> bool:
        return self.first <= beijing_day(moment) < self.end


def read_period(text: str) -> Period | None:
    """Read `2026-01-05` or `2026-01`; None when it is neither."""
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return Period(day, day + timedelta(days=1))
        if _MONTH.fullmatch(text):
            first = date.fromisoformat(f"{text}-01")
            return Period(first, (first + timedelta(days=31)).replace(day=1), month=True)
    except (ValueError, OverflowError):
        return None
    return None
