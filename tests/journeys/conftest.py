"""What every journey stands on: keys, a house where it needs no other, each channel's till."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import TILLS, Till


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    """Made once, because keys are slow to make."""
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    async with open_house(tmp_path, keys) as house:
        yield house


@pytest.fixture(params=TILLS, ids=lambda till: till.channel)
def till(request: pytest.FixtureRequest) -> Till:
    return request.param
