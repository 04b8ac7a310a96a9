"""Another slot for whom the hall has sent away: the next free ones of the same hall."""

from collections.abc import Sequence
from datetime import datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import NoSuchHall
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.claims import Claims
from channel_gateway.services.appointment.marks import counted, kept
from channel_gateway.services.appointment.quotas import first_day_counted, has_share, quotas_of
from channel_gateway.services.appointment.refusals import NoAppointments
from channel_gateway.services.appointment.slots import Slot
from channel_gateway.services.appointment.wishes import Wishes

MOST = 3


class Offers:
    def __init__(
        self, appointments: Appointments, availability: Availability, claims: Claims, wishes: Wishes
    ) -> None:
        self._appointments = appointments
        self._availability = availability
        self._claims = claims
        self._wishes = wishes

    async def of(self, appointment: Appointment, now: datetime) -> Sequence[Slot]:
        """At most three slots this citizen could take now, the soonest first; nothing is held."""
        fee = appointment.fee
        if appointment.state is not State.CANCELLED_BY_HALL or (fee and not fee.is_kept):
            return ()
        try:
            service, hall = await self._wishes.hall(appointment.service, appointment.hall)
        except (NoAppointments, NoSuchHall):  # given up since
            return ()
        rules, person = service.rules, appointment.person
        marks, today = kept(rules, appointment), beijing_day(now)
        if await self._claims.ban(counted(appointment, marks), service, now) is not None:
            return ()
        first = first_day_counted(today, today)
        held = [
            one
            for each in counted(appointment, marks)
            for one in await self._appointments.since(each, first)
        ]
        offered: list[Slot] = []
        async for slot in self._availability.free(service, hall, now):
            if has_share(quotas_of(rules, person, service.code, slot, marks), held):
                offered.append(slot)
            if len(offered) == MOST:
                break
        return offered
