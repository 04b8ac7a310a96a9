"""What can be booked, where, and by which rules. Pure.

Times of day are minutes of a Beijing day. None: no such rule.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Returned(StrEnum):
    """When the place of a cancelled appointment can be booked again."""

    AT_ONCE = "at_once"
    AT_RANDOM = "at_random"  # so that nobody can pass a place on by cancelling it
    NEXT_RELEASE = "next_release"


class Capacity(StrEnum):
    """Who gives the places of a slot."""

    GATEWAY = "gateway"  # as many as the hall has windows
    DEPARTMENT = "department"  # which is asked each time


@dataclass(frozen=True, slots=True)
class Ban:
    """So many times in so many days, and no appointment can be made for so many days or months."""

    times: int
    within_days: int
    lasts_days: int = 0
    lasts_months: int = 0  # of the calendar


@dataclass(frozen=True, slots=True)
class Rules:
    """How a service's appointments are given out."""

    horizon_workdays: int  # how far ahead
    lead_workdays: int = 0  # 0: also today
    lead_until: int | None = None  # from this time on the lead is a day longer
    slot_minutes: int = 30
    most_a_day: int | None = None  # of one person, whatever the service
    most_a_week: int | None = None
    most_a_month: int | None = None
    most_of_this_a_day: int | None = None  # of one person and this service
    most_of_this_a_week: int | None = None
    most_of_this_a_month: int | None = None
    most_of_this: int | None = None  # at any one time
    cancel_before_minutes: int = 0
    cancels_a_month: int | None = None  # more are refused
    cancels: Ban | None = None  # more are not refused, but stop
    reschedules: int | None = None  # of one appointment
    checkin_early_minutes: int = 30  # how long before the slot a code checks in
    no_shows: Ban | None = None
    returned: Returned = Returned.AT_ONCE
    real_name: bool = False  # whoever books has proven who they are, and books for themselves
    id_counts: bool = False  # what counts of one person counts of the identity number written, too
    phone_counts: bool = False  # what counts of one person counts of the phone they write, too


EVERY_DAY = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Hours:
    """A hall's template: on these days of the week, from, to, and by how many windows."""

    opens: int
    closes: int
    windows: int  # each serves one citizen a slot
    weekdays: frozenset[int] = EVERY_DAY  # Monday is 1


@dataclass(frozen=True, slots=True)
class Hall:
    code: str
    name: str
    address: str
    hours: tuple[Hours, ...]  # in order; of one day none overlap
    released_at: int = 0  # when a new day can be booked

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """Whether it is a working day is the calendar's to say."""
        return tuple(each for each in self.hours if day.isoweekday() in each.weekdays)


@dataclass(frozen=True, slots=True)
class Bookable:
    """A service that gives appointments."""

    code: str
    name: str
    halls: tuple[Hall, ...]
    rules: Rules
    capacity: Capacity = Capacity.GATEWAY
    hold_minutes: int | None = None  # within which its fee is to be paid; None: none is, before

    def hall(self, code: str) -> Hall | None:
        return next((hall for hall in self.halls if hall.code == code), None)
