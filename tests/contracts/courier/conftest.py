"""One courier at a time, built as the gateway builds it, beside the couriers' stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.contracts.courier.depot import Depot, depot_in
from tests.contracts.rig import CourierRig, rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(CourierRig, "COURIER"), ids=lambda rig: rig.plugin)
def rig(request: pytest.FixtureRequest) -> CourierRig:
    rig: CourierRig = request.param
    return rig


@pytest.fixture
async def depot(tmp_path: Path, stand_in_keys: KeyFolder, rig: CourierRig) -> AsyncIterator[Depot]:
    plugins = {rig.plugin: rig.table}
    async with play(tmp_path, stand_in_keys, [rig.stand_in], plugins) as world:
        yield depot_in(world, rig)
