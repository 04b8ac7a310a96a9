"""A secret gives way to another while events and calls go on, and none is lost or refused."""

import itertools

from tests.journeys.appointments.town import HALL, SERVICE, slot
from tests.journeys.departments.bureau import DEPARTMENT, open_bureau, reopened, service_of

numbers = itertools.count()


async def test_secrets_are_rotated_in_both_directions_without_a_loss(tmp_path, keys):
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_bureau(tmp_path, keys, service_of(), store=store) as bureau:
        day, *_ = await bureau.bookable_days()
        await bureau.booked("one", slot(day))
        for step, time in (("", "09:30"), ("/end", "10:00")):
            # Both sides hold both secrets for a while, then the newer alone.
            for direction in ("events", "calls"):
                path = f"/departments/{DEPARTMENT}/rotation{step}"
                await bureau.control("POST", path, of=direction)
            if not step:
                await exchange(bureau, day, time)  # still with the first secret alone
            async with reopened(bureau, tmp_path, store=store) as started_anew:
                await exchange(started_anew, day, time)

        heard = await bureau.heard()
        assert [each["times"] for each in heard] == [1] * 4
        assert {each["type"] for each in heard} == {"appointment.booked"}


async def exchange(bureau, day, time):
    """An event goes out, a question is answered, a call comes in."""
    await bureau.booked(f"person {next(numbers)}", slot(day, time))
    await bureau.work()
    asked = {"service": SERVICE, "hall": HALL, "day": day}
    assert await bureau.departments.ask(DEPARTMENT, "seats.left", asked) == {"slots": {}}
    called = await bureau.department_calls("letters.list", {})
    assert (called["status"], called["signed"]) == (200, True)
