"""One outlet at a time, built as the gateway builds it, beside its stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Outlet
from mock_platforms.keys import KeyFolder
from tests.contracts.outlet.post_office import PostOffice
from tests.contracts.rig import OutletRig, rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(OutletRig, "OUTLETS"), ids=lambda rig: rig.outlet)
def rig(request: pytest.FixtureRequest) -> OutletRig:
    rig: OutletRig = request.param
    return rig


@pytest.fixture
async def post_office(
    tmp_path: Path, stand_in_keys: KeyFolder, rig: OutletRig
) -> AsyncIterator[PostOffice]:
    plugins = {rig.plugin: rig.table}
    async with play(tmp_path, stand_in_keys, [rig.stand_in], plugins) as world:
        await rig.set_up(world)
        citizen = OpenId(await rig.somebody(world))
        yield PostOffice(rig, world, world.part(Outlet, rig.outlet), citizen)
