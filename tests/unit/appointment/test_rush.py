"""What a process remembers in a rush: who is refused without a look, and who looks for all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.booking import Returned
from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Document
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.places.dealing import Dealing
from channel_gateway.services.appointment.places.shared_look import SHARED, SharedLook
from channel_gateway.services.appointment.places.sold_out import REMEMBERED, SoldOut
from channel_gateway.services.appointment.refusals import BookingOver, LimitReached, SlotFull
from channel_gateway.store.memory import MemoryStore
from tests.contracts.appointment.office import COLLECTIONS, MORNING, NOW, TUESDAY, Office, office
from tests.unit.appointment.samples import at

LATER = f"{TUESDAY}T10:00"
MOMENT = timedelta(milliseconds=1)
LATEST = NOW + timedelta(days=1)


class WatchedStore(MemoryStore):
    """Counts what is read, and what is written or tried."""

    def __init__(self) -> None:
        super().__init__(COLLECTIONS)
        self.asked: Counter[str] = Counter()
        self.turns_to_insert = 0  # of the loop, before anything happens

    async def insert(self, collection: str, document: Document) -> Document:
        self.asked["insert"] += 1
        for _ in range(self.turns_to_insert):
            await asyncio.sleep(0)
        return await super().insert(collection, document)

    async def get(self, collection: str, id: str) -> Document | None:
        self.asked["get"] += 1
        return await super().get(collection, id)

    async def get_by(self, collection: str, unique_field: str, key: str) -> Document | None:
        self.asked["get_by"] += 1
        return await super().get_by(collection, unique_field, key)

    async def find(self, collection: str, **which: Any) -> list[Document]:
        self.asked["find"] += 1
        return await super().find(collection, **which)

    async def count(self, collection: str, *, equal: dict[str, Any], cap: int) -> int:
        self.asked["count"] += 1
        return await super().count(collection, equal=equal, cap=cap)


@pytest.fixture
async def store() -> AsyncIterator[WatchedStore]:
    store = WatchedStore()
    await store.open()
    yield store
    await store.close()


async def refused(there: Office, person: str, **asked: Any) -> None:
    with pytest.raises(SlotFull):
        await there.book(person, **asked)


async def test_who_comes_when_it_is_known_to_be_full_asks_for_a_twin_and_nothing_else(
    store: WatchedStore,
) -> None:
    there = office(store, windows=1)
    await there.book("one")
    await refused(there, "two")
    store.asked.clear()

    await refused(there, "three")

    assert store.asked == {"get_by": 1}


async def test_after_a_second_one_looks_again(store: WatchedStore) -> None:
    there = office(store, windows=1)
    await there.book("one")
    await refused(there, "two")
    there.clock.move(seconds=REMEMBERED.total_seconds())
    store.asked.clear()

    await refused(there, "three")

    assert store.asked["count"] == 1


async def test_a_slot_whose_last_seats_are_held_back_is_known_to_be_full_too(
    store: WatchedStore,
) -> None:
    there = office(store, windows=1, returned=Returned.AT_RANDOM)
    left = await there.book("one")
    await there.changes.cancel("one", left.id, NOW)
    await refused(there, "two")
    store.asked.clear()

    await refused(there, "three")

    assert store.asked == {"get_by": 1}


async def test_of_many_at_once_on_a_full_slot_one_looks_for_all(store: WatchedStore) -> None:
    there = office(store, windows=5)
    await asyncio.gather(*(there.book(f"first {n}") for n in range(5)))
    there.clock.move(seconds=2)
    store.asked.clear()

    await asyncio.gather(*(refused(there, f"late {n}") for n in range(100)))

    assert store.asked["count"] == 1
    assert store.asked["find"] == 0


async def test_of_those_who_come_at_once_nobody_wants_the_seat_of_another(
    store: WatchedStore,
) -> None:
    there = office(store, windows=50)

    await asyncio.gather(*(there.book(f"person {n}") for n in range(50)))

    assert store.asked["insert"] == 50


async def test_who_writes_what_the_form_does_not_take_is_told_so_though_it_is_full(
    store: WatchedStore,
) -> None:
    there = office(store, windows=1)
    await there.book("one")
    await refused(there, "two")
    there.catalogue.trouble = Invalid(field="answers.phone")

    with pytest.raises(Invalid):
        await there.book("three")


async def test_what_is_known_of_the_seats_hides_no_better_reason(store: WatchedStore) -> None:
    there = office(store, windows=1)
    just_before = at(TUESDAY, "09:00:00") - MOMENT
    await there.book("one", now=just_before)
    await refused(there, "two", now=just_before)

    with pytest.raises(BookingOver):
        await there.book("three", MORNING, now=at(TUESDAY, "09:00:00"))


def test_a_look_during_which_a_seat_came_back_is_not_remembered() -> None:
    sold_out = SoldOut()
    before = sold_out.returns
    sold_out.forget("place")

    sold_out.remember("place", NOW, before, LATEST)

    assert not sold_out.knows("place", NOW)


@pytest.mark.parametrize(
    ("after", "known"),
    [(timedelta(), True), (REMEMBERED - MOMENT, True), (REMEMBERED, False), (-REMEMBERED, False)],
)
def test_what_was_seen_is_known_for_a_second_also_when_the_clock_goes_back(
    after: timedelta, known: bool
) -> None:
    sold_out = SoldOut()
    sold_out.remember("place", NOW, sold_out.returns, LATEST)

    assert sold_out.knows("place", NOW + after) is known
    assert not sold_out.knows("another place", NOW)


def test_more_slots_than_can_be_remembered_are_forgotten_not_kept() -> None:
    sold_out, dealing = SoldOut(), Dealing()
    for number in range(10_001):
        sold_out.remember(f"place {number}", NOW, 0, LATEST)
        seat = dealing.next_seat(f"place {number}", 1, 0)
        assert seat is not None
        dealing.settle(f"place {number}", seat, taken=True)

    assert not sold_out.knows("place 0", NOW)
    assert sold_out.knows("place 10000", NOW)
    assert dealing.next_seat("place 0", 1, 0) == "place 0|0"


@given(st.integers(1, 200), st.integers(0, 2**64 - 1))
def test_each_seat_is_dealt_once_from_wherever_it_begins(windows: int, draw: int) -> None:
    dealing = Dealing()

    dealt = [dealing.next_seat("p", windows, draw + n) for n in range(windows)]

    assert set(dealt) == {f"p|{n}" for n in range(windows)}
    assert dealing.next_seat("p", windows, draw) is None


def test_a_seat_that_nobody_may_have_is_not_dealt() -> None:
    dealing = Dealing()

    assert dealing.next_seat("p", 3, 0, {"p|0", "p|1"}) == "p|2"
    assert dealing.next_seat("p", 3, 0, {"p|0", "p|1"}) is None


async def test_a_seat_handed_back_goes_to_who_waited_longest_and_to_nobody_else() -> None:
    dealing = Dealing()
    assert dealing.next_seat("p", 2, 0) == "p|0"
    assert dealing.next_seat("p", 2, 0) == "p|1"
    first, second = (asyncio.create_task(dealing.somebody_settled("p")) for _ in range(2))
    await asyncio.sleep(0)

    dealing.settle("p", "p|0", taken=False)
    await first

    assert not second.done()
    assert dealing.next_seat("p", 2, 0) == "p|0"
    dealing.settle("p", "p|1", taken=True)
    dealing.settle("p", "p|0", taken=True)
    await second  # nothing is in hand any more: there is nothing to wait for
    assert dealing.next_seat("p", 2, 0) is None


async def test_who_leaves_the_queue_holds_up_nobody() -> None:
    dealing = Dealing()
    dealing.next_seat("p", 1, 0)
    first, second = (asyncio.create_task(dealing.somebody_settled("p")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)

    dealing.settle("p", "p|0", taken=False)

    await second


async def test_who_comes_first_has_a_seat_first_though_others_look_before_it_is_written(
    store: WatchedStore,
) -> None:
    there = office(store, windows=5)
    store.turns_to_insert = 50

    outcome = await asyncio.gather(
        *(there.book(f"person {n}") for n in range(50)), return_exceptions=True
    )

    assert [isinstance(one, SlotFull) for one in outcome] == [False] * 5 + [True] * 45
    assert store.asked["insert"] == 5
    assert store.asked["find"] == 5 + 1  # one's own appointments each, and one look for all others


async def test_the_seat_of_one_who_may_not_have_it_goes_to_the_next_who_waits(
    store: WatchedStore,
) -> None:
    there = office(store, windows=2, most_a_day=1)
    await there.book("greedy", LATER)

    outcome = await asyncio.gather(
        *(there.book("greedy", key=f"tap {n}") for n in range(4)),
        *(there.book(f"person {n}") for n in range(4)),
        return_exceptions=True,
    )

    assert [type(one) for one in outcome[:4]] == [LimitReached] * 4
    assert sum(isinstance(one, Appointment) for one in outcome[4:]) == 2
    assert len(await there.held()) == 2


async def test_a_look_is_shared_while_it_is_under_way_and_not_afterwards() -> None:
    looks, begun, shared = 0, asyncio.Event(), SharedLook[int]()

    async def look() -> int:
        nonlocal looks
        looks += 1
        number = looks
        await begun.wait()
        return number

    waiting = [asyncio.create_task(shared.of("key", NOW, look)) for _ in range(5)]
    old = asyncio.create_task(shared.of("key", NOW + SHARED, look))
    other = asyncio.create_task(shared.of("another", NOW, look))
    await asyncio.sleep(0)
    waiting[0].cancel()  # who leaves does not end it for the others
    await asyncio.sleep(0)
    begun.set()

    assert await asyncio.gather(*waiting[1:]) == [1] * 4
    assert sorted(await asyncio.gather(old, other)) == [2, 3]
    assert await shared.of("key", NOW, look) == 4


async def test_a_look_that_fails_fails_for_all_and_the_next_begins_anew() -> None:
    shared = SharedLook[int]()

    async def broken() -> int:
        raise LookupError

    async def sound() -> int:
        return 7

    told = await asyncio.gather(
        *(shared.of("key", NOW, broken) for _ in range(3)), return_exceptions=True
    )

    assert [type(one) for one in told] == [LookupError] * 3
    assert await shared.of("key", NOW, sound) == 7
