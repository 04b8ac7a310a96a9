"""A department gives the place, and the citizen pays for it: first the one, then the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.ports import FeeEnd, FeeEnding, FeeMoney, Store
from channel_gateway.services.appointment.appointment import Appointment, State
from tests.contracts.appointment.desk import FakeDesk, FakePeople
from tests.contracts.appointment.office import Office, office

TAKEN, FULL = {"taken": True}, {"taken": False, "reason": "full"}


@dataclass
class Keepers:
    """`Departments` that give places, or say nothing while `answers` is None."""

    answers: Mapping[str, Any] | None = None
    back: list[str] = field(default_factory=list)

    def connected(self, department: str) -> bool:
        return True

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        raise AssertionError("nobody tells them here")

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        if kind == "seat.release":
            self.back.append(data["key"])
            return {"released": True}
        if self.answers is None:
            raise Unavailable("the department is silent")
        return dict(self.answers)


def opened(store: Store, keepers: Keepers) -> tuple[Office, FakeDesk]:
    desk = FakeDesk()
    return office(store, hold_minutes=15, desk=desk, people=FakePeople(), departments=keepers), desk


async def worked(there: Office, minutes: int) -> None:
    """So many minutes pass, and what falls due on the way is done."""
    for _ in range(minutes * 12):
        there.clock.move(seconds=5)
        await there.work()


async def fresh(there: Office, appointment: Appointment) -> Appointment:
    return await there.appointments.get(appointment.id)


async def test_no_fee_is_asked_before_the_department_has_given_a_place(store: Store) -> None:
    keepers = Keepers()
    there, desk = opened(store, keepers)
    booked = await there.book("one")
    await worked(there, 1)
    assert (booked.state, desk.asked) == (State.HELD, 0)

    keepers.answers = TAKEN
    await worked(there, 2)
    held = await fresh(there, booked)
    assert (held.state, held.seat_held, desk.asked) == (State.HELD, booked.id, 1)

    money = FeeMoney(held.fee_code or "", "G1", Fen(6000), booked.created_at)
    assert await there.fees.paid(money)
    assert (await fresh(there, booked)).state is State.CONFIRMED


async def test_a_place_at_once_is_a_fee_at_once(store: Store) -> None:
    there, desk = opened(store, Keepers(TAKEN))

    booked = await there.book("one")

    assert (booked.state, desk.asked) == (State.HELD, 1)
    assert booked.fee_code is not None


async def test_where_the_department_has_none_nothing_is_owed_and_no_hold_counts(
    store: Store,
) -> None:
    keepers = Keepers()
    there, desk = opened(store, keepers)
    booked = await there.book("one")
    keepers.answers = FULL
    await worked(there, 1)
    gone = await fresh(there, booked)
    assert (gone.state, gone.quota_hold, gone.quota_slot) == (State.LAPSED, None, None)
    assert (desk.asked, desk.ended, gone.tasks) == (0, [], ())


async def test_who_does_not_pay_gives_the_department_its_place_back(store: Store) -> None:
    keepers = Keepers(TAKEN)
    there, desk = opened(store, keepers)
    booked = await there.book("one")
    await worked(there, 16)
    assert (await fresh(there, booked)).state is State.LAPSED
    assert (desk.ended, keepers.back) == ([booked.fee_code], [booked.id])


async def test_a_department_that_stays_silent_has_back_what_it_may_have_given(
    store: Store,
) -> None:
    keepers = Keepers()
    there, desk = opened(store, keepers)
    booked = await there.book("one")
    await worked(there, 16)
    gone = await fresh(there, booked)
    assert (gone.state, gone.quota_hold, keepers.back) == (State.LAPSED, None, [booked.id])
    assert (desk.asked, desk.ended) == (0, [])


async def test_who_cancels_what_is_paid_has_the_money_and_the_department_its_place(
    store: Store,
) -> None:
    keepers = Keepers(TAKEN)
    there, desk = opened(store, keepers)
    booked = await there.book("one")
    money = FeeMoney(booked.fee_code or "", "G1", Fen(6000), booked.created_at)
    assert await there.fees.paid(money)
    desk.says = FeeEnd(FeeEnding.PAID, money)
    await there.changes.cancel("one", booked.id, there.clock.now())
    await worked(there, 1)
    assert (desk.given_back, keepers.back) == (["G1"], [booked.id])
