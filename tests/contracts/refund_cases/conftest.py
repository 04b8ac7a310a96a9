"""The engines of the store's contract, holding orders and refund cases."""

from collections.abc import AsyncIterator

import pytest

from channel_gateway.ports import Store
from channel_gateway.store import open_store
from payment.plugin import COLLECTIONS
from tests.contracts.store.conftest import Engine, engine
from tests.mongod import mongo_uri

__all__ = ["engine", "mongo_uri"]


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Store]:
    store = await open_store(engine.url, COLLECTIONS, driver=engine.name, timeout_s=60)
    yield store
    await store.close()
