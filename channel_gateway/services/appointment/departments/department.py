"""The department behind an appointment: told of it by the worker, and cancelling a hall's day."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from channel_gateway.domain.days import utc_text
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import (
    Change,
    Departments,
    IdentityNotKnown,
    NotYourService,
    People,
    ServiceCatalogue,
)
from channel_gateway.service import DepartmentAsk, DepartmentCall, NotYet, Reaction
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import APPOINTMENTS, read
from channel_gateway.services.appointment.bookings import Bookings
from channel_gateway.services.appointment.departments.hearing import Hearing
from channel_gateway.services.appointment.departments.telling import (
    CONSENT_WITHDRAWN,
    TELL_DEPARTMENT,
    WITH_ANSWERS,
    version_of,
)
from channel_gateway.services.appointment.hall.halls import Halls
from channel_gateway.services.appointment.messages import ClosingReason, Code


class HallDay(BaseModel):
    service: Code
    hall: Code
    day: date
    reason: ClosingReason


class Cancelled(BaseModel):
    cancelled: bool = True


class News:
    """Tells the departments what happens to appointments; `departments` None: nobody is there."""

    def __init__(
        self,
        departments: Departments | None,
        hearing: Hearing,
        bookings: Bookings,
        people: People | None,
    ) -> None:
        self._departments = departments
        self._hearing = hearing
        self._bookings = bookings
        self._people = people

    def rows(self) -> list[Reaction]:
        return [Reaction(APPOINTMENTS.name, TELL_DEPARTMENT, self.tell, DAYS_3)]

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """As the appointment is now, under the number of then: what is told later is truer.

        Who was connected when it was booked is told, connected now or not: the event waits.
        """
        appointment = read(document)
        department = await self._hearing.of(appointment)
        if department is None:
            return None
        if self._departments is None:
            raise NotYet("no plug-in of the settings speaks with departments")
        version = version_of(task)
        if task.detail == CONSENT_WITHDRAWN:
            data = _withdrawn(appointment, version)
        else:
            data = _data(appointment, version) | await self._about_citizen(appointment, task.detail)
        at = appointment.events[version - 1].at
        id = f"{appointment.id}-{version}"
        await self._departments.tell(department, id, task.detail, data, at)
        return None

    async def _about_citizen(self, appointment: Appointment, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if kind in WITH_ANSWERS:
            answers = self._bookings.given(appointment)
            found["answers"] = {
                n: a if isinstance(a, str) else "、".join(a) for n, a in answers.items()
            }
        if self._people is not None:
            try:
                person = await self._people.of(appointment.person)
            except (IdentityNotKnown, NotFound):
                return found
            name, id_number = person.name.reveal(), person.id_number.reveal()
            found["citizen"] = {"name": name, "id_number": id_number}
        return found


class DepartmentCalls:
    """What a department may ask of its own services' appointments."""

    def __init__(self, halls: Halls, catalogue: ServiceCatalogue) -> None:
        self._halls = halls
        self._catalogue = catalogue

    def rows(self) -> list[DepartmentCall]:
        return [
            DepartmentCall(
                "hall_day.cancel",
                HallDay,
                self.cancel_day,
                "Cancel a hall's day: nobody books it, and who had booked is told why",
                answer=Cancelled,
                errors=("not_your_service", "no_appointments", "no_such_hall", "day_over"),
            )
        ]

    async def cancel_day(self, ask: DepartmentAsk) -> Cancelled:
        day: HallDay = ask.body
        whose = await self._catalogue.department(day.service)
        if whose is None:
            whose = await self._halls.department(day.service, day.hall, day.day)
        if whose != ask.department:
            raise NotYourService(field="service")
        await self._halls.close(day.service, day.hall, day.day, day.reason, ask.now)
        return Cancelled()


def _withdrawn(appointment: Appointment, version: int) -> dict[str, Any]:
    """Which answers rest on nothing any more."""
    purpose = appointment.events[version - 1].note
    given = (each for each in appointment.consents if each.purpose == purpose)
    return {
        "appointment_id": appointment.id,
        "service": appointment.service,
        "purpose": purpose,
        "fields": [name for each in given for name in each.fields],
        "version": version,
    }


def _data(appointment: Appointment, version: int) -> dict[str, Any]:
    return {
        "appointment_id": appointment.id,
        "service": appointment.service,
        "hall": appointment.hall,
        "slot": appointment.slot,
        "starts_at": utc_text(appointment.starts_at),
        "ends_at": utc_text(appointment.ends_at),
        "state": appointment.state.value,
        "version": version,
    }
