"""What a hall does with its appointments: check in, call, missed, done, cancel a day, reopen it."""

from collections.abc import Sequence
from datetime import date, datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import NoSuchHall
from channel_gateway.services.appointment.appointment import Appointment, Trigger
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.hall.closures import Closure, Closures
from channel_gateway.services.appointment.hall.waiting import Waiting
from channel_gateway.services.appointment.life import at_hall, called
from channel_gateway.services.appointment.refusals import (
    DayOver,
    NoAppointments,
    NobodyWaits,
    NotCancelled,
    NotOnThatDay,
)
from channel_gateway.services.appointment.rules.seats import hall_day_of
from channel_gateway.services.appointment.wishes import Wishes


class Halls:
    def __init__(
        self, appointments: Appointments, waiting: Waiting, closures: Closures, wishes: Wishes
    ) -> None:
        self._appointments = appointments
        self._waiting = waiting
        self._closures = closures
        self._wishes = wishes

    async def day(self, service: str, hall: str, day: date) -> Sequence[Appointment]:
        """Every appointment of a hall's day, in order of the slots."""
        found = self._appointments.of_hall_day(hall_day_of(service, hall, day))
        return [each async for each in found]

    async def get(self, id: str) -> Appointment:
        """Raises `NoSuchAppointment`."""
        return await self._appointments.get(id)

    async def tell(self, id: str, trigger: Trigger, now: datetime) -> Appointment:
        """Checked in, missed, done. Again changes nothing.

        Raises `NoSuchAppointment`, `NotOnThatDay`, `NotNow`.
        """

        def change(appointment: Appointment) -> Appointment:
            return at_hall(_of_today(appointment, now), trigger, now)

        if trigger is Trigger.CHECK_IN:
            return await self._waiting.check_in(id, change)
        return await self._appointments.change(id, change)

    async def call(self, id: str, now: datetime, window: str | None) -> Appointment:
        """Call this one, whoever else waits. The same window may call again.

        Raises `NoSuchAppointment`, `NotOnThatDay`, `CalledElsewhere`, `NotNow`.
        """
        return await self._appointments.change(
            id, lambda appointment: called(_of_today(appointment, now), now, window)
        )

    async def next(self, service: str, hall: str, now: datetime, window: str | None) -> Appointment:
        """Call the one who waits longest. Raises `NobodyWaits`, `NoAppointments`, `NoSuchHall`."""
        queue = hall_day_of(service, hall, beijing_day(now))
        found = await self._waiting.call_next(queue, now, window)
        if found is None:
            await self._wishes.hall(service, hall)
            raise NobodyWaits
        return found

    async def close(
        self, service: str, hall: str, day: date, reason: str, now: datetime
    ) -> Closure:
        """Nobody books the day any more; the worker cancels what is booked. Again changes nothing.

        What had ended by then stays as it was. A hall that the service's file does not name any
        more is cancelled like any other, as long as it has visits that day.

        Raises `DayOver`, `NoAppointments`, `NoSuchHall`.
        """
        if day < beijing_day(now):
            raise DayOver(field="day")
        try:
            await self._wishes.hall(service, hall)
        except (NoAppointments, NoSuchHall):
            if await self._first(service, hall, day) is None:
                raise
        return await self._closures.close(hall_day_of(service, hall, day), day, reason, now)

    async def close_all(self, hall: str, day: date, reason: str, now: datetime) -> list[Closure]:
        """The same for every service of the hall. Raises `DayOver`, `NoSuchHall`."""
        services = await self._wishes.services_in(hall)
        return [await self.close(service, hall, day, reason, now) for service in services]

    async def reopen(self, service: str, hall: str, day: date, now: datetime) -> Closure:
        """The day can be booked again; what was cancelled stays so. Again changes nothing.

        Raises `DayOver`, `NotCancelled`.
        """
        if day < beijing_day(now):
            raise DayOver(field="day")
        reopened = await self._closures.reopen(hall_day_of(service, hall, day), now)
        if reopened is None:
            raise NotCancelled
        return reopened

    async def department(self, service: str, hall: str, day: date) -> str | None:
        """Who heard of the hall's day when it was booked, for a service that is no more."""
        found = await self._first(service, hall, day)
        return None if found is None else found.department

    async def _first(self, service: str, hall: str, day: date) -> Appointment | None:
        found = self._appointments.of_hall_day(hall_day_of(service, hall, day))
        return await anext(aiter(found), None)


def _of_today(appointment: Appointment, now: datetime) -> Appointment:
    """Raises `NotOnThatDay`."""
    if beijing_day(now) != appointment.day:
        raise NotOnThatDay
    return appointment
