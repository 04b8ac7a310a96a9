"""One channel at a time, built as the gateway builds it, beside its stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channel_gateway.ports import Channel
from mock_platforms.keys import KeyFolder
from tests.contracts.channel.door import Door
from tests.contracts.rig import ChannelRig, rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(ChannelRig, "CHANNEL"), ids=lambda rig: rig.plugin)
def rig(request: pytest.FixtureRequest) -> ChannelRig:
    rig: ChannelRig = request.param
    return rig


@pytest.fixture
async def door(tmp_path: Path, stand_in_keys: KeyFolder, rig: ChannelRig) -> AsyncIterator[Door]:
    plugins = {rig.plugin: rig.table}
    async with play(tmp_path, stand_in_keys, [rig.stand_in], plugins) as world:
        yield Door(rig, world, world.part(Channel, rig.plugin))
