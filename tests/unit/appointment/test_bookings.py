"""Booking, on a store in memory that counts what is written."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from channel_gateway.domain.booking import Ban
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import Change, Document
from channel_gateway.service import KeyReused
from channel_gateway.services.appointment.appointment import State, Trigger
from channel_gateway.services.appointment.bookings import Wanted
from channel_gateway.services.appointment.refusals import (
    Banned,
    BookingOver,
    HallClosed,
    LimitReached,
    NotOnThatDay,
    NotReleased,
    SlotFull,
)
from channel_gateway.store.memory import MemoryStore
from tests.contracts.appointment.office import (
    COLLECTIONS,
    GRACE,
    MONDAY,
    MORNING,
    NOW,
    TUESDAY,
    Office,
    office,
)
from tests.unit.appointment.samples import at


class CountingStore(MemoryStore):
    """Counts every call that could write, also one that came to nothing, and what is looked for."""

    writes = 0
    asked: Counter[str]

    async def find(self, collection: str, **which: Any) -> list[Document]:
        self.asked.update(which["equal"].keys())
        return await super().find(collection, **which)

    async def insert(self, collection: str, document: Document) -> Document:
        self.writes += 1
        return await super().insert(collection, document)

    async def replace(self, collection: str, document: Document, *, version: int) -> Document:
        self.writes += 1
        return await super().replace(collection, document, version=version)

    async def mutate(self, collection: str, id: str, change: Change) -> Document:
        self.writes += 1
        return await super().mutate(collection, id, change)


@pytest.fixture
async def store() -> AsyncIterator[CountingStore]:
    store = CountingStore(COLLECTIONS)
    store.asked = Counter()
    await store.open()
    yield store
    await store.close()


async def refused(
    there: Office, kind: type[GatewayError], person: str = "late", **asked: Any
) -> Any:
    with pytest.raises(kind) as refusal:
        await there.book(person, **asked)
    return refusal.value


async def test_a_booking_is_one_write(store: CountingStore) -> None:
    await office(store).book("one")

    assert store.writes == 1


async def test_a_phone_that_counts_is_two_looks_more_and_no_write(store: CountingStore) -> None:
    ban = Ban(times=2, within_days=31, lasts_days=30)
    await office(store, no_shows=ban).book("one", phone="13900139000")
    assert store.asked == {"person": 1, "no_show_of": 1}

    await office(store, no_shows=ban, phone_counts=True).book("two", phone="13900139000")
    more = {"phone_index": 1, "phone_no_show_of": 1}
    assert store.asked == {"person": 2, "no_show_of": 2} | more
    assert store.writes == 2


async def test_a_refusal_writes_nothing_whatever_its_reason(store: CountingStore) -> None:
    there = office(store, windows=1, most_a_day=1, lead_workdays=1)
    await there.book("one")
    before = store.writes

    await refused(there, SlotFull)
    await refused(there, LimitReached, "one", slot=f"{TUESDAY}T10:00")
    await refused(there, NotReleased, slot=f"{MONDAY + timedelta(days=21)}T10:00")
    await refused(there, BookingOver, slot=f"{MONDAY}T11:00")

    assert store.writes == before


async def test_the_last_second_of_the_day_before_books_and_the_next_does_not(
    store: CountingStore,
) -> None:
    there = office(store, lead_workdays=1)

    await refused(there, BookingOver, now=at(TUESDAY, "00:00:00"))
    booked = await there.book("one", now=at(MONDAY, "23:59:59"))

    assert booked.day == TUESDAY


async def test_a_key_that_comes_with_another_wish_is_refused(store: CountingStore) -> None:
    there = office(store)
    await there.book("one", key="a tap")

    await refused(there, KeyReused, "one", slot=f"{TUESDAY}T10:00", key="a tap")
    await there.book("another", key="a tap")  # whose key is another one


async def test_answers_are_sealed_where_they_lie(store: CountingStore) -> None:
    there = office(store)
    wanted = Wanted("k", "d", "GA-HZ-01", "center", MORNING, {"phone": "13800138000"})
    booked = await there.bookings.book("one", wanted, NOW)

    assert "13800138000" not in str(await store.get("appointments", booked.id))


async def test_who_missed_too_many_is_told_until_when_and_then_may_book(
    store: CountingStore,
) -> None:
    there = office(store, no_shows=Ban(times=1, within_days=31, lasts_days=7))
    missed = await there.book("one")
    there.clock.move(seconds=(missed.ends_at + GRACE - there.clock.now()).total_seconds())
    await there.work()
    assert (await there.appointments.get(missed.id)).state is State.NO_SHOW

    ban = await refused(there, Banned, "one", slot=f"{TUESDAY + timedelta(days=1)}T10:00")
    assert ban.extra["until"] == missed.ends_at + timedelta(days=7)

    there.clock.move(seconds=(ban.extra["until"] - there.clock.now()).total_seconds())
    await there.book("one", f"{TUESDAY + timedelta(days=8)}T10:00")


async def test_who_checked_in_has_not_missed_and_the_day_ends_well(store: CountingStore) -> None:
    there = office(store)
    booked = await there.book("one")
    with pytest.raises(NotOnThatDay):
        await there.halls.tell(booked.id, Trigger.CHECK_IN, NOW)

    await there.halls.tell(booked.id, Trigger.CHECK_IN, at(TUESDAY, "08:55"))
    there.clock.move(days=2)
    await there.work()

    ended = await there.appointments.get(booked.id)
    assert (ended.state, ended.due) == (State.DONE, None)


async def test_a_day_the_hall_cancels_is_told_and_another_slot_can_be_taken(
    store: CountingStore,
) -> None:
    there = office(store, most_of_this=1)
    booked = await there.book("one")

    await there.halls.close("GA-HZ-01", "center", TUESDAY, "停电", NOW)
    await there.work()
    await refused(there, HallClosed)
    told = await there.bookings.get("one", booked.id)
    assert (told.state, told.reason) == (State.CANCELLED_BY_HALL, "停电")

    wednesday = f"{TUESDAY + timedelta(days=1)}T09:00"
    moved = await there.changes.reschedule("one", booked.id, hall="center", slot=wednesday, now=NOW)
    assert (moved.state, moved.slot, moved.reschedules) == (State.CONFIRMED, wednesday, 0)


async def test_what_is_left_is_said_slot_by_slot(store: CountingStore) -> None:
    there = office(store, windows=2, lead_workdays=1)
    await there.book("one")
    await there.book("other")
    await there.book("one", f"{TUESDAY}T09:30")

    found = await there.availability.of("GA-HZ-01", "center", None, NOW)

    assert found.day == TUESDAY
    assert [opening.left for opening in found.slots][:3] == [0, 1, 2]
    assert isinstance(found.slots[0].why_not, SlotFull)
    assert found.slots[1].why_not is None
    assert isinstance(found.days[0].why_not, BookingOver)


async def test_moving_frees_the_old_place_and_takes_the_new_one(store: CountingStore) -> None:
    there = office(store, windows=1, most_a_day=1)
    booked = await there.book("one")

    later = f"{TUESDAY}T10:00"
    await there.changes.reschedule("one", booked.id, hall="center", slot=later, now=NOW)

    assert (await there.held(MORNING), len(await there.held(later))) == (set(), 1)
    await there.book("other")
