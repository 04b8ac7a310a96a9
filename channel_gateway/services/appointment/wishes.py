"""What a citizen names, found in the catalogue: a service, a hall of it, a slot of that."""

from channel_gateway.domain.booking import Bookable, Hall, Rules
from channel_gateway.ports import NoSuchHall, ServiceCatalogue
from channel_gateway.services.appointment.places.claims import Wish
from channel_gateway.services.appointment.refusals import NoAppointments, NoSuchSlot
from channel_gateway.services.appointment.rules.slots import slot_named

# Of a service that gives no appointments any more: what was booked can still be left, or used.
NO_RULES = Rules(horizon_workdays=1)


class Wishes:
    def __init__(self, catalogue: ServiceCatalogue) -> None:
        self._catalogue = catalogue

    async def hall(self, service: str, hall: str) -> tuple[Bookable, Hall]:
        """Raises `NoAppointments`, `NoSuchHall`."""
        bookable = await self._catalogue.bookable(service)
        if bookable is None:
            raise NoAppointments(field="service")
        found = bookable.hall(hall)
        if found is None:
            raise NoSuchHall(field="hall")
        return bookable, found

    async def services_in(self, hall: str) -> list[str]:
        """Every service that is given appointments in this hall. Raises `NoSuchHall`."""
        found = [each.code for each in await self._catalogue.bookables() if each.hall(hall)]
        if not found:
            raise NoSuchHall(field="hall")
        return found

    async def rules(self, service: str) -> Rules:
        """Of what is booked already, also when the service gives no appointments any more."""
        bookable = await self._catalogue.bookable(service)
        return NO_RULES if bookable is None else bookable.rules

    async def wish(self, person: str, service: str, hall: str, slot: str) -> Wish:
        """Raises `NoAppointments`, `NoSuchHall`, `NoSuchSlot`."""
        bookable, found = await self.hall(service, hall)
        named = slot_named(found, bookable.rules, slot)
        if named is None:
            raise NoSuchSlot(field="slot")
        return Wish(person, bookable, found, named)
