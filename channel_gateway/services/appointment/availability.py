"""Which days and slots of a hall can be booked now, and how many places are left."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.booking import Bookable, Hall
from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Workdays
from channel_gateway.services.appointment.hall.closures import Closures
from channel_gateway.services.appointment.places.capacity import Capacities, Left
from channel_gateway.services.appointment.refusals import (
    HallClosed,
    NotBookable,
    NotReleased,
    SlotFull,
)
from channel_gateway.services.appointment.rules.release import days_ahead, why_not, why_not_day
from channel_gateway.services.appointment.rules.seats import hall_day_of
from channel_gateway.services.appointment.rules.slots import Slot, slots_of
from channel_gateway.services.appointment.wishes import Wishes

_RELEASED_WITHIN = 31  # days beyond the last one that is released: more than any holiday
_MOST_DAYS = 10  # where all of these are full, nobody is helped by a later one


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    why_not: NotBookable | None  # None: it can be booked


@dataclass(frozen=True, slots=True)
class Opening:
    slot: Slot
    left: int | None  # None: whoever gives the places does not say now
    why_not: NotBookable | None


@dataclass(frozen=True, slots=True)
class Available:
    service: Bookable
    hall: Hall
    days: Sequence[Day]
    day: date | None  # whose slots these are
    slots: Sequence[Opening]


class Availability:
    def __init__(
        self,
        capacities: Capacities,
        closures: Closures,
        wishes: Wishes,
        calendar: Workdays,
    ) -> None:
        self._capacities = capacities
        self._closures = closures
        self._wishes = wishes
        self._calendar = calendar

    async def of(self, service: str, hall: str, day: date | None, now: datetime) -> Available:
        """The days ahead, and the slots of one: of the first that can be booked, if none is named.

        Raises `NoAppointments`, `NoSuchHall`.
        """
        bookable, found = await self._wishes.hall(service, hall)
        ahead = days_ahead(bookable.rules, self._calendar, now)
        days = await asyncio.gather(*(self._day(bookable, found, each, now) for each in ahead))
        shown = day or next((each.day for each in days if each.why_not is None), None)
        slots: Sequence[Opening] = ()
        asked = next((each for each in days if each.day == shown), None)
        if asked is not None:  # of a day that is none of them, nothing can be booked anyway
            slots = await self._slots(bookable, found, asked, now)
        return Available(bookable, found, days, shown, slots)

    async def free(self, service: Bookable, hall: Hall, now: datetime) -> AsyncIterator[Slot]:
        """The slots that can be booked now, the soonest first, of the next ten such days."""
        looked_at = 0
        for each in days_ahead(service.rules, self._calendar, now):
            day = await self._day(service, hall, each, now)
            if day.why_not is not None:
                continue
            for opening in await self._slots(service, hall, day, now):
                if opening.left is None:
                    return  # of what nobody knows nothing is offered
                if opening.why_not is None:
                    yield opening.slot
            looked_at += 1
            if looked_at == _MOST_DAYS:
                return

    def next_release(self, service: Bookable, hall: Hall, now: datetime) -> datetime | None:
        """When the next day is released on which the hall works; None: in no near time."""
        rules, calendar, today = service.rules, self._calendar, beijing_day(now)
        last = days_ahead(rules, calendar, now)[-1]
        for n in range((last - today).days + _RELEASED_WITHIN):
            refusal = why_not_day(rules, hall, today + timedelta(days=n), calendar, now)
            if isinstance(refusal, NotReleased):
                return refusal.opens_at
        return None

    async def _day(self, service: Bookable, hall: Hall, day: date, now: datetime) -> Day:
        refusal = await self._capacities.of(service).why_not(service)
        if refusal is None:
            refusal = why_not_day(service.rules, hall, day, self._calendar, now)
        if refusal is None:
            closure = await self._closures.of(hall_day_of(service.code, hall.code, day))
            refusal = None if closure is None else HallClosed(day, closure.reason)
        return Day(day, refusal)

    async def _slots(
        self, service: Bookable, hall: Hall, day: Day, now: datetime
    ) -> Sequence[Opening]:
        slots = slots_of(hall, service.rules, day.day)
        left = await self._capacities.of(service).left(service, hall, slots, now)
        return [
            Opening(
                slot,
                left.get(slot.id, 0),
                day.why_not or self._why_not(service, hall, slot, left, now),
            )
            for slot in slots
        ]

    def _why_not(
        self, service: Bookable, hall: Hall, slot: Slot, left: Left, now: datetime
    ) -> NotBookable | None:
        refusal = why_not(service.rules, hall, slot, self._calendar, now)
        if refusal is not None:
            return refusal
        if slot.id not in left:
            return NotBookable(field="slot")
        return SlotFull(field="slot") if left[slot.id] == 0 else None
