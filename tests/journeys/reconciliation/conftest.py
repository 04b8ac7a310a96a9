"""Business at the tills, and the people of the finance office."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.command_line import ROOT
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import Till
from tests.journeys.reconciliation.office import Business, Office, office_of
from tests.journeys.reconciliation.terminal import Terminal


@pytest.fixture
def business(house: House, till: Till) -> Business:
    return Business(house, till)


@pytest.fixture
async def office(house: House) -> Office:
    return await office_of(house)


@pytest.fixture
async def terminal(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Terminal]:
    cloned = (ROOT / "settings.toml").read_text(encoding="utf-8")
    moved = cloned.replace("var/stand-ins", str(tmp_path)).replace("var/", f"{tmp_path}/")
    (tmp_path / "settings.toml").write_text(moved, encoding="utf-8")
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=store) as house:
        yield Terminal(house, tmp_path)
