"""Places held until they are paid, on every engine: whoever asks at once, one answer holds."""

import asyncio
from datetime import timedelta

from channel_gateway.domain.money import Fen
from channel_gateway.ports import FeeEnd, FeeEnding, FeeMoney, Store
from channel_gateway.services.appointment.appointment import State
from channel_gateway.services.appointment.refusals import LimitReached
from channel_gateway.services.appointment.rules.quotas import HOLDS_A_DAY
from tests.contracts.appointment.desk import FakeDesk, FakePeople
from tests.contracts.appointment.office import MORNING, TUESDAY, office

TIMES = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "13:30", "14:00", "14:30", "15:00")


async def test_so_many_holds_a_day_however_many_ask_at_once(store: Store) -> None:
    there = office(store, hold_minutes=15, desk=FakeDesk(), people=FakePeople())

    asked = [there.book("one", f"{TUESDAY}T{time}") for time in TIMES]
    answers = await asyncio.gather(*asked, return_exceptions=True)

    refused = [each for each in answers if isinstance(each, BaseException)]
    assert {type(each) for each in refused} == {LimitReached}
    assert len(answers) - len(refused) == HOLDS_A_DAY


async def test_of_two_payments_and_the_end_of_the_hold_at_once_one_wins(store: Store) -> None:
    """Whatever comes first: who was told that their money is kept has the place."""
    desk = FakeDesk()
    there = office(store, hold_minutes=15, desk=desk, people=FakePeople(), windows=1)
    for number in range(8):
        one = await there.book(f"citizen-{number}")
        money = [FeeMoney(one.fee_code or "", order, Fen(6000), one.created_at) for order in "XY"]
        desk.says = FeeEnd(FeeEnding.PAID, money[1]) if number % 2 else FeeEnd(FeeEnding.VOID)
        there.clock.move(minutes=15)

        *kept, _ = await asyncio.gather(*map(there.fees.paid, money), there.work())

        ended = await there.appointments.get(one.id)
        by = ended.fee and ended.fee.paid_by
        if ended.state is State.LAPSED:
            assert (by, kept, await there.held()) == (None, [False, False], set())
        else:
            assert ended.state is State.CONFIRMED
            assert by in ("X", "Y")
            assert [await there.fees.paid(each) for each in money] == [by == "X", by == "Y"]
            assert not any(said and by != order for said, order in zip(kept, "XY", strict=True))
            await there.changes.cancel(one.person, one.id, there.clock.now())
        there.clock.move(seconds=timedelta(seconds=2).total_seconds())
        assert len(await there.held(MORNING)) == 0
