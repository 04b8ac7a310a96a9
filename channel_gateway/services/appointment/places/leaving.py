"""By which rules a place is left, and when it can be booked again."""

from datetime import datetime

from channel_gateway.domain.booking import Rules
from channel_gateway.ports import Randomness, ServiceCatalogue, Workdays
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.places.chance import draw
from channel_gateway.services.appointment.rules.returning import back_at
from channel_gateway.services.appointment.rules.slots import slot_named
from channel_gateway.services.appointment.wishes import NO_RULES


class Leaving:
    def __init__(
        self, catalogue: ServiceCatalogue, calendar: Workdays, randomness: Randomness
    ) -> None:
        self._catalogue = catalogue
        self._calendar = calendar
        self._randomness = randomness

    async def of(self, appointment: Appointment, now: datetime) -> tuple[Rules, datetime | None]:
        """The rules, and when the place that is left can be booked again (None: now)."""
        service = await self._catalogue.bookable(appointment.service)
        if service is None:
            return NO_RULES, None
        hall = service.hall(appointment.hall)
        slot = None if hall is None else slot_named(hall, service.rules, appointment.slot)
        if hall is None or slot is None:
            return service.rules, None
        chance = draw(self._randomness)
        return service.rules, back_at(service.rules, hall, slot, self._calendar, now, chance)
