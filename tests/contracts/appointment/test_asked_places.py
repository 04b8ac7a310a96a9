"""A department gives the places, and answers late, oddly, or in the middle of something else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import State
from channel_gateway.services.appointment.appointments import APPOINTMENTS
from channel_gateway.services.appointment.rules.quotas import FIELDS
from tests.contracts.appointment.office import MORNING, TUESDAY, Office, office

OTHER = f"{TUESDAY}T10:00"
TAKEN = {"taken": True}


@dataclass
class Department:
    """It says yes, after whatever a test does meanwhile."""

    answers: dict[str, Any] = field(default_factory=lambda: {"seat.take": TAKEN})
    meanwhile: Callable[[dict[str, Any]], Awaitable[None]] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def connected(self, department: str) -> bool:
        return True

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        raise AssertionError("nobody is told here")

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((kind, data["key"]))
        if self.meanwhile is not None:
            await self.meanwhile(data)
        answer: dict[str, Any] = self.answers[kind]
        return answer


async def move(there: Office, id: str) -> None:
    await there.changes.reschedule("one", id, hall=None, slot=OTHER, now=there.clock.now())


async def test_a_place_that_was_given_back_while_its_answer_was_on_the_way_is_not_moved_to(
    store: Store,
) -> None:
    department = Department()
    there = office(store, departments=department)
    booked = await there.book("one")

    async def give_back(data: dict[str, Any]) -> None:
        """The worker was faster: its task is done."""
        await store.mutate(APPOINTMENTS.name, booked.id, lambda document: {**document, "tasks": []})

    department.meanwhile = give_back
    with pytest.raises(Unavailable):
        await move(there, booked.id)

    found = await there.appointments.get(booked.id)
    assert (found.state, found.slot, found.seat_held) == (State.CONFIRMED, MORNING, booked.id)


async def test_one_move_asks_once_however_many_races_its_limits_lose(store: Store) -> None:
    department = Department()
    there = office(store, departments=department)
    booked = await there.book("one")

    async def another(number: int) -> None:
        """Another appointment of the same person, who has this share of the day."""
        shares: dict[str, Any] = dict.fromkeys((*FIELDS, "seat_held"))
        shares["quota_day"] = f"one|{TUESDAY}|{number}"
        name = f"another-{number}"
        await there.appointments.add(replace(booked, id=name, request_key=name, **shares))

    department.meanwhile = lambda data: another(1)  # the share that the move wanted
    await there.appointments.change(booked.id, lambda it: replace(it, quota_day=None))
    await another(0)
    await move(there, booked.id)

    assert [key for _, key in department.asked] == [booked.id, f"{booked.id}-1"]
    found = await there.appointments.get(booked.id)
    assert (found.slot, found.seat_held) == (OTHER, f"{booked.id}-1")


@pytest.mark.parametrize("answer", [{}, {"released": False}, {"released": "yes"}])
async def test_a_place_is_given_back_until_the_department_says_so(
    store: Store, answer: dict[str, Any]
) -> None:
    department = Department({"seat.take": TAKEN, "seat.release": answer})
    there = office(store, departments=department)
    booked = await there.book("one")
    await there.changes.cancel("one", booked.id, there.clock.now())
    await there.work()
    assert [kind for kind, _ in department.asked] == ["seat.take", "seat.release"]

    department.answers["seat.release"] = {"released": True}
    there.clock.move(seconds=5)
    await there.work()
    there.clock.move(seconds=3600)
    await there.work()
    assert [kind for kind, _ in department.asked] == ["seat.take", "seat.release", "seat.release"]


@pytest.mark.parametrize("answer", [{}, {"taken": "true"}, {"taken": None}, {"taken": 1}])
async def test_what_says_neither_yes_nor_no_is_no_answer(
    store: Store, answer: dict[str, Any]
) -> None:
    department = Department({"seat.take": answer})
    there = office(store, departments=department)

    held = await there.book("one")
    assert (held.state, held.seat_asked) == (State.HELD, held.id)
    department.answers["seat.take"] = TAKEN
    there.clock.move(seconds=10)
    await there.work()

    assert (await there.appointments.get(held.id)).state is State.CONFIRMED
