"""What was booked before the proof becomes the person's on every store; what exists is not lost."""

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from channel_gateway.domain.booking import Ban
from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Store, StoreUnavailable
from channel_gateway.service import Session
from channel_gateway.services.appointment.appointment import Appointment, Trigger
from channel_gateway.services.appointment.citizens.consents import GivenConsent
from channel_gateway.services.appointment.citizens.person import Persons
from channel_gateway.services.appointment.citizens.personal_data import KeptAppointments
from channel_gateway.services.appointment.life import at_hall
from channel_gateway.services.appointment.refusals import Banned, LimitReached, SlotFull
from channel_gateway.services.appointment.rules import subjects
from channel_gateway.services.appointment.rules.quotas import FIELDS
from channel_gateway.services.appointment.rules.subjects import Counted
from channel_gateway.vault import Vault
from channel_gateway.world import SystemRandomness
from tests.contracts.appointment.office import NOW, TUESDAY, Office, office
from tests.unit.payment.fakes import KnownIdentities

WECHAT, ALIPAY, PERSON = "a" * 32, "b" * 32, "f" * 32
NINE, TEN = f"{TUESDAY}T09:00", f"{TUESDAY}T10:00"
TICKET = {"most_of_this_a_day": 4}


@dataclass
class PlayedDepartments:
    told: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def connected(self, department: str) -> bool:
        return department == "hall"

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        self.told.append((event_id, kind, data["appointment_ids"]))

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        return {}


def keeper_of(at: Office, departments: PlayedDepartments | None = None) -> KeptAppointments:
    vault = Vault({"1": b"k" * 32}, b"i" * 32, SystemRandomness())
    return KeptAppointments(at.appointments, at.catalogue, vault, departments)


def keys_of(appointment: Appointment) -> list[str]:
    keys = (getattr(appointment, field) for field in (*FIELDS, "cancel_key"))
    return [key for key in keys if key]


async def of(at: Office, person: str) -> list[Appointment]:
    return await at.appointments.of_person(person, limit=50, after=None)


async def test_limits_count_over_both_accounts_once_they_are_one_persons(store: Store) -> None:
    at = office(store, most_a_day=1)
    await at.book(WECHAT, NINE)
    await keeper_of(at).adopt(WECHAT, PERSON, NOW)
    with pytest.raises(LimitReached):
        await at.book(PERSON, TEN)


async def test_until_it_is_adopted_its_owner_sees_it_all_the_same(store: Store) -> None:
    identities = KnownIdentities()
    at, session = office(store), Session("s", "wechat", "wx1", WECHAT, NOW, NOW)
    persons = Persons(identities, at.appointments)
    before = await at.book(WECHAT, NINE)
    identities.persons[WECHAT] = PERSON
    after = await at.book(PERSON, TEN)

    keys = await persons.keys(session)
    listed = await at.bookings.list(keys, limit=20, after=None)
    assert [each.id for each in listed] == [after.id, before.id]
    assert [each.id for each in await at.bookings.list(keys, limit=1, after=None)] == [after.id]
    assert await persons.holding(session, before.id) == WECHAT
    assert await persons.holding(session, after.id) == PERSON
    assert await persons.holding(session, "nothing") == PERSON

    await keeper_of(at).adopt(WECHAT, PERSON, NOW)
    assert await persons.holding(session, before.id) == PERSON


class CountedIdentities(KnownIdentities):
    asked = 0

    async def person(self, citizen: str) -> str:
        self.asked += 1
        return await super().person(citizen)


async def test_what_a_proven_account_books_is_the_persons(store: Store) -> None:
    at = office(store, identities=KnownIdentities({WECHAT: PERSON, ALIPAY: PERSON}), most_a_day=1)
    booked = await at.book(WECHAT, NINE)
    assert (booked.person, booked.account) == (PERSON, WECHAT)
    assert (await at.book(WECHAT, NINE)).id == booked.id  # the same call again
    with pytest.raises(LimitReached):
        await at.book(ALIPAY, TEN)


async def test_in_a_rush_nobody_is_looked_up_to_hear_that_it_is_full(store: Store) -> None:
    identities = CountedIdentities()
    at = office(store, windows=1, identities=identities)
    await at.book(WECHAT, NINE)
    for number in range(5):
        with pytest.raises(SlotFull):
            await at.book(f"citizen-{number}", NINE)
    assert identities.asked == 2  # of the winner, and of who first saw that it is full


async def test_a_share_that_is_taken_already_costs_nobody_an_appointment(store: Store) -> None:
    at = office(store, most_a_day=1, **TICKET)
    first = await at.book(WECHAT, NINE)
    second = await at.book(ALIPAY, NINE)
    keeper = keeper_of(at)
    for account in (WECHAT, ALIPAY):
        await keeper.adopt(account, PERSON, NOW)
    held = await of(at, PERSON)
    assert {each.id for each in held} == {first.id, second.id}
    keys = [key for each in held for key in keys_of(each)]
    assert len(keys) == len(set(keys)) == 2 * 5
    assert all(key.startswith(f"{PERSON}|") for key in keys)
    with pytest.raises(LimitReached):
        await at.book(PERSON, TEN)


