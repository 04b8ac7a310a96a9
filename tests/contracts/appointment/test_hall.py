"""Everybody at once in the hall, on every engine."""

from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import State
from channel_gateway.services.appointment.refusals import CodeUsed
from tests.contracts.appointment.office import TUESDAY, office
from tests.contracts.appointment.test_rush import all_at_once
from tests.unit.appointment.samples import at


async def test_a_code_scanned_by_many_at_once_checks_in_once(store: Store) -> None:
    there = office(store)
    booked = await there.book("one")
    now = at(TUESDAY, "08:40")
    shown = await there.check_ins.code("one", booked.id, now)

    came, refused = await all_at_once(
        there.check_ins.scan(shown.text, "center", now) for _ in range(10)
    )

    assert ([one.state for one in came], refused) == ([State.CHECKED_IN], {CodeUsed: 9})
