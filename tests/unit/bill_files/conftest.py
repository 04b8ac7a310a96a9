from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channel_gateway.store.memory import MemoryStore
from payment.plugin import COLLECTIONS
from tests.unit.bill_files.platform import Room, made_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    store = MemoryStore(list(COLLECTIONS))
    await store.open()
    yield made_room(store, tmp_path / "bills")
    await store.close()
