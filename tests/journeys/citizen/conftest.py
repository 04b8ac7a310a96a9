"""A house for each test, on keys made once, because keys are slow to make."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    async with open_house(tmp_path, keys, store=f"sqlite:{tmp_path / 'gateway.db'}") as house:
        yield house
