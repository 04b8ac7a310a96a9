"""The engines of the store's contract, holding all of payment, and a folder beside each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channel_gateway.chains import CHAINS
from channel_gateway.ports import Store
from channel_gateway.store import open_store
from payment.plugin import COLLECTIONS
from tests.contracts.archive.cellar import Cellar, cellar
from tests.contracts.store.conftest import Engine, engine
from tests.mongod import mongo_uri

__all__ = ["engine", "mongo_uri"]


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Store]:
    kept = (*COLLECTIONS, *CHAINS)
    store = await open_store(engine.url, kept, driver=engine.name, timeout_s=60)
    yield store
    await store.close()


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> Cellar:
    return cellar(store, tmp_path / "archive")
