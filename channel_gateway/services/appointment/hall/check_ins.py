"""A citizen shows a code, and the hall's scanner takes it once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channel_gateway.ports import Randomness, Sealing
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.bookings import Bookings
from channel_gateway.services.appointment.hall.check_in import (
    CheckInWindow,
    check_in_window,
    scanned,
    to_check_in,
)
from channel_gateway.services.appointment.hall.check_in_code import new_code, read_code, write_code
from channel_gateway.services.appointment.hall.waiting import Waiting
from channel_gateway.services.appointment.wishes import Wishes

_PLACE = "appointments.check_in_code"


@dataclass(frozen=True, slots=True)
class Shown:
    """A code to be shown, until when, and when the scanner takes it."""

    text: str
    expires_at: datetime
    window: CheckInWindow


class CheckIns:
    def __init__(
        self,
        bookings: Bookings,
        appointments: Appointments,
        waiting: Waiting,
        wishes: Wishes,
        *,
        vault: Sealing,
        randomness: Randomness,
        grace: timedelta,
    ) -> None:
        self._bookings = bookings
        self._appointments = appointments
        self._waiting = waiting
        self._wishes = wishes
        self._vault = vault
        self._randomness = randomness
        self._grace = grace

    async def code(self, person: str, id: str, now: datetime) -> Shown:
        """A new code; nothing is written.

        Raises `NoSuchAppointment`, `CheckedInAlready`, `AppointmentOver`, `CheckInTooLate`.
        """
        appointment = await self._bookings.get(person, id)
        rules = await self._wishes.rules(appointment.service)
        window = check_in_window(appointment, rules, self._grace)
        to_check_in(appointment, window, now)
        code = new_code(id, self._randomness.token(16), now)
        return Shown(write_code(code, self._mac), code.expires_at, window)

    async def scan(self, text: str, hall: str, now: datetime) -> Appointment:
        """Check in by a code, which is used up in the same swap.

        Raises `CodeWrong`, `CodeStale`, `NoSuchAppointment` and what `scanned` raises.
        """
        code = read_code(text, self._mac, now)
        appointment = await self._appointments.get(code.appointment_id)
        rules = await self._wishes.rules(appointment.service)
        return await self._waiting.check_in(
            appointment.id, lambda current: scanned(current, code, hall, rules, self._grace, now)
        )

    def _mac(self, signed: str) -> str:
        return self._vault.blind_index(signed, _PLACE)
