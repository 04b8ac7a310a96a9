"""Business at the tills, and the people of the finance office."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from channel_gateway.ports import Role
from mock_platforms.keys import KeyFolder
from tests.journeys.command_line import ROOT
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import Till
from tests.journeys.reconciliation.office import Business, Worker, hire
from tests.journeys.reconciliation.terminal import Terminal


@pytest.fixture
def business(house: House, till: Till) -> Business:
    return Business(house, till)


@dataclass(frozen=True, slots=True)
class Office:
    clerk: Worker
    reviewer: Worker
    auditor: Worker
    operator: Worker


@pytest.fixture
async def office(house: House) -> Office:
    return Office(
        await hire(house, "clerk-lin", Role.FINANCE_CLERK),
        await hire(house, "reviewer-wu", Role.FINANCE_REVIEWER),
        await hire(house, "auditor-qi", Role.AUDITOR),
        await hire(house, "operator-he", Role.OPERATOR),
    )


@pytest.fixture
async def terminal(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Terminal]:
    cloned = (ROOT / "settings.toml").read_text(encoding="utf-8")
    moved = cloned.replace("var/stand-ins", str(tmp_path)).replace("var/", f"{tmp_path}/")
    (tmp_path / "settings.toml").write_text(moved, encoding="utf-8")
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=store) as house:
        yield Terminal(house, tmp_path)
