"""EMS of 2019 in process, alone on its stage; the wall clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mock_platforms.couriers import ems_2019, together
from mock_platforms.couriers.company import Company
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from tests.mock_platforms.couriers.ems_2019.customer import Customer

NOON = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)  # in Beijing


def alone(stage: Stage) -> StandIn:
    parcels = Parcels(stage.randomness)
    return together(stage, parcels, Company([ems_2019.build(stage, parcels)]))


@pytest.fixture
def customer(tmp_path: Path) -> Customer:
    return Customer(Stage(tmp_path, {"couriers": alone}, wall=lambda: NOON))
