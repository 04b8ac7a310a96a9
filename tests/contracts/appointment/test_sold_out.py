"""What a process remembers of a full slot hides no seat: not here, and elsewhere for a second."""

import asyncio

import pytest

from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import State
from channel_gateway.services.appointment.places.sold_out import REMEMBERED
from channel_gateway.services.appointment.refusals import SlotFull
from tests.contracts.appointment.office import MORNING, TUESDAY, Office, office
from tests.contracts.appointment.test_rush import all_at_once

LATER = f"{TUESDAY}T10:00"
SEATS = 10


def two_processes(store: Store, **rules: object) -> tuple[Office, Office]:
    """Each remembers by itself; they share the store alone."""
    return office(store, windows=SEATS, **rules), office(store, windows=SEATS, **rules)


async def sell_out(there: Office) -> None:
    booked, _ = await all_at_once(there.book(f"first {n}") for n in range(SEATS))
    assert len(booked) == SEATS
    with pytest.raises(SlotFull):
        await there.book("too late")


async def test_a_seat_given_back_here_can_be_had_at_once(store: Store) -> None:
    there = office(store, windows=SEATS)
    await sell_out(there)

    one = await there.book("leaves", LATER)
    first = (await there.halls.day("GA-HZ-01", "center", TUESDAY))[0]
    await there.changes.cancel(first.person, first.id, there.clock.now())
    moved = await there.book("second")

    await there.changes.reschedule(
        moved.person, moved.id, hall="center", slot=LATER, now=there.clock.now()
    )
    await there.book("third")
    assert one.slot == LATER


async def test_a_seat_given_back_elsewhere_can_be_had_a_second_later(store: Store) -> None:
    here, elsewhere = two_processes(store)
    await sell_out(here)
    first = (await elsewhere.halls.day("GA-HZ-01", "center", TUESDAY))[0]
    await elsewhere.changes.cancel(first.person, first.id, elsewhere.clock.now())

    here.clock.move(seconds=REMEMBERED.total_seconds())
    booked = await here.book("second")

    assert booked.seat_key == first.seat_key


async def test_a_repeated_tap_finds_its_own_though_the_slot_is_known_to_be_full(
    store: Store,
) -> None:
    here, elsewhere = two_processes(store)
    await sell_out(here)

    [again] = (await all_at_once([here.book("first 0")]))[0]

    assert again.person == "first 0"
    first = await elsewhere.bookings.get("first 0", again.id)
    await elsewhere.changes.cancel("first 0", first.id, elsewhere.clock.now())
    told = await here.book("first 0")
    assert (told.id, told.state) == (first.id, State.CANCELLED_BY_CITIZEN)


async def test_places_given_up_in_one_process_while_another_sells_are_sold_once(
    store: Store,
) -> None:
    here, elsewhere = two_processes(store)
    first, _ = await all_at_once(here.book(f"first {n}") for n in range(SEATS))
    now = here.clock.now()

    cancelling = [elsewhere.changes.cancel(one.person, one.id, now) for one in first]
    asking = [(here, elsewhere)[n % 2].book(f"second {n}") for n in range(60)]
    outcome, _ = await all_at_once([*asking[:30], *cancelling, *asking[30:]])

    seats = [one.seat_key for one in outcome if one.state is State.CONFIRMED]
    assert len(seats) == len(set(seats)) <= SEATS
    assert await here.held() == set(seats)
    for there in (here, elsewhere):
        there.clock.move(seconds=REMEMBERED.total_seconds())
    rest, _ = await all_at_once((here, elsewhere)[n % 2].book(f"third {n}") for n in range(30))
    assert len(rest) + len(seats) == SEATS  # every place came back


async def test_cancelled_and_wanted_at_once_again_and_again_no_seat_is_lost_or_sold_twice(
    store: Store,
) -> None:
    there = office(store, windows=1)
    holder = await there.book("person 0")
    now = there.clock.now()
    for turn in range(1, 20):

        async def ask(person: str) -> object:
            return await there.book(person)

        _, *asked = await asyncio.gather(
            there.changes.cancel(holder.person, holder.id, now),
            *(ask(f"person {turn} {n}") for n in range(3)),
            return_exceptions=True,
        )

        booked = [one for one in asked if not isinstance(one, BaseException)]
        assert len(booked) <= 1
        assert all(isinstance(one, SlotFull) for one in asked if isinstance(one, BaseException))
        holder = booked[0] if booked else await there.book(f"person {turn}")  # type: ignore[assignment]
        assert await there.held(MORNING) == {holder.seat_key}
