"""A town for each test, of the services the test writes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.journeys.appointments.town import Town, open_town

OpenTown = Callable[..., Awaitable[Town]]


@pytest.fixture
async def town_of(tmp_path: Path) -> AsyncIterator[OpenTown]:
    async with AsyncExitStack() as stack:

        async def opened(*services: str) -> Town:
            town = await open_town(tmp_path, *services)
            stack.push_async_callback(town.gateway.store.close)
            return town

        yield opened