async def test_cancelled_and_missed_ones_count_for_the_person_too(store: Store) -> None:
    at = office(store)
    cancelled = await at.book(WECHAT, NINE)
    await at.changes.cancel(WECHAT, cancelled.id, NOW)
    missed = await at.book(WECHAT, TEN)
    at.clock.move(seconds=timedelta(days=2).total_seconds())
    await at.work()
    await keeper_of(at).adopt(WECHAT, PERSON, at.clock.now())
    assert (await at.appointments.get(cancelled.id)).cancel_key == f"{PERSON}|2026-03|0"
    assert (await at.appointments.get(missed.id)).no_show_of == f"{PERSON}|GA-HZ-01"
    assert (
        len(await at.appointments.no_shows(Counted(subjects.PERSON, PERSON), "GA-HZ-01", NOW)) == 1
    )


async def test_two_accounts_adopted_at_once_lose_nothing(store: Store) -> None:
    at = office(store, **TICKET)
    slots = [f"{TUESDAY}T{hour:02}:{minute}" for hour in (9, 10) for minute in ("00", "30")]
    for account, slot in itertools.product((WECHAT, ALIPAY), slots):
        await at.book(account, slot)
    keeper = keeper_of(at)
    await asyncio.gather(
        *(keeper.adopt(account, PERSON, NOW) for account in (WECHAT, ALIPAY, WECHAT, ALIPAY))
    )
    held = await of(at, PERSON)
    keys = [key for each in held for key in keys_of(each)]
    assert len(held) == 8
    assert len(keys) == len(set(keys))
    assert await of(at, WECHAT) == await of(at, ALIPAY) == []


class Killed:
    """A store whose process dies before its nth swap."""

    def __init__(self, store: Store, swaps: int) -> None:
        self._store = store
        self._left = swaps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def mutate(self, *given: Any) -> Any:
        if not self._left:
            raise StoreUnavailable
        self._left -= 1
        return await self._store.mutate(*given)


@pytest.mark.parametrize("swaps", range(4))
async def test_adopting_that_was_killed_is_finished_by_doing_it_again(
    store: Store, swaps: int
) -> None:
    slots = (NINE, TEN, f"{TUESDAY}T11:00")
    at = office(store)
    booked = [await at.book(WECHAT, slot) for slot in slots]
    dying = keeper_of(office(Killed(store, swaps)))  # type: ignore[arg-type]
    if swaps < len(slots):
        with pytest.raises(StoreUnavailable):
            await dying.adopt(WECHAT, PERSON, NOW)
    keeper = keeper_of(at)
    for _ in range(2):
        await keeper.adopt(WECHAT, PERSON, NOW)
        assert {each.id for each in await of(at, PERSON)} == {each.id for each in booked}
        assert await of(at, WECHAT) == []


async def test_who_is_forgotten_is_still_bound_by_limits_until_they_have_passed(
    store: Store,
) -> None:
    at = office(store, most_a_day=1)
    gone = await served(at)
    keeper = keeper_of(at)
    assert await keeper.open_matters(WECHAT) == []
    for _ in range(2):
        await keeper.erase(WECHAT, at.clock.now())
    assert await of(at, WECHAT) == []
    with pytest.raises(LimitReached):
        await at.book(WECHAT, TEN)
    at.clock.move(seconds=timedelta(days=40).total_seconds())
    await at.work()
    left = await at.appointments.get(gone.id)
    assert (keys_of(left), left.person) == ([], "erased")


async def test_that_there_was_a_consent_is_known_for_three_years(store: Store) -> None:
    at = office(store)
    gone = await served(at)
    consent = GivenConsent("C1", "courier", "同意", "1", "wechat", NOW, "事项")
    await at.appointments.change(gone.id, lambda known: replace(known, consents=(consent,)))
    await keeper_of(at).erase(WECHAT, at.clock.now())
    for days in (40, 3 * 365 - 40):
        at.clock.move(seconds=timedelta(days=days).total_seconds())
        await at.work()
        kept = await at.appointments.get(gone.id)
        assert (keys_of(kept), kept.person, kept.consents) == ([], f"erased|{WECHAT}", (consent,))
    at.clock.move(seconds=timedelta(days=2).total_seconds())
    await at.work()
    left = await at.appointments.get(gone.id)
    assert (left.person, left.consents) == ("erased", ())


async def test_who_proves_the_name_again_is_still_banned(store: Store) -> None:
    ban = Ban(times=1, within_days=90, lasts_days=90)
    at = office(store, no_shows=ban)
    await at.book(PERSON, TEN)
    at.clock.move(seconds=timedelta(days=2).total_seconds())
    await at.work()
    await keeper_of(at).erase(PERSON, at.clock.now())
    later = f"{beijing_day(at.clock.now()) + timedelta(days=1)}T10:00"
    with pytest.raises(Banned):
        await at.book(PERSON, later)


async def test_a_connected_department_is_told_whose_answers_are_gone(store: Store) -> None:
    at, departments = office(store), PlayedDepartments()
    gone = await served(at)
    ahead = await at.book(WECHAT, TEN)
    keeper = keeper_of(at, departments)
    for _ in range(2):
        await keeper.erase(WECHAT, NOW)
    assert departments.told == [(f"{gone.id}-erased", "data.erased", [gone.id])]
    assert [each.id for each in await of(at, WECHAT)] == [ahead.id]  # that must end first


async def served(at: Office) -> Appointment:
    booked = await at.book(WECHAT, NINE)
    for verb in ("check_in", "call", "finish"):
        booked = await at.appointments.change(booked.id, _done(verb, at))
    return booked


def _done(verb: str, at: Office) -> Any:

    return lambda current: at_hall(current, Trigger(verb), at.clock.now())
