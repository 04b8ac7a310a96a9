"""What the worker does for appointments: who did not come, the day's end, a day the hall cancelled.

Each bears being run twice: the changes are pure, and change nothing the second time.
"""

from datetime import datetime
from typing import Any

from channel_gateway.domain.documents import from_document
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change
from channel_gateway.service import Reaction
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.closures import CLOSURES, SWEEP, Closure
from channel_gateway.services.appointment.handing_over import (
    DROP_CONSENTS,
    UNLINK,
    unlinked,
    without_consents,
)
from channel_gateway.services.appointment.life import (
    END_OF_DAY,
    FREE_SEAT,
    NOT_COME,
    cancelled_by_hall,
    day_over,
    not_come,
    seat_freed,
)

# Only a store that is away can stop these.
LADDER = (5, 15, 30, 60, 180, 600, 1800, *(3600,) * 6, *(6 * 3600,) * 11)


class Reactions:
    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments

    def rows(self) -> list[Reaction]:
        return [
            Reaction(APPOINTMENTS.name, NOT_COME, self.not_come, LADDER),
            Reaction(APPOINTMENTS.name, END_OF_DAY, self.day_over, LADDER),
            Reaction(APPOINTMENTS.name, FREE_SEAT, self.free_seat, LADDER),
            Reaction(APPOINTMENTS.name, UNLINK, self.unlink, LADDER),
            Reaction(APPOINTMENTS.name, DROP_CONSENTS, self.drop_consents, LADDER),
            Reaction(CLOSURES.name, SWEEP, self.sweep, LADDER),
        ]

    async def not_come(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(lambda appointment: not_come(appointment, now))

    async def day_over(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(lambda appointment: day_over(appointment, now))

    async def free_seat(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(seat_freed)

    async def unlink(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return self._appointments.changing(unlinked)

    async def drop_consents(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        return self._appointments.changing(without_consents)

    async def sweep(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Cancel every appointment of a day the hall has closed."""
        closure = from_document(Closure, document)
        async for appointment in self._appointments.of_hall_day(closure.id):
            await self._appointments.change(
                appointment.id,
                lambda current: (
                    cancelled_by_hall(current, closure.reason, now)
                    if current.hall_day == closure.id  # it may have moved away this moment
                    else current
                ),
            )
        return None
