"""Who gives a service's places: the gateway by seat keys, or the department, which is asked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channel_gateway.domain import booking
from channel_gateway.domain.booking import Bookable, Hall, Returned
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.places.claims import Wish
from channel_gateway.services.appointment.refusals import NotBookable
from channel_gateway.services.appointment.rules.seats import place_of
from channel_gateway.services.appointment.rules.slots import Slot

# By slot id; None: nobody knows now. A slot that is not in it gives no places.
Left = Mapping[str, int | None]


class Capacity(Protocol):
    async def why_not(self, service: Bookable) -> NotBookable | None:
        """Why none of the service's places can be given now; None: they can, for all we know."""
        ...

    async def begin(self, draft: Appointment, wish: Wish, now: datetime) -> Appointment:
        """How a new appointment is written. Raises `NotBookable`."""
        ...

    async def settle(self, appointment: Appointment, wish: Wish, now: datetime) -> Appointment:
        """What becomes of it once it is written. Raises `NotBookable`-s, `SlotFull`."""
        ...

    async def another(self, target: Appointment, now: datetime) -> str | None:
        """The key of a place for who moves there; None: the seat key is all it takes.

        Raises as `settle`, `Unavailable`.
        """
        ...

    async def left(
        self, service: Bookable, hall: Hall, slots: Sequence[Slot], now: datetime
    ) -> Left:
        """How many places the slots of a day have left."""
        ...


@dataclass(frozen=True, slots=True)
class Capacities:
    own: Capacity
    asked: Capacity

    def of(self, service: Bookable) -> Capacity:
        return self.asked if service.capacity is booking.Capacity.DEPARTMENT else self.own


class OwnCapacity:
    """The gateway's: the insert of a seat key has decided all there is to decide."""

    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments

    async def why_not(self, service: Bookable) -> NotBookable | None:
        return None

    async def begin(self, draft: Appointment, wish: Wish, now: datetime) -> Appointment:
        return draft

    async def settle(self, appointment: Appointment, wish: Wish, now: datetime) -> Appointment:
        return appointment

    async def another(self, target: Appointment, now: datetime) -> str | None:
        return None

    async def left(
        self, service: Bookable, hall: Hall, slots: Sequence[Slot], now: datetime
    ) -> Left:
        left = await asyncio.gather(*(self._left(service, hall, slot, now) for slot in slots))
        return {slot.id: number for slot, number in zip(slots, left, strict=True)}

    async def _left(self, service: Bookable, hall: Hall, slot: Slot, now: datetime) -> int:
        place = place_of(service.code, hall.code, slot)
        if service.rules.returned is Returned.AT_ONCE:
            return slot.windows - await self._appointments.taken(place, cap=slot.windows)
        held, back = await asyncio.gather(
            self._appointments.seats(place, limit=slot.windows),
            self._appointments.held_back(place, now),
        )
        return max(0, slot.windows - len(held | back))
