"""The engines the contract is told of, each behind one url."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from channel_gateway.ports import Store
from channel_gateway.store import open_store
from tests.contracts.store.model import ALL

LASTING = ["sqlite"]  # what keeps its data when the process ends
ENGINES = ["memory", *LASTING]


@dataclass(frozen=True)
class Engine:
    """Where the data is; opening it again finds what was there."""

    name: str
    url: str

    async def open(self, *, timeout_s: float = 10.0) -> Store:
        return await open_store(self.url, ALL, driver=self.name, timeout_s=timeout_s)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "memory":
        return Engine("memory", "memory:")
    return Engine("sqlite", f"sqlite:{tmp_path / 'gateway.db'}")


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Store]:
    store = await engine.open()
    yield store
    await store.close()
