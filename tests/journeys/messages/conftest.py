"""A house whose halls tell their citizens, with templates that the platforms know."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import open_house
from tests.journeys.messages.letterbox import Letterbox, services_in, set_up


@pytest.fixture
async def box(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Letterbox]:
    more = {"message": {"quiet_from": "00:00", "quiet_until": "00:00"}}
    services = services_in(tmp_path)
    async with open_house(tmp_path, keys, services=services, more=more) as house:
        yield await set_up(house)
