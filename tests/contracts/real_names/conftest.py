"""One channel's proofs at a time, built as the gateway builds them, beside their stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channel_gateway.domain.people import OpenId
from channel_gateway.ports import RealNames
from mock_platforms.keys import KeyFolder
from tests.contracts.real_names.booth import Booth
from tests.contracts.rig import RealNamesRig, rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(RealNamesRig, "REAL_NAMES"), ids=lambda rig: rig.plugin)
def rig(request: pytest.FixtureRequest) -> RealNamesRig:
    rig: RealNamesRig = request.param
    return rig


@pytest.fixture
async def booth(
    tmp_path: Path, stand_in_keys: KeyFolder, rig: RealNamesRig
) -> AsyncIterator[Booth]:
    plugins = {rig.plugin: rig.table}
    async with play(tmp_path, stand_in_keys, [rig.stand_in], plugins) as world:
        citizen = OpenId(await rig.somebody(world))
        yield Booth(rig, world, world.part(RealNames, rig.plugin), citizen)
