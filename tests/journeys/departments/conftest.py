"""A bureau for each test, of the services the test writes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.departments.bureau import Bureau, open_bureau, service_of

OpenBureau = Callable[..., Awaitable[Bureau]]


@pytest.fixture
async def bureau_of(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[OpenBureau]:
    async with AsyncExitStack() as stack:

        async def opened(*services: str, store: str = "memory:") -> Bureau:
            there = open_bureau(tmp_path, keys, *services, store=store)
            return await stack.enter_async_context(there)

        yield opened


@pytest.fixture
async def bureau(bureau_of: OpenBureau) -> Bureau:
    return await bureau_of(service_of())
