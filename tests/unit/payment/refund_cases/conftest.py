"""An office over a store in memory."""

from collections.abc import AsyncIterator

import pytest

from channel_gateway.store.memory import MemoryStore
from payment.plugin import COLLECTIONS
from tests.unit.payment.refund_cases.office import Office, office


@pytest.fixture
async def town() -> AsyncIterator[Office]:
    store = MemoryStore(COLLECTIONS)
    await store.open()
    yield office(store)
    await store.close()
