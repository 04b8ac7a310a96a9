"""The engines of the store's contract, holding citizens."""

from collections.abc import AsyncIterator

import pytest

from channel_gateway.ports import Store
from channel_gateway.services.citizen import COLLECTIONS
from channel_gateway.store import open_store
from channel_gateway.web.edge import COLLECTIONS as EDGE_COLLECTIONS
from tests.contracts.store.conftest import Engine, engine
from tests.mongod import mongo_uri

__all__ = ["engine", "mongo_uri"]


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Store]:
    kept = (*EDGE_COLLECTIONS, *COLLECTIONS)
    store = await open_store(engine.url, kept, driver=engine.name, timeout_s=60)
    yield store
    await store.close()
