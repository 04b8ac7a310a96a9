"""An identity number that counts, on every engine: whoever books for it, and at once."""

from datetime import timedelta

import pytest

from channel_gateway.domain.booking import Ban
from channel_gateway.ports import Store
from channel_gateway.services.appointment.refusals import Banned, LimitReached
from channel_gateway.services.appointment.rules.subjects import ID_NUMBER as MARK
from tests.contracts.appointment.office import MORNING, NOW, TUESDAY, office
from tests.contracts.appointment.test_phones import PHONE, TIMES, keeper_of
from tests.contracts.appointment.test_rush import all_at_once

NUMBER = "990101199001010019"
ANOTHER = "990101199001010027"
KEPT = (MARK.index, *MARK.shares, MARK.cancel_key, MARK.cancelled_of, MARK.no_show_of)


async def test_many_accounts_for_one_number_at_once_have_one_place_of_a_slot(store: Store) -> None:
    there = office(store, id_counts=True)

    booked, refused = await all_at_once(
        there.book(f"account {n}", id_number=NUMBER) for n in range(20)
    )

    assert (len(booked), refused) == (1, {LimitReached: 19})
    await there.book("somebody", id_number=ANOTHER)


async def test_many_accounts_for_one_number_have_together_what_one_may(store: Store) -> None:
    there = office(store, id_counts=True, most_of_this_a_week=2)

    booked, refused = await all_at_once(
        there.book(f"account {time}", f"{TUESDAY}T{time}", id_number=NUMBER) for time in TIMES
    )

    assert (len(booked), refused.keys()) == (2, {LimitReached})


async def test_number_and_phone_count_each_by_itself(store: Store) -> None:
    there = office(store, id_counts=True, phone_counts=True, most_of_this=1)
    await there.book("one", id_number=NUMBER, phone=PHONE)

    for number, phone, of in ((NUMBER, "13700137000", "id"), (ANOTHER, PHONE, "phone")):
        with pytest.raises(LimitReached) as refused:
            await there.book("two", f"{TUESDAY}T10:00", id_number=number, phone=phone)
        assert refused.value.extra["limit"] == f"{of}_service"
    await there.book("two", id_number=ANOTHER, phone="13700137000")


async def test_what_one_number_missed_or_cancelled_stops_whoever_books_for_it(
    store: Store,
) -> None:
    one = Ban(times=1, within_days=31, lasts_days=30)
    for rule in ("no_shows", "cancels"):
        there = office(store, id_counts=True, **{rule: one})
        number = NUMBER if rule == "no_shows" else ANOTHER
        missed = await there.book(f"one {rule}", id_number=number)
        if rule == "cancels":
            await there.changes.cancel(missed.person, missed.id, NOW)
        else:
            there.clock.move(days=2)
            await there.work()

        friday = f"{TUESDAY + timedelta(days=3)}T09:00"
        with pytest.raises(Banned) as refused:
            await there.book(f"two {rule}", friday, id_number=number)
        assert (refused.value.zh or "").startswith("该身份证号因多次")


async def test_a_number_is_bound_after_its_person_is_forgotten_until_that_has_passed(
    store: Store,
) -> None:
    there = office(store, id_counts=True, most_a_week=1)
    gone = await there.book("one", id_number=NUMBER)
    there.clock.move(days=2)
    await there.work()

    await keeper_of(there).erase("one", there.clock.now())
    with pytest.raises(LimitReached):
        await there.book("two", f"{TUESDAY + timedelta(days=3)}T09:00", id_number=NUMBER)

    there.clock.move(days=60)
    await there.work()
    left = await there.appointments.get(gone.id)
    assert {getattr(left, name) for name in KEPT} == {None}


async def test_where_no_number_counts_nothing_of_it_is_kept(store: Store) -> None:
    there = office(store, phone_counts=True)
    booked = await there.book("one", MORNING, id_number=NUMBER, phone=PHONE)

    kept = await store.get("appointments", booked.id)
    assert kept is not None
    assert not {*KEPT} & kept.keys()
