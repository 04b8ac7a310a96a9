"""The working days each step of a refund may take. Pure.

Source: a provincial refund rule (10 for the unit, 5 where it found its own mistake, 10 for finance,
15 where an upper level owns the money, 10 to pay back). The day on which a step begins does not
count; a day is Beijing's.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, day_start, milliseconds, next_midnight
from channel_gateway.ports import Workdays
from channel_gateway.workdays import workday_after
from payment.refund_cases.case import RefundCase
from payment.refund_cases.life import OVER, State

_ONE_DAY = timedelta(days=1)
_FAR = milliseconds(datetime(2199, 1, 1, tzinfo=UTC))  # listed after everything that has a day


@dataclass(frozen=True, slots=True)
class Clocks:
    calendar: Workdays
    unit: int = 10
    apply: int = 5  # of a unit that found its own mistake
    finance: int = 10
    upper_level: int = 15
    pay_back: int = 10

    def apply_by(self, found_on: date) -> date:
        return workday_after(self.calendar, found_on, self.apply)

    def pay_back_by(self, today: date) -> date:
        return workday_after(self.calendar, today, self.pay_back)

    def due_on(self, case: RefundCase, today: date) -> date | None:
        """The last day of a step that begins today; None: no clock runs."""
        days = {
            State.APPLIED: self.unit,
            State.UNIT_REVIEW: self.unit,
            State.FINANCE_REVIEW: self.upper_level if case.upper_level else self.finance,
            State.APPROVED: self.pay_back,
            State.PAYING_BACK: self.pay_back,
        }.get(case.state)
        return None if days is None else workday_after(self.calendar, today, days)

    def left(self, due_on: date, today: date) -> int:
        """The working days after today up to that day; none of a day that is over."""
        days = (due_on - today).days
        return sum(self.calendar.works(today + _ONE_DAY * n) for n in range(1, days + 1))


def started(case: RefundCase, clocks: Clocks, now: datetime) -> RefundCase:
    """The clock of the state it has come to."""
    return _until(case, clocks.due_on(case, beijing_day(now)))


def stopped(case: RefundCase, clocks: Clocks, now: datetime) -> RefundCase:
    """The clock stands still: what is left of it is kept."""
    left = clocks.left(case.due_on, beijing_day(now)) if case.due_on else 0
    return replace(case, due_on=None, days_left=left, waits_until=_FAR)


def resumed(case: RefundCase, clocks: Clocks, now: datetime) -> RefundCase:
    """It goes on with the days that were left."""
    day = workday_after(clocks.calendar, beijing_day(now), case.days_left or 0)
    return replace(_until(case, day), days_left=None)


def is_overdue(case: RefundCase, now: datetime) -> bool:
    return case.due_on is not None and case.state not in OVER and now >= end_of(case.due_on)


def marked(case: RefundCase, now: datetime) -> RefundCase:
    """Whoever does a step too late leaves a mark, whatever comes after."""
    return replace(case, late=True) if is_overdue(case, now) else case


def end_of(day: date) -> datetime:
    return next_midnight(day_start(day))


def _until(case: RefundCase, day: date | None) -> RefundCase:
    waits = None if day is None else milliseconds(end_of(day))
    return replace(case, due_on=day, waits_until=waits)
