"""What was booked and cannot take place: the hall rests after all, or its file has it no more.

Calendars are learnt late and files change. Who had booked is told before the day, as if the hall
had cancelled it, and nobody is said not to have come to a closed door.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from channel_gateway.domain.booking import Bookable, Hall
from channel_gateway.ports import ServiceCatalogue, Workdays
from channel_gateway.service import Job
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.hall.closures import Closures
from channel_gateway.services.appointment.rules.release import days_ahead
from channel_gateway.services.appointment.rules.seats import hall_day_of
from channel_gateway.services.appointment.rules.slots import slot_named

log = logging.getLogger(__name__)

RESTS = "当天放假，大厅不办公"
SERVICE_GONE = "该事项已停办"
HALL_GONE = "该大厅已停办该事项"
SLOT_GONE = "该时段已停办"

_AN_HOUR_S = 3600
_BEYOND = timedelta(days=31)  # booked when rules or calendar let one book farther ahead
_TO_COME = (State.HELD, State.CONFIRMED)


class Resting:
    def __init__(
        self,
        appointments: Appointments,
        closures: Closures,
        catalogue: ServiceCatalogue,
        calendar: Workdays,
    ) -> None:
        self._appointments = appointments
        self._closures = closures
        self._catalogue = catalogue
        self._calendar = calendar

    def rows(self) -> list[Job]:
        return [
            Job("hall-rests", _AN_HOUR_S, self.close, "Cancel booked days on which a hall rests")
        ]

    async def why(self, appointment: Appointment) -> str | None:
        """Why it cannot take place, for the citizen; None: it can."""
        service = await self._catalogue.bookable(appointment.service)
        if service is None:
            return SERVICE_GONE
        hall = service.hall(appointment.hall)
        if hall is None:
            return HALL_GONE
        if self._rests(hall, appointment.day):
            return RESTS
        return None if slot_named(hall, service.rules, appointment.slot) else SLOT_GONE

    async def close(self, now: datetime) -> None:
        """Cancel each day on which a hall rests and somebody is to come. Again changes nothing."""
        for service in await self._catalogue.bookables():
            for hall in service.halls:
                for day in self._days(service, hall, now):
                    await self._close(hall_day_of(service.code, hall.code, day), day, now)

    async def _close(self, hall_day: str, day: date, now: datetime) -> None:
        if not await self._awaited(hall_day, now):
            return
        if await self._closures.of(hall_day) is not None:  # its sweep is on the way
            return
        await self._closures.close(hall_day, day, RESTS, now)
        log.warning(
            "a hall rests on a day that was booked: the day is cancelled",
            extra={"action": "rest_day_cancelled", "hall_day": hall_day},
        )

    async def _awaited(self, hall_day: str, now: datetime) -> bool:
        """Whether anybody is still to come."""
        async for each in self._appointments.of_hall_day(hall_day):
            if each.state in _TO_COME and each.ends_at > now:
                return True
        return False

    def _days(self, service: Bookable, hall: Hall, now: datetime) -> Iterator[date]:
        """Today and all days that may have been booked, on which the hall rests."""
        ahead = days_ahead(service.rules, self._calendar, now)
        for n in range((ahead[-1] + _BEYOND - ahead[0]).days + 1):
            day = ahead[0] + timedelta(days=n)
            if self._rests(hall, day):
                yield day

    def _rests(self, hall: Hall, day: date) -> bool:
        return not self._calendar.works(day) or not hall.hours_on(day)
