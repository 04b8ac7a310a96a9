"""The last second of a Beijing day, everybody at once: release, lead, and limits."""

from datetime import date, timedelta

from channel_gateway.ports import Store
from channel_gateway.services.appointment.refusals import (
    BookingOver,
    CancelsSpent,
    LimitReached,
    NotReleased,
    SlotFull,
)
from tests.contracts.appointment.office import MONDAY, TUESDAY, office
from tests.contracts.appointment.test_rush import all_at_once
from tests.unit.appointment.samples import at

SEATS, CITIZENS = 5, 20
LAST_SECOND, MIDNIGHT = "23:59:59", "00:00:00"


async def test_the_day_before_ends_for_all_in_the_same_second(store: Store) -> None:
    there = office(store, windows=SEATS, lead_workdays=1)

    booked, refused = await all_at_once(
        there.book(f"person {n}", now=at(MONDAY, LAST_SECOND)) for n in range(CITIZENS)
    )
    _, late = await all_at_once(
        there.book(f"late {n}", now=at(TUESDAY, MIDNIGHT)) for n in range(CITIZENS)
    )

    assert (len(booked), refused) == (SEATS, {SlotFull: CITIZENS - SEATS})
    assert late == {BookingOver: CITIZENS}  # not «full»: what is known of the seats comes second


async def test_a_day_is_released_to_all_at_midnight_and_to_nobody_before(store: Store) -> None:
    there = office(store, windows=SEATS)
    last_day = TUESDAY + timedelta(days=7)  # the fifth working day after a Tuesday
    slot = f"{last_day}T09:00"

    _, early = await all_at_once(
        there.book(f"early {n}", slot, now=at(MONDAY, LAST_SECOND)) for n in range(CITIZENS)
    )
    booked, refused = await all_at_once(
        there.book(f"person {n}", slot, now=at(TUESDAY, MIDNIGHT)) for n in range(CITIZENS)
    )

    assert early == {NotReleased: CITIZENS}
    assert (len(booked), refused) == (SEATS, {SlotFull: CITIZENS - SEATS})


async def test_a_days_share_is_the_appointments_day_whatever_second_it_is_booked_in(
    store: Store,
) -> None:
    there = office(store, windows=SEATS, most_a_day=1)
    wednesday = TUESDAY + timedelta(days=1)
    slots = [f"{wednesday}T{hour:02}:00" for hour in (9, 10, 11, 14)]

    before, _ = await all_at_once(
        there.book("one", slot, now=at(MONDAY, LAST_SECOND)) for slot in slots
    )
    after, refused = await all_at_once(
        there.book("one", slot, key=f"{slot} again", now=at(TUESDAY, MIDNIGHT)) for slot in slots
    )

    assert (len(before), after, refused) == (1, [], {LimitReached: 4})


async def test_cancellations_of_a_month_end_with_its_last_second(store: Store) -> None:
    there = office(store, windows=SEATS, cancels_a_month=2)
    last, first = date(2026, 3, 31), date(2026, 4, 1)  # a Tuesday and a Wednesday
    now = at(last, "10:00")
    booked = [
        await there.book("one", f"{first + timedelta(days=1)}T{hour:02}:00", now=now)
        for hour in (9, 10, 11, 14, 15)
    ]

    gone, refused = await all_at_once(
        there.changes.cancel("one", each.id, at(last, LAST_SECOND)) for each in booked
    )
    left = [each for each in booked if each.id not in {one.id for one in gone}]
    more, none = await all_at_once(
        there.changes.cancel("one", each.id, at(first, MIDNIGHT)) for each in left
    )

    assert (len(gone), refused) == (2, {CancelsSpent: 3})
    assert (len(more), none) == (2, {CancelsSpent: 1})
