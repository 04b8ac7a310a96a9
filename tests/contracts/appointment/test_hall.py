"""Everybody at once in the hall: a code taken once, a number given once, one window each."""

from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import Appointment, State, Trigger
from channel_gateway.services.appointment.hall.tickets import book_of
from channel_gateway.services.appointment.refusals import CalledElsewhere, CodeUsed, NobodyWaits
from tests.contracts.appointment.office import TUESDAY, Office, office
from tests.contracts.appointment.test_rush import all_at_once
from tests.unit.appointment.samples import at

NOW = at(TUESDAY, "08:40")


async def came(there: Office, *people: str) -> list[Appointment]:
    """They book, and check in one after the other."""
    booked = [await there.book(person) for person in people]
    return [await there.halls.tell(each.id, Trigger.CHECK_IN, NOW) for each in booked]


async def call_next(there: Office, window: str | None = None) -> Appointment:
    return await there.halls.next("GA-HZ-01", "center", NOW, window)


async def test_a_code_scanned_by_many_at_once_checks_in_once(store: Store) -> None:
    there = office(store)
    booked = await there.book("one")
    shown = await there.check_ins.code("one", booked.id, NOW)

    checked_in, refused = await all_at_once(
        there.check_ins.scan(shown.text, "center", NOW) for _ in range(10)
    )

    assert ([one.state for one in checked_in], refused) == ([State.CHECKED_IN], {CodeUsed: 9})


async def test_of_many_who_check_in_at_once_each_has_a_number_and_none_is_left_out(
    store: Store,
) -> None:
    there = office(store)
    booked = [await there.book(f"person {n}") for n in range(20)]

    arrived, refused = await all_at_once(
        there.halls.tell(each.id, Trigger.CHECK_IN, NOW) for each in booked
    )

    assert sorted(each.ticket or 0 for each in arrived) == list(range(1, 21))
    assert not refused
    assert await there.appointments.last_ticket(book_of("center", TUESDAY)) == 20


async def test_of_many_windows_at_once_no_two_call_the_same_and_the_first_come_first(
    store: Store,
) -> None:
    there = office(store)
    await came(there, *(f"person {n}" for n in range(8)))

    called, refused = await all_at_once(call_next(there, str(n)) for n in range(6))

    assert sorted(each.ticket or 0 for each in called) == [1, 2, 3, 4, 5, 6]
    assert len({each.window for each in called}) == 6
    assert not refused
    rest, refused = await all_at_once(call_next(there, str(n)) for n in range(6))
    assert (len(rest), refused) == (2, {NobodyWaits: 4})


async def test_one_that_many_windows_call_goes_to_one(store: Store) -> None:
    there = office(store)
    [one] = await came(there, "one")

    called, refused = await all_at_once(there.halls.call(one.id, NOW, str(n)) for n in range(5))

    assert (len(called), refused) == (1, {CalledElsewhere: 4})


async def test_who_missed_the_call_and_comes_back_is_called_after_three_others(
    store: Store,
) -> None:
    there = office(store)
    await came(there, *(f"person {n}" for n in range(6)))
    first = await call_next(there)
    await there.halls.tell(first.id, Trigger.MISS, NOW)

    back = await there.halls.tell(first.id, Trigger.CHECK_IN, NOW)

    assert (back.ticket, await there.waiting.before(back)) == (1, 3)
    assert [(await call_next(there)).ticket for _ in range(6)] == [2, 3, 4, 1, 5, 6]


async def test_a_repeated_check_in_keeps_number_and_place(store: Store) -> None:
    there = office(store)
    one, *_ = await came(there, "one", "other")

    assert await there.halls.tell(one.id, Trigger.CHECK_IN, NOW) == one
    assert await there.waiting.before(one) == 0
