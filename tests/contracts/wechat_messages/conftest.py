"""The engines of the store's contract, holding what WeChat pushed."""

from collections.abc import AsyncIterator

import pytest

from adapters.wechat.known_pushes import KNOWN_PUSHES
from adapters.wechat.sent_messages import SENT_MESSAGES
from channel_gateway.ports import Store
from channel_gateway.store import open_store
from tests.contracts.store.conftest import Engine, engine
from tests.mongod import mongo_uri

__all__ = ["engine", "mongo_uri"]


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Store]:
    kept = (KNOWN_PUSHES, SENT_MESSAGES)
    store = await open_store(engine.url, kept, driver=engine.name, timeout_s=60)
    yield store
    await store.close()
