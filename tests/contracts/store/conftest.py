"""The engines the contract is told of, each behind one url."""

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient

from channel_gateway.ports import Store
from channel_gateway.store import open_store
from tests.contracts.store.model import ALL
from tests.mongod import mongo_uri

__all__ = ["mongo_uri"]

MONGO = [pytest.param(driver, marks=pytest.mark.mongo) for driver in ("motor", "pymongo")]
LASTING = ["sqlite", *MONGO]  # what keeps its data when the process ends
ENGINES = ["memory", *LASTING]


@dataclass(frozen=True)
class Engine:
    """Where the data is; opening it again finds what was there."""

    name: str
    url: str

    async def open(self, *, timeout_s: float = 10.0) -> Store:
        return await open_store(self.url, ALL, driver=self.name, timeout_s=timeout_s)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with ExitStack() as stack:
        if request.param == "memory":
            yield Engine("memory", "memory:")
        elif request.param == "sqlite":
            yield Engine("sqlite", f"sqlite:{tmp_path / 'gateway.db'}")
        else:
            server: str = request.getfixturevalue("mongo_uri")
            database = f"test_{uuid.uuid4().hex}"
            client = stack.enter_context(MongoClient[dict[str, Any]](server))
            stack.callback(client.drop_database, database)
            yield Engine(request.param, urlsplit(server)._replace(path=f"/{database}").geturl())


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Store]:
    store = await engine.open()
    yield store
    await store.close()
