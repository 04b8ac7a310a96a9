"""What a hall does with its appointments: check in, call, missed, done, cancel a day."""

from collections.abc import Sequence
from datetime import date, datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.services.appointment.appointment import Appointment, Trigger
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.closures import Closure, Closures
from channel_gateway.services.appointment.life import at_hall
from channel_gateway.services.appointment.refusals import NotOnThatDay
from channel_gateway.services.appointment.seats import hall_day_of
from channel_gateway.services.appointment.wishes import Wishes


class Halls:
    def __init__(self, appointments: Appointments, closures: Closures, wishes: Wishes) -> None:
        self._appointments = appointments
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
        """Raises `NoSuchAppointment`, `NotOnThatDay`, `NotNow`. Again changes nothing."""

        def change(appointment: Appointment) -> Appointment:
            if beijing_day(now) != appointment.day:
                raise NotOnThatDay
            return at_hall(appointment, trigger, now)

        return await self._appointments.change(id, change)

    async def close(
        self, service: str, hall: str, day: date, reason: str, now: datetime
    ) -> Closure:
        """Nobody books the day any more; the worker cancels what is booked. Again changes nothing.

        Raises `NoAppointments`, `NoSuchHall`.
        """
        await self._wishes.hall(service, hall)
        return await self._closures.close(hall_day_of(service, hall, day), day, reason, now)
