"""A try that nobody ended is no miss: it is free again when its lease has run out."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import NotFound
from channel_gateway.store.memory import MemoryStore
from payment.attempts import ATTEMPTS, MISSES_A_DAY, Attempts, LookingUp, WrongCodesToday
from tests.unit.payment.samples import NOW


@pytest.fixture
async def attempts() -> Attempts:
    store = MemoryStore([ATTEMPTS])
    await store.open()
    return Attempts(store)


async def test_tries_of_a_process_that_died_come_back(attempts: Attempts) -> None:
    under_way = AsyncExitStack()
    for _ in range(MISSES_A_DAY):
        await under_way.enter_async_context(attempts.trying("citizen-1", "code-1", NOW))
    with pytest.raises(LookingUp) as soon:
        async with attempts.trying("citizen-1", "code-1", NOW):
            pass
    assert soon.value.retry_after_s == 5

    async with attempts.trying("citizen-1", "code-1", NOW + timedelta(seconds=31)):
        pass  # none of them was ended
    under_way.pop_all()


async def test_a_miss_that_came_after_its_lease_is_a_miss_all_the_same(attempts: Attempts) -> None:
    async def missed_late(seconds: int) -> None:
        async with attempts.trying("citizen-1", "code-1", NOW):
            moment = NOW + timedelta(seconds=seconds)
            async with attempts.trying("citizen-1", "code-2", moment):
                pass
            raise NotFound

    for late in range(MISSES_A_DAY):
        with pytest.raises(NotFound):
            await missed_late(31 + late)

    with pytest.raises(WrongCodesToday):
        async with attempts.trying("citizen-1", "code-1", NOW):
            pass
