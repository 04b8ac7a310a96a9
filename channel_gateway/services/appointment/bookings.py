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
from channel_gateway.services.appointment.fee import Fee
from channel_gateway.services.appointment.fees import Fees
from channel_gateway.services.appointment.life import booked
from channel_gateway.services.appointment.prepayment import held, held_until
from channel_gateway.services.appointment.refusals import (
    LimitReached,
    NoSuchAppointment,
    SlotFull,
)
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
    citizen: str = ""  # of the session: who pays a fee


class Bookings:
    def __init__(
        self,
        appointments: Appointments,
        claims: Claims,
        catalogue: ServiceCatalogue,
        fees: Fees,
        *,
        vault: Sealing,
        randomness: Randomness,
        grace: timedelta,
    ) -> None:
        self._appointments = appointments
        self._claims = claims
        self._catalogue = catalogue
        self._fees = fees
        self._wishes = Wishes(catalogue)
        self._vault = vault
        self._randomness = randomness
        self._grace = grace

    async def book(self, person: str, wanted: Wanted, now: datetime) -> Appointment:
        """Take a place by one insert; a refusal writes nothing.

        Raises `NoAppointments`, `NoSuchHall`, `NoSuchSlot`, `Invalid` (answers), `NotBookable`-s,
        `Banned`, `LimitReached`, `KeyReused`; where a fee is paid beforehand `FeesNotTaken`,
        `IdentityNotKnown`.
        """
        request_key = self._vault.blind_index(f"{person}\n{wanted.key}", "appointments.request")
        asked = self._vault.blind_index(wanted.digest, "appointments.asked")
        found = await self._asked_before(request_key, asked)
        if found is not None:
            return found
        wish = await self._wishes.wish(person, wanted.service, wanted.hall, wanted.slot)
        answers = await self._catalogue.check_answers(
            wanted.service, wanted.answers, wanted.consents
        )
        fee = await self._fees.owed(wish, answers, wanted.citizen)
        try:
            await self._claims.allow(wish, now)
            draft = self._draft(wish, request_key, asked, answers, wanted.consents, fee, now)
            appointment = await self._claims.win(draft, wish, now, self._appointments.add)
        except (SlotFull, LimitReached, DuplicateKey):
            # What is in the way may be our own twin's, of this very moment.
            found = await self._asked_before(request_key, asked)
            if found is None:
                raise
            return found
        appointment = await self._claims.still_open(appointment, wish, now)
        return appointment if fee is None else await self._fees.ask_at_once(appointment)

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

    async def _asked_before(self, request_key: str, asked: str) -> Appointment | None:
        """Raises `KeyReused` when something else was asked with this key."""
        found = await self._appointments.by_request(request_key)
        if found is not None and found.asked != asked:
            raise KeyReused
        return found

    def _draft(
        self,
        wish: Wish,
        request_key: str,
        asked: str,
        answers: Answers,
        consents: tuple[str, ...],
        fee: Fee | None,
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
        if fee is None:
            return booked(draft, now, grace=self._grace)
        hold = timedelta(minutes=wish.service.hold_minutes or 0)
        return held(draft, fee, held_until(draft.starts_at, now, hold), now)
