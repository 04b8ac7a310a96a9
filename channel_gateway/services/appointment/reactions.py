"""What the worker does for appointments: who did not come, the day's end, a day the hall cancelled.

Each bears being run twice: the changes are pure, and change nothing the second time.
"""

from datetime import datetime
from typing import Any

from channel_gateway.domain.documents import from_document
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change
from channel_gateway.service import Reaction
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.closures import CLOSURES, SWEEP, Closure, Closures
from channel_gateway.services.appointment.handing_over import UNLINK, unlinked
from channel_gateway.services.appointment.life import (
    END_OF_DAY,
    NOT_COME,
    cancelled_by_hall,
    day_over,
    not_come,
)

# Only a store that is away can stop these.
LADDER = (5, 15, 30, 60, 180, 600, 1800, *(3600,) * 6, *(6 * 3600,) * 11)


class Reactions:
    def __init__(self, appointments: Appointments, closures: Closures) -> None:
        self._appointments = appointments
        self._closures = closures

    def rows(self) -> list[Reaction]:
        return [
            Reaction(APPOINTMENTS.name, NOT_COME, self.not_come, LADDER),
            Reaction(APPOINTMENTS.name, END_OF_DAY, self.day_over, LADDER),
            Reaction(APPOINTMENTS.name, UNLINK, self.unlink, LADDER),
            Reaction(CLOSURES.name, SWEEP, self.sweep, LADDER),
        ]

    async def not_come(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(lambda appointment: not_come(appointment, now))

    async def day_over(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(lambda appointment: day_over(appointment, now))

    async def unlink(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(unlinked)

    async def sweep(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Cancel the appointments of a day the hall has closed, save what had ended by then."""
        closure = from_document(Closure, document)
        async for appointment in self._appointments.of_hall_day(closure.id):
            if await self._closures.of(closure.id) is None:  # open again this moment
                return None
            await self._appointments.change(
                appointment.id, lambda current: _swept(current, closure, now)
            )
        return None


def _swept(appointment: Appointment, closure: Closure, now: datetime) -> Appointment:
    """Who waits in the hall is sent away, however long ago the slot ended."""
    elsewhere = appointment.hall_day != closure.id  # it may have moved away this moment
    ended = appointment.ends_at <= closure.closed_at
    if elsewhere or (ended and appointment.state is not State.CHECKED_IN):
        return appointment
    return cancelled_by_hall(appointment, closure.reason, now)
