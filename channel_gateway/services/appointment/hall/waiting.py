"""Those who have checked in and wait: numbered, called in order, each by one window."""

from collections.abc import Callable
from datetime import datetime

from channel_gateway.domain.state_machine import NotNow
from channel_gateway.ports import DuplicateKey
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.hall.tickets import book_of, queued
from channel_gateway.services.appointment.life import called


class Waiting:
    def __init__(self, appointments: Appointments) -> None:
        self._appointments = appointments

    async def check_in(self, id: str, change: Callable[[Appointment], Appointment]) -> Appointment:
        """Check in by the pure `change`; ticket and place come in the same swap.

        Raises `NoSuchAppointment`, and what `change` raises.
        """
        before = await self._appointments.get(id)
        book, number = book_of(before.hall, before.day), 0
        waiting = await self._places(before.hall_day)
        while True:  # each turn, somebody else was given that number of the hall's day
            number = max(number, await self._appointments.last_ticket(book)) + 1

            def swap(current: Appointment, number: int = number) -> Appointment:
                came = change(current)
                if came.state == current.state:  # it waits already
                    return came
                return queued(came, number, waiting)

            try:
                return await self._appointments.change(id, swap)
            except DuplicateKey as taken:
                if taken.index != "ticket_key":
                    raise

    async def call_next(self, queue: str, now: datetime, window: str | None) -> Appointment | None:
        """Call the first who waits; None: nobody does. No two windows get the same one."""

        def swap(current: Appointment) -> Appointment:
            if current.queue != queue:
                raise NotNow("another window was faster")
            return called(current, now, window)

        while waiting := await self._appointments.waiting(queue):
            for each in waiting:
                try:
                    return await self._appointments.change(each.id, swap)
                except NotNow:
                    continue
        return None

    async def before(self, appointment: Appointment) -> int | None:
        """How many are called before this one; None: it does not wait."""
        queue, place = appointment.queue, appointment.queue_place
        if queue is None or place is None:
            return None
        ahead = await self._appointments.waiting(queue, up_to=place)
        return sum((each.queue_place or 0, each.id) < (place, appointment.id) for each in ahead)

    async def _places(self, queue: str) -> list[int]:
        waiting = await self._appointments.waiting(queue)
        return [each.queue_place for each in waiting if each.queue_place is not None]
