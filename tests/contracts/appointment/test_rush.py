"""Everybody at once: no place twice, no person above a limit, on every engine."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from channel_gateway.domain.booking import Returned
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.refusals import (
    HallClosed,
    LimitReached,
    SlotFull,
)
from tests.contracts.appointment.office import MORNING, TUESDAY, office

Answer = TypeVar("Answer")
LATER = f"{TUESDAY}T10:00"


async def all_at_once(
    calls: Iterable[Coroutine[Any, Any, Appointment]],
) -> tuple[list[Appointment], Counter[type]]:
    """What came of it: the appointments, and how often which refusal."""
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    for one in refused:
        if not isinstance(one, GatewayError):
            raise one
    booked = [one for one in outcomes if isinstance(one, Appointment)]
    return booked, Counter(type(one) for one in refused)


async def test_of_500_at_once_on_50_places_exactly_50_have_one(store: Store) -> None:
    there = office(store, windows=50)

    booked, refused = await all_at_once(there.book(f"person {n}") for n in range(500))

    assert len({one.seat_key for one in booked}) == len(booked) == 50
    assert refused == {SlotFull: 450}
    assert await there.held() == {one.seat_key for one in booked}


async def test_one_person_at_once_on_every_slot_of_a_day_has_one(store: Store) -> None:
    there = office(store, most_a_day=1)
    slots = [f"{TUESDAY}T{hour:02}:{minute}" for hour in (9, 10, 11) for minute in ("00", "30")]

    booked, refused = await all_at_once(there.book("one", slot) for slot in slots * 5)

    assert len({one.id for one in booked}) == 1
    assert refused.keys() == {LimitReached}


async def test_every_limit_holds_when_all_are_pressed_at_once(store: Store) -> None:
    there = office(store, most_a_day=3, most_a_week=4, most_a_month=9, most_of_this=5)
    days = [TUESDAY + timedelta(days=n) for n in range(4)]
    wishes = [f"{day}T{hour:02}:00" for day in days for hour in (9, 10, 11, 14, 15)]

    booked, _ = await all_at_once(there.book("one", slot) for slot in wishes)

    assert len(booked) == 4
    assert max(Counter(one.day for one in booked).values()) <= 3


async def test_a_call_repeated_at_once_makes_one_appointment(store: Store) -> None:
    there = office(store, windows=1, most_a_day=1)

    booked, refused = await all_at_once(there.book("one", key="a tap") for _ in range(20))

    assert len({one.id for one in booked}) == 1
    assert (len(booked), refused) == (20, Counter())


async def test_places_given_up_while_others_ask_are_given_out_once(store: Store) -> None:
    there = office(store, windows=10)
    first, _ = await all_at_once(there.book(f"first {n}") for n in range(10))
    now = there.clock.now()

    cancelling = [there.changes.cancel(one.person, one.id, now) for one in first]
    asking = [there.book(f"second {n}") for n in range(60)]
    outcome, _ = await all_at_once([*asking[:30], *cancelling, *asking[30:]])

    confirmed = [one for one in outcome if one.state is State.CONFIRMED]
    seats = [one.seat_key for one in confirmed]
    assert len(seats) == len(set(seats)) <= 10
    assert await there.held() == set(seats)
    rest, _ = await all_at_once(there.book(f"third {n}") for n in range(30))
    assert len(rest) + len(seats) == 10  # every place came back


async def test_the_last_place_is_moved_to_by_one_and_the_others_keep_theirs(store: Store) -> None:
    there = office(store, windows=8)
    first, _ = await all_at_once(there.book(f"person {n}") for n in range(8))
    await all_at_once(there.book(f"other {n}", LATER) for n in range(7))
    now = there.clock.now()

    moved, refused = await all_at_once(
        there.changes.reschedule(one.person, one.id, hall="center", slot=LATER, now=now)
        for one in first
    )

    assert (len(moved), refused) == (1, {SlotFull: 7})
    assert (len(await there.held()), len(await there.held(LATER))) == (7, 8)


async def test_two_who_swap_a_slot_never_hold_two(store: Store) -> None:
    there = office(store, windows=2, most_a_day=1)
    one, other = await there.book("one"), await there.book("other", LATER)
    now = there.clock.now()

    await all_at_once(
        [
            there.changes.reschedule("one", one.id, hall="center", slot=LATER, now=now),
            there.changes.reschedule("other", other.id, hall="center", slot=MORNING, now=now),
        ]
    )

    assert len(await there.held()) + len(await there.held(LATER)) == 2


async def test_a_day_cancelled_while_many_book_leaves_no_one_booked(store: Store) -> None:
    there = office(store, windows=50)
    now = there.clock.now()

    booking = [there.book(f"person {n}") for n in range(40)]
    (_, refused), _ = await asyncio.gather(
        all_at_once(booking), there.halls.close("GA-HZ-01", "center", TUESDAY, "停电", now)
    )
    await there.work()

    assert refused.keys() <= {HallClosed}
    assert await there.held() == set()
    page = await there.halls.day("GA-HZ-01", "center", TUESDAY)
    assert {one.state for one in page} <= {State.CANCELLED_BY_HALL}


async def test_a_place_held_back_is_nobodys_until_its_moment(store: Store) -> None:
    there = office(store, windows=1, returned=Returned.AT_RANDOM)
    first = await there.book("first")
    left = await there.changes.cancel("first", first.id, there.clock.now())
    assert left.left_until is not None

    _, refused = await all_at_once(there.book(f"person {n}") for n in range(20))
    assert refused == {SlotFull: 20}

    there.clock.move(seconds=(left.left_until - there.clock.now()).total_seconds())
    booked, _ = await all_at_once(there.book(f"person {n}") for n in range(20))
    assert len(booked) == 1


async def test_neither_a_place_moved_from_nor_the_next_one_is_handed_on_by_cancelling(
    store: Store,
) -> None:
    there = office(store, windows=1, returned=Returned.AT_RANDOM)
    slots = [f"{TUESDAY + timedelta(days=n)}T09:00" for n in (1, 2)]
    first = await there.book("first", slots[0])
    now = there.clock.now()
    moved = await there.changes.reschedule("first", first.id, hall=None, slot=slots[1], now=now)
    assert moved.left_until is not None
    gone = await there.changes.cancel("first", first.id, now)
    await there.work()

    for slot in slots:
        _, refused = await all_at_once(there.book(f"person {n}", slot) for n in range(5))
        assert refused == {SlotFull: 5}
    await there.book("first", LATER)  # what it counted as is free at once

    both = max(moved.left_until, datetime.fromtimestamp((gone.due or 0) / 1000, UTC))
    there.clock.move(seconds=(both - now).total_seconds())
    await there.work()
    for slot in slots:
        booked, _ = await all_at_once(there.book(f"later {n}", slot) for n in range(5))
        assert len(booked) == 1


async def test_of_many_cancellations_at_once_no_more_count_than_may(store: Store) -> None:
    there = office(store, cancels_a_month=2)
    slots = [f"{TUESDAY}T{hour:02}:00" for hour in (9, 10, 11, 14, 15)]
    booked = [await there.book("one", slot) for slot in slots]
    now = there.clock.now()

    gone, refused = await all_at_once(there.changes.cancel("one", each.id, now) for each in booked)

    assert (len(gone), refused.total()) == (2, 3)


async def test_a_tap_that_is_repeated_after_it_was_cancelled_books_nothing_new(
    store: Store,
) -> None:
    there = office(store)
    first = await there.book("one", key="a tap")
    await there.changes.cancel("one", first.id, there.clock.now())

    again = await there.book("one", key="a tap")

    assert (again.id, again.state) == (first.id, State.CANCELLED_BY_CITIZEN)
    assert await there.held() == set()
