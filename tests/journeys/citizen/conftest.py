"""A house whose store is a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    async with open_house(tmp_path, keys, store=f"sqlite:{tmp_path / 'gateway.db'}") as house:
        yield house
