"""A citizen books, and sees what was booked. One screen each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import (
    Answers,
    Cursor,
    Departments,
    DuplicateKey,
    Identities,
    People,
    Randomness,
    Sealing,
    ServiceCatalogue,
    ShownAnswer,
    Terms,
)
from channel_gateway.service import KeyReused
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.citizens.consents import agreed_to, given
from channel_gateway.services.appointment.citizens.own_business import OwnBusiness, for_oneself
from channel_gateway.services.appointment.departments.hearing import Hearing
from channel_gateway.services.appointment.life import booked
from channel_gateway.services.appointment.places.capacity import Capacities
from channel_gateway.services.appointment.places.claims import Claims, Wish
from channel_gateway.services.appointment.prepaid.fee import Fee
from channel_gateway.services.appointment.prepaid.fees import Fees
from channel_gateway.services.appointment.prepaid.prepayment import held, held_until
from channel_gateway.services.appointment.refusals import (
    LimitReached,
    NoAppointments,
    NoSuchAppointment,
    SlotFull,
)
from channel_gateway.services.appointment.rules.marks import noted, written
from channel_gateway.services.appointment.rules.seats import place_named
from channel_gateway.services.appointment.wishes import Wishes

PLACE = "appointments.answers"


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
    policy_version: str | None = None  # of the sentences the citizen saw
    channel: str = ""  # through which it is asked


class Bookings:
    def __init__(
        self,
        appointments: Appointments,
        claims: Claims,
        capacities: Capacities,
        catalogue: ServiceCatalogue,
        fees: Fees,
        *,
        identities: Identities,
        vault: Sealing,
        randomness: Randomness,
        grace: timedelta,
        people: People | None = None,
        departments: Departments | None = None,
    ) -> None:
        self._appointments = appointments
        self._claims = claims
        self._capacities = capacities
        self._catalogue = catalogue
        self._fees = fees
        self._wishes = Wishes(catalogue)
        self._identities = identities
        self._vault = vault
        self._randomness = randomness
        self._grace = grace
        self._own = OwnBusiness(people)
        self._hearing = Hearing(departments, catalogue)

    async def book(self, account: str, wanted: Wanted, now: datetime) -> Appointment:
        """Take a place by one insert; a refusal writes nothing, save where a department refuses.

        Whose account it is is read late: in a rush nearly everybody is refused before.

        Raises `NoAppointments`, `NoSuchHall`, `NoSuchSlot`, `Invalid` (answers), `NotBookable`-s,
        `Banned`, `LimitReached`, `KeyReused`, `ConsentOutdated`, `RealNameNeeded`, `NotForOthers`;
        where a fee is paid beforehand `FeesNotTaken`, `IdentityNotKnown`.
        """
        place = place_named(wanted.service, wanted.hall, wanted.slot)
        was_full = self._claims.was_full(place, now)
        # By account: a call may be repeated when its account has become a person's.
        request_key = self._vault.blind_index(f"{account}\n{wanted.key}", "appointments.request")
        found = await self._asked_before(request_key, wanted)
        if found is not None:
            return found
        if was_full:  # before we looked: a twin of ours with a seat would have been found
            await self._check(wanted)
            raise SlotFull(field="slot")
        wish = await self._wishes.wish(account, wanted.service, wanted.hall, wanted.slot)
        answers = await self._check(wanted)
        terms = await self._catalogue.terms(wanted.service)
        if terms is None:
            raise NoAppointments(field="service")  # given up this very moment
        agreed_to(wanted.policy_version, wanted.consents, terms)
        myself = await self._own.proven(wish.service.rules, account)
        if myself is not None:
            for_oneself(myself, answers, terms)
        fee = await self._fees.owed(wish, answers, account)
        marks = written(wish.service.rules, answers, terms, self._vault)
        wish = replace(wish, person=await self._identities.person(account), marks=marks)
        try:
            await self._claims.allow(wish, now)
            asked = self._asked(wanted)
            drafted = self._draft(wish, request_key, asked, answers, wanted, terms, fee, now)
            hears = await self._hearing.of_service(wanted.service)
            heard = replace(drafted, account=account, department=hears)
            draft = await self._capacities.of(wish.service).begin(heard, wish, now)
            appointment = await self._claims.win(draft, wish, now, self._appointments.add)
        except (SlotFull, LimitReached, DuplicateKey):
            # What is in the way may be our own twin's, of this very moment.
            found = await self._asked_before(request_key, wanted)
            if found is None:
                raise
            return found
        there = await self._claims.still_open(appointment, wish, now)
        there = await self._capacities.of(wish.service).settle(there, wish, now)
        if there.fee is None or there.seat_asked is not None:
            return there
        return await self._fees.ask_at_once(there)

    async def get(self, person: str, id: str) -> Appointment:
        """Raises `NoSuchAppointment` also for somebody else's."""
        appointment = await self._appointments.get(id)
        if appointment.person != person:
            raise NoSuchAppointment(field="appointment_id")
        return appointment

    async def list(
        self, keys: Iterable[str], *, limit: int, after: Cursor | None
    ) -> list[Appointment]:
        """The latest day first; under any of the keys, for a while they may be two."""
        found = [
            each
            for key in keys
            for each in await self._appointments.of_person(key, limit=limit, after=after)
        ]
        return sorted(found, key=lambda each: (each.starts_at, each.id), reverse=True)[:limit]

    async def answers(self, appointment: Appointment) -> tuple[ShownAnswer, ...]:
        """What the citizen answered, masked."""
        return await self._catalogue.shown(appointment.service, self.given(appointment))

    def given(self, appointment: Appointment) -> Answers:
        """What the citizen answered, in the clear."""
        kept = json.loads(self._vault.open(appointment.answers, PLACE))
        return {name: tuple(a) if isinstance(a, list) else a for name, a in kept.items()}

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
        wanted: Wanted,
        terms: Terms,
        fee: Fee | None,
        now: datetime,
    ) -> Appointment:
        id = f"A{beijing_day(now):%Y%m%d}{self._randomness.token(16)}"
        consents = given(id, terms, wanted.consents, answers, channel=wanted.channel, now=now)
        draft = Appointment(
            id=id,
            request_key=request_key,
            asked=asked,
            person=wish.person,
            service=wish.service.code,
            service_name=wish.service.name,
            created_at=now,
            answers=self._vault.seal(json.dumps(answers, ensure_ascii=False), PLACE),
            consents=consents,
            **noted(wish.marks),
            **wish.where,
        )
        if fee is None:
            return booked(draft, now, grace=self._grace)
        hold = timedelta(minutes=wish.service.hold_minutes or 0)
        return held(draft, fee, held_until(draft.starts_at, now, hold), now)
