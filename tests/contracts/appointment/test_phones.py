"""A phone that counts, on every engine: its limits hold whoever writes it, and at once."""

from datetime import timedelta

import pytest

from channel_gateway.domain.booking import Ban
from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import State
from channel_gateway.services.appointment.citizens.personal_data import KeptAppointments
from channel_gateway.services.appointment.refusals import Banned, CancelsSpent, LimitReached
from channel_gateway.services.appointment.rules.subjects import PHONE as MARK
from channel_gateway.vault import Vault
from channel_gateway.world import SystemRandomness
from tests.contracts.appointment.office import NOW, TUESDAY, Office, office
from tests.contracts.appointment.test_rush import all_at_once

PHONE = "13900139000"
DAY = timedelta(days=1)
LATER = f"{TUESDAY}T10:00"
TIMES = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "13:30", "14:00")
KEPT = ("phone_index", *MARK.ruled, "phone_cancel_key", "phone_no_show_of")


def keeper_of(there: Office) -> KeptAppointments:
    vault = Vault({"1": b"k" * 32}, b"i" * 32, SystemRandomness())
    return KeptAppointments(there.appointments, there.catalogue, vault, None)


async def test_two_persons_with_one_phone_at_once_have_what_one_may(store: Store) -> None:
    there = office(store, phone_counts=True, most_a_day=3)

    booked, refused = await all_at_once(
        there.book(who, f"{TUESDAY}T{time}", phone=PHONE) for time in TIMES for who in ("a", "b")
    )

    assert (len(booked), refused.keys()) == (3, {LimitReached})
    assert len({each.phone_day for each in booked}) == 3


async def test_a_limit_of_the_phone_is_counted_by_what_it_has_and_not_by_free_numbers(
    store: Store,
) -> None:
    there = office(store, phone_counts=True, most_a_day=3)
    first, *_ = [
        await there.book(who, f"{TUESDAY}T{time}", phone=PHONE)
        for who, time in zip("abc", TIMES, strict=False)
    ]
    await there.changes.cancel("a", first.id, NOW)

    with pytest.raises(LimitReached):
        await office(store, phone_counts=True, most_a_day=2).book("d", LATER, phone=PHONE)
    await there.book("d", LATER, phone=PHONE)


async def test_of_cancellations_with_one_phone_at_once_no_more_count_than_may(
    store: Store,
) -> None:
    there = office(store, phone_counts=True, cancels_a_month=2)
    booked = [await there.book(f"person {n}", phone=PHONE) for n in range(5)]

    gone, refused = await all_at_once(
        there.changes.cancel(each.person, each.id, NOW) for each in booked
    )

    assert (len(gone), refused) == (2, {CancelsSpent: 3})
    kept = [await there.appointments.get(each.id) for each in gone]
    assert {each.cancel_key for each in kept} == {f"{each.person}|2026-03|0" for each in kept}
    assert len({each.phone_cancel_key for each in kept}) == 2


async def test_what_is_cancelled_or_moved_frees_the_phones_day(store: Store) -> None:
    there = office(store, phone_counts=True, most_a_day=1)
    first = await there.book("one", phone=PHONE)
    wednesday = f"{TUESDAY + timedelta(days=1)}T09:00"

    await there.changes.reschedule("one", first.id, hall="center", slot=wednesday, now=NOW)
    second = await there.book("two", phone=PHONE)
    with pytest.raises(LimitReached):
        await there.book("three", wednesday, phone=PHONE)

    await there.changes.cancel("two", second.id, NOW)
    await there.book("three", phone=PHONE)


async def test_no_shows_of_one_phone_stop_whoever_writes_it(store: Store) -> None:
    two_missed = Ban(times=2, within_days=31, lasts_days=30)
    there = office(store, phone_counts=True, no_shows=two_missed)
    for who in ("one", "two"):
        await there.book(who, phone=PHONE)
    there.clock.move(days=2)
    await there.work()

    friday = f"{TUESDAY + timedelta(days=3)}T09:00"
    with pytest.raises(Banned, match="Too many"):
        await there.book("three", friday, phone=PHONE)
    await there.book("one", friday, phone="13700137000")


async def test_who_cancelled_too_often_is_stopped_though_they_are_forgotten(store: Store) -> None:
    two_cancelled = Ban(times=2, within_days=31, lasts_days=30)
    there = office(store, phone_counts=True, cancels=two_cancelled)
    for who in ("one", "two"):
        gone = await there.book(who, phone=PHONE)
        await there.changes.cancel(who, gone.id, NOW)
        await keeper_of(there).erase(who, NOW)

    with pytest.raises(Banned) as refused:
        await there.book("three", LATER, phone=PHONE)
    assert (refused.value.until, "取消" in (refused.value.zh or "")) == (NOW + 30 * DAY, True)
    await there.book("three", LATER, phone="13700137000")


async def test_a_proof_leaves_the_phones_keys_as_they_are(store: Store) -> None:
    there = office(store, phone_counts=True, most_a_day=2, most_of_this=2)
    before = await there.book("account", phone=PHONE)
    await there.book("another", LATER, phone=PHONE)

    await keeper_of(there).adopt("account", "person", NOW)

    after = await there.appointments.get(before.id)
    assert after.person == "person"
    assert [getattr(after, name) for name in KEPT] == [getattr(before, name) for name in KEPT]
    with pytest.raises(LimitReached):
        await there.book("third", f"{TUESDAY}T11:00", phone=PHONE)


async def test_a_phone_is_bound_after_its_person_is_forgotten_until_that_has_passed(
    store: Store,
) -> None:
    two_missed = Ban(times=1, within_days=31, lasts_days=7)
    there = office(store, phone_counts=True, most_a_week=1, no_shows=two_missed)
    gone = await there.book("one", phone=PHONE)
    there.clock.move(days=2)
    await there.work()

    await keeper_of(there).erase("one", there.clock.now())
    with pytest.raises(Banned):
        await there.book("two", f"{TUESDAY + timedelta(days=3)}T09:00", phone=PHONE)

    there.clock.move(days=60)
    await there.work()
    left = await there.appointments.get(gone.id)
    assert (left.state, {getattr(left, name) for name in KEPT}) == (State.NO_SHOW, {None})


async def test_where_no_phone_counts_nothing_of_it_is_kept(store: Store) -> None:
    there = office(store, most_a_day=1)
    booked = await there.book("one", phone=PHONE)
    await there.book("two", phone=PHONE)

    kept = await store.get("appointments", booked.id)
    assert kept is not None
    assert not [name for name in kept if name.startswith("phone")]


async def test_a_rule_that_is_given_up_counts_no_phone_of_what_was_booked(store: Store) -> None:
    there = office(store, phone_counts=True, most_a_day=1)
    first = await there.book("one", phone=PHONE)

    later = office(store, most_a_day=1, cancels_a_month=1)
    moved = await later.changes.reschedule("one", first.id, hall=None, slot=LATER, now=NOW)
    assert {getattr(moved, name) for name in MARK.ruled} == {None}
    gone = await later.changes.cancel("one", first.id, NOW)
    assert (gone.state, gone.phone_cancel_key) == (State.CANCELLED_BY_CITIZEN, None)
    await there.book("two", phone=PHONE)
