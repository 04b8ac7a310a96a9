"""One finance authority at a time, built as the gateway builds it, beside its stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channel_gateway.ports import NoticeAuthority
from mock_platforms.keys import KeyFolder
from tests.contracts.finance.counter import Counter
from tests.contracts.rig import FinanceRig, rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(FinanceRig, "FINANCE"), ids=lambda rig: rig.plugin)
def rig(request: pytest.FixtureRequest) -> FinanceRig:
    rig: FinanceRig = request.param
    return rig


@pytest.fixture
async def counter(
    tmp_path: Path, stand_in_keys: KeyFolder, rig: FinanceRig
) -> AsyncIterator[Counter]:
    plugins = {rig.plugin: rig.table}
    async with play(tmp_path, stand_in_keys, [rig.stand_in], plugins) as world:
        yield Counter(rig, world, world.part(NoticeAuthority, rig.plugin))
