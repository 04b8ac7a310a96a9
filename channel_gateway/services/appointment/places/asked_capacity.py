"""A department's own numbers: asked with our key, and again with the same one until it is known.

The appointment is written first, so that whatever comes of the question, somebody knows of it. The
question is never asked inside a write.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from channel_gateway.domain.booking import Bookable, Hall
from channel_gateway.domain.errors import (
    Forged,
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
)
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Departments, Document, ServiceCatalogue
from channel_gateway.service import Reaction
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments, read
from channel_gateway.services.appointment.departments.hearing import Hearing
from channel_gateway.services.appointment.places.asked_seat import (
    ASK_SEAT,
    RELEASE_SEAT,
    about_to_ask,
    held,
    refused,
    taken,
    unanswered,
)
from channel_gateway.services.appointment.places.capacity import Left
from channel_gateway.services.appointment.places.claims import Wish
from channel_gateway.services.appointment.places.seats_left import SeatsLeft
from channel_gateway.services.appointment.refusals import (
    DepartmentNotConnected,
    NotBookable,
    SlotFull,
)
from channel_gateway.services.appointment.rules.slots import Slot

# About ten minutes; a citizen waits no longer for a place that may not be there.
ASK_LADDER = (10, 20, 30, 60, 120, 180, 180)
# Should the worker have been away, nothing is taken any more for whom has given up.
ASKED_FOR = timedelta(minutes=11)

_AT_ONCE = 32  # questions about a service at once, of citizens who wait
_WAIT_S = 2.0  # for such a turn; after that the worker asks


class Said(StrEnum):
    TAKEN = "taken"
    FULL = "full"
    CLOSED = "closed"


class AskedCapacity:
    """A `Capacity`. `departments` None: nobody is there to be asked."""

    def __init__(
        self,
        appointments: Appointments,
        departments: Departments | None,
        catalogue: ServiceCatalogue,
    ) -> None:
        self._appointments = appointments
        self._departments = departments
        self._hearing = Hearing(departments, catalogue)
        self._seats_left = SeatsLeft()
        self._turns: dict[str, asyncio.Semaphore] = {}  # by service

    def rows(self) -> list[Reaction]:
        return [
            Reaction(APPOINTMENTS.name, ASK_SEAT, self.ask_again, ASK_LADDER),
            Reaction(APPOINTMENTS.name, RELEASE_SEAT, self.release, DAYS_3),
        ]

    async def why_not(self, service: Bookable) -> NotBookable | None:
        if await self._hearing.of_service(service.code) is None:
            return DepartmentNotConnected(field="service")
        return None

    async def begin(self, draft: Appointment, wish: Wish, now: datetime) -> Appointment:
        refusal = await self.why_not(wish.service)
        if refusal is not None:
            raise refusal
        return held(draft, now)

    async def settle(self, appointment: Appointment, wish: Wish, now: datetime) -> Appointment:
        """Where the department does not answer, the place stays held, and the worker asks on."""
        key = appointment.seat_asked
        if key is None:
            return appointment
        said = await self._said_now(key, appointment)
        if said is None:
            return appointment
        settled = await self._appointments.change(
            appointment.id, lambda current: _settled(current, key, said, now)
        )
        if said is not Said.TAKEN:
            raise _refusal(said)
        return settled

    async def another(self, target: Appointment, now: datetime) -> str | None:
        """The old place is held until the new one is; what is not known is given back."""
        key = ""

        def intend(current: Appointment) -> Appointment:
            nonlocal key
            intending, key = about_to_ask(current, now)
            return intending

        await self._appointments.change(target.id, intend)
        said = await self._said_now(key, target)
        if said is None:
            raise Unavailable("it is unknown whether the department gives the place")
        if said is not Said.TAKEN:
            raise _refusal(said)
        return key

    async def left(
        self, service: Bookable, hall: Hall, slots: Sequence[Slot], now: datetime
    ) -> Left:
        if not slots or await self.why_not(service) is not None:
            return {}
        day = slots[0].day
        found = await self._seats_left.of(
            (service.code, hall.code, day), now, lambda: self._left(service.code, hall.code, day)
        )
        return dict.fromkeys((slot.id for slot in slots), None) if found is None else found

    async def ask_again(self, document: Document, task: Task, now: datetime) -> Change | None:
        """Raises `Unavailable` until the last try, after which the place is let go."""
        appointment, key = read(document), task.detail
        if appointment.seat_asked != key:
            return None
        if now - appointment.created_at > ASKED_FOR:
            return self._appointments.changing(lambda current: unanswered(current, key, now))
        try:
            said = await self._said(key, appointment)
        except Unavailable:
            if task.tries < len(ASK_LADDER):
                raise
            return self._appointments.changing(lambda current: unanswered(current, key, now))
        return self._appointments.changing(lambda current: _settled(current, key, said, now))

    async def release(self, document: Document, task: Task, now: datetime) -> Change | None:
        """Raises `Unavailable` until the department has it back."""
        department = await self._hearing.of(read(document))
        try:
            answer = await self._ask(department, "seat.release", {"key": task.detail})
        except NotFound as nobody:  # it may be back tomorrow, and must have its place then
            raise Unavailable(str(nobody)) from nobody
        if answer.get("released") is not True:
            raise Unavailable("the department did not say that it has the place back")
        return None

    async def _said_now(self, key: str, appointment: Appointment) -> Said | None:
        """Within a citizen's call; None: it is unknown, or too many ask at once."""
        turns = self._turns.setdefault(appointment.service, asyncio.Semaphore(_AT_ONCE))
        try:
            async with asyncio.timeout(_WAIT_S):
                await turns.acquire()
        except TimeoutError:
            return None
        try:
            return await self._said(key, appointment)
        except Unavailable:
            return None
        finally:
            turns.release()

    async def _said(self, key: str, wanted: Appointment) -> Said:
        """Raises `Unavailable`, also where the answer cannot be believed."""
        data = {"key": key, "service": wanted.service, "hall": wanted.hall, "slot": wanted.slot}
        try:
            answer = await self._ask(await self._hearing.of(wanted), "seat.take", data)
        except Refused:
            return Said.CLOSED
        except (Forged, Malformed, NotFound) as doubtful:
            raise Unavailable(f"no answer that can be believed: {doubtful}") from doubtful
        if answer.get("taken") is True:
            return Said.TAKEN
        if answer.get("taken") is not False:
            raise Unavailable("the department's answer says neither yes nor no")
        return Said.FULL if answer.get("reason") == Said.FULL else Said.CLOSED

    async def _left(self, service: str, hall: str, day: date) -> Mapping[str, int] | None:
        try:
            data = {"service": service, "hall": hall, "day": day.isoformat()}
            department = await self._hearing.of_service(service)
            slots = (await self._ask(department, "seats.left", data)).get("slots")
        except GatewayError:
            return None
        if not isinstance(slots, dict) or any(type(each) is not int for each in slots.values()):
            return None
        return {slot: max(0, number) for slot, number in slots.items()}

    async def _ask(self, department: str | None, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Raises as `Departments.ask` does."""
        if self._departments is None or department is None:
            raise NotFound("there is no department to be asked")
        return await self._departments.ask(department, kind, data)


def _settled(current: Appointment, key: str, said: Said, now: datetime) -> Appointment:
    if said is Said.TAKEN:
        return taken(current, key, now)
    return refused(current, key, now, said.value)


def _refusal(said: Said) -> NotBookable:
    return SlotFull(field="slot") if said is Said.FULL else NotBookable(field="slot")
