"""A store in memory that holds messages."""

from collections.abc import AsyncIterator

import pytest

from channel_gateway.store.memory import MemoryStore
from tests.unit.message.post import ALL


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    store = MemoryStore(ALL)
    await store.open()
    yield store
    await store.close()
