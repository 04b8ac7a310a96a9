"""Appointments as other services are offered them, by their port."""

from datetime import date

from channel_gateway.ports import Visit
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.citizens.handing_over import NOBODY
from channel_gateway.services.appointment.refusals import NoSuchAppointment
from channel_gateway.services.appointment.rules.subjects import PERSON, Counted


class BookedVisits:
    """`Visits` over the appointments."""

    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments

    async def visit(self, id: str) -> Visit | None:
        try:
            return visit_of(await self._appointments.get(id))
        except NoSuchAppointment:
            return None

    async def since(self, person: str, day: date) -> list[Visit]:
        return [
            visit_of(each) for each in await self._appointments.since(Counted(PERSON, person), day)
        ]


def visit_of(appointment: Appointment) -> Visit:
    """An appointment in everybody's words. Pure."""
    done = (each.at for each in appointment.events if each.what == State.DONE.value)
    return Visit(
        id=appointment.id,
        person=None if appointment.person.partition("|")[0] == NOBODY else appointment.person,
        service=appointment.service,
        hall=appointment.hall,
        day=appointment.day,
        service_name=appointment.service_name,
        department=appointment.department,
        account=appointment.account,
        done_at=max(done, default=None) if appointment.state is State.DONE else None,
    )
