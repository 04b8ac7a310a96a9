"""A house, its tills, and the people of the finance office."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from channel_gateway.ports import Role
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import TILLS, Till
from tests.journeys.reconciliation.office import Business, Worker, hire


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    async with open_house(tmp_path, keys) as house:
        yield house


@pytest.fixture(params=TILLS, ids=lambda till: till.channel)
def till(request: pytest.FixtureRequest) -> Till:
    return request.param


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
