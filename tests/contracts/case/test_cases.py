"""Cases on every store: messages that come at once lose nothing, and one appointment has one."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

from channel_gateway.ports import Store
from channel_gateway.services.case.case import Belonging, Case, State, Step, Told
from channel_gateway.services.case.cases import Cases
from channel_gateway.services.case.telling import progressed

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
WAY = (Told.RECEIVED, Told.CORRECTION, Told.ACCEPTED, Told.REVIEW, Told.NOT_ACCEPTED)


async def told(cases: Cases, number: int, word: Told, hour: int, visit: str | None = None) -> Case:
    at = NOW + timedelta(hours=hour)
    step = Step(f"{word}|{hour}", at, word, "AA-BB-01", visit=visit)
    blank = Case(f"hall|{number}", f"C{number}", "hall", str(number), NOW)
    belongs = Belonging(at, step.key, "person")
    return await cases.keep(blank, lambda case: progressed(case, step, belongs, NOW))


async def test_messages_that_come_at_once_are_all_kept(store: Store) -> None:
    cases = Cases(store)
    messages = [(word, hour) for hour, word in enumerate(WAY)] * 2
    random.Random(7).shuffle(messages)

    await asyncio.gather(*(told(cases, 1, word, hour) for word, hour in messages))

    case = await cases.named("C1")
    assert [step.told for step in case.steps] == list(WAY)
    assert case.state is State.NOT_ACCEPTED


async def test_one_appointment_is_the_key_of_one_case_alone(store: Store) -> None:
    cases = Cases(store)
    await asyncio.gather(*(told(cases, number, Told.DECIDED, 1, "A1") for number in range(8)))

    listed = await cases.of_person("person", limit=20, after=None)
    assert [case.visit for case in listed] == ["A1"] * 8
    [first] = [case for case in listed if case.visit_key is not None]
    assert await cases.of_visit("A1") == first

    again = await told(cases, 3, Told.DELIVERED, 2, "A1")
    assert again.state is State.DELIVERED
    assert len(await cases.ended_since("person", NOW)) == 8
    assert await cases.ended_since("person", NOW + timedelta(seconds=1)) == []
