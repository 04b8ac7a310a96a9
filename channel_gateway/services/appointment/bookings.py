"""A citizen books, and sees what was booked. One screen each."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import (
    Answers,
    Cursor,
    DuplicateKey,
    Randomness,
    Sealing,
    ServiceCatalogue,
    ShownAnswer,
)
from channel_gateway.service import KeyReused
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.claims import Claims, Wish
from channel_gateway.services.appointment.life import booked
from channel_gateway.services.appointment.refusals import (
    LimitReached,
    NoSuchAppointment,
    SlotFull,
)
from channel_gateway.services.appointment.seats import place_named
from channel_gateway.services.appointment.wishes import Wishes

_PLACE = "appointments.answers"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking as it is asked for; who asks again with the same key gets the first answer."""

    key: str
    digest: str  # of all that was asked with this key
    service: str
    hall: str
    slot: str
    answers: Answers
    consents: tuple[str, ...] = ()


class Bookings:
    def __init__(
        self,
        appointments: Appointments,
        claims: Claims,
        catalogue: ServiceCatalogue,
        *,
        vault: Sealing,
        randomness: Randomness,
        grace: timedelta,
    ) -> None:
        self._appointments = appointments
        self._claims = claims
        self._catalogue = catalogue
        self._wishes = Wishes(catalogue)
        self._vault = vault
        self._randomness = randomness
        self._grace = grace

    async def book(self, person: str, wanted: Wanted, now: datetime) -> Appointment:
        """Take a place by one insert; a refusal writes nothing.

        Raises `NoAppointments`, `NoSuchHall`, `NoSuchSlot`, `Invalid` (answers), `NotBookable`-s,
        `Banned`, `LimitReached`, `KeyReused`.
        """
        place = place_named(wanted.service, wanted.hall, wanted.slot)
        was_full = self._claims.was_full(place, now)
        request_key = self._vault.blind_index(f"{person}\n{wanted.key}", "appointments.request")
        found = await self._asked_before(request_key, wanted)
        if found is not None:
            return found
        if was_full:  # before we looked: a twin of ours with a seat would have been found
            await self._check(wanted)
            raise SlotFull(field="slot")
        wish = await self._wishes.wish(person, wanted.service, wanted.hall, wanted.slot)
        answers = await self._check(wanted)
        try:
            await self._claims.allow(wish, now)
            asked = self._asked(wanted)
            draft = self._draft(wish, request_key, asked, answers, wanted.consents, now)
            appointment = await self._claims.win(draft, wish, now, self._appointments.add)
        except (SlotFull, LimitReached, DuplicateKey):
            # What is in the way may be our own twin's, of this very moment.
            found = await self._asked_before(request_key, wanted)
            if found is None:
                raise
            return found
        return await self._claims.still_open(appointment, wish, now)

    async def get(self, person: str, id: str) -> Appointment:
        """Raises `NoSuchAppointment` also for somebody else's."""
        appointment = await self._appointments.get(id)
        if appointment.person != person:
            raise NoSuchAppointment(field="appointment_id")
        return appointment

    async def list(self, person: str, *, limit: int, after: Cursor | None) -> list[Appointment]:
        """The latest day first."""
        return await self._appointments.of_person(person, limit=limit, after=after)

    async def answers(self, appointment: Appointment) -> tuple[ShownAnswer, ...]:
        """What the citizen answered, masked."""
        kept = json.loads(self._vault.open(appointment.answers, _PLACE))
        answers = {name: tuple(a) if isinstance(a, list) else a for name, a in kept.items()}
        return await self._catalogue.shown(appointment.service, answers)

    async def _asked_before(self, request_key: str, wanted: Wanted) -> Appointment | None:
        """Raises `KeyReused` when something else was asked with this key."""
        found = await self._appointments.by_request(request_key)
        if found is not None and found.asked != self._asked(wanted):
            raise KeyReused
        return found

    async def _check(self, wanted: Wanted) -> Answers:
        """The answers as they are to be kept. Raises `Invalid`."""
        return await self._catalogue.check_answers(wanted.service, wanted.answers, wanted.consents)

    def _asked(self, wanted: Wanted) -> str:
        return self._vault.blind_index(wanted.digest, "appointments.asked")

    def _draft(
        self,
        wish: Wish,
        request_key: str,
        asked: str,
        answers: Answers,
        consents: tuple[str, ...],
        now: datetime,
    ) -> Appointment:
        draft = Appointment(
            id=f"A{beijing_day(now):%Y%m%d}{self._randomness.token(16)}",
            request_key=request_key,
            asked=asked,
            person=wish.person,
            service=wish.service.code,
            service_name=wish.service.name,
            created_at=now,
            answers=self._vault.seal(json.dumps(answers, ensure_ascii=False), _PLACE),
            consents=consents,
            **wish.where,
        )
        return booked(draft, now, grace=self._grace)
