"""Business at the tills, and the people of the finance office."""

from dataclasses import dataclass

import pytest

from channel_gateway.ports import Role
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import Till
from tests.journeys.reconciliation.office import Business, Worker, hire


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
