"""What the worker does for appointments: who did not come, the day's end, a day the hall cancelled.

Each bears being run twice: the changes are pure, and change nothing the second time.
"""

from datetime import datetime
from typing import Any

from channel_gateway.domain.documents import from_document
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change
from channel_gateway.service import Reaction
from channel_gateway.services.appointment.appointment import (
    Appointment,
    State,
    Trigger,
    may_step,
)
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments, read
from channel_gateway.services.appointment.citizens.handing_over import (
    DROP_CONSENTS,
    UNLINK,
    unlinked,
    without_consents,
)
from channel_gateway.services.appointment.hall.closures import CLOSURES, SWEEP, Closure, Closures
from channel_gateway.services.appointment.hall.resting import SERVICE_GONE, Resting
from channel_gateway.services.appointment.life import (
    END_OF_DAY,
    FREE_SEAT,
    NOT_COME,
    cancelled_by_hall,
    day_over,
    not_come,
    seat_freed,
)
from channel_gateway.services.appointment.prepaid.prepayment import withdrawn


class Reactions:
    def __init__(self, appointments: Appointments, closures: Closures, resting: Resting) -> None:
        self._appointments = appointments
        self._closures = closures
        self._resting = resting

    def rows(self) -> list[Reaction]:
        # Only a store that is away can stop these.
        return [
            Reaction(APPOINTMENTS.name, NOT_COME, self.not_come, DAYS_3),
            Reaction(APPOINTMENTS.name, END_OF_DAY, self.day_over, DAYS_3),
            Reaction(APPOINTMENTS.name, FREE_SEAT, self.free_seat, DAYS_3),
            Reaction(APPOINTMENTS.name, UNLINK, self.unlink, DAYS_3),
            Reaction(APPOINTMENTS.name, DROP_CONSENTS, self.drop_consents, DAYS_3),
            Reaction(CLOSURES.name, SWEEP, self.sweep, DAYS_3),
        ]

    async def not_come(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Nobody missed what could not take place."""
        why = await self._resting.why(read(document))
        if why is not None:
            return self._appointments.changing(
                lambda appointment: _could_not_take_place(appointment, why, now)
            )
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
        """Cancel the appointments of a day the hall has closed, save what had ended by then."""
        closure = from_document(Closure, document)
        async for appointment in self._appointments.of_hall_day(closure.id):
            if await self._closures.of(closure.id) is None:  # open again this moment
                return None
            await self._appointments.change(
                appointment.id, lambda current: _swept(current, closure, now)
            )
        return None


def _could_not_take_place(appointment: Appointment, why: str, now: datetime) -> Appointment:
    if not may_step(appointment, Trigger.NOT_COME):
        return appointment
    cancelled = cancelled_by_hall(appointment, why, now)
    # There is nothing to move to any more: what was paid goes back at once.
    return withdrawn(cancelled, now, back=None) if why == SERVICE_GONE else cancelled


def _swept(appointment: Appointment, closure: Closure, now: datetime) -> Appointment:
    """Who waits in the hall is sent away, however long ago the slot ended."""
    elsewhere = appointment.hall_day != closure.id  # it may have moved away this moment
    ended = appointment.ends_at <= closure.closed_at
    if elsewhere or (ended and appointment.state is not State.CHECKED_IN):
        return appointment
    return cancelled_by_hall(appointment, closure.reason, now)
