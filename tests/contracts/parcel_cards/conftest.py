"""One channel's parcels at a time, built as the gateway builds them, beside their stand-ins."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ParcelCards
from mock_platforms.keys import KeyFolder
from tests.contracts.parcel_cards.showcase import ParcelCardsRig, Showcase
from tests.contracts.rig import rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(ParcelCardsRig, "PARCEL_CARDS"), ids=lambda rig: rig.plugin)
def rig(request: pytest.FixtureRequest) -> ParcelCardsRig:
    rig: ParcelCardsRig = request.param
    return rig


@pytest.fixture
async def showcase(
    tmp_path: Path, stand_in_keys: KeyFolder, rig: ParcelCardsRig
) -> AsyncIterator[Showcase]:
    stand_ins = sorted({rig.stand_in, rig.method.stand_in})
    plugins = {rig.plugin: rig.table, rig.method.plugin: rig.method.table}
    async with play(tmp_path, stand_in_keys, stand_ins, plugins) as world:
        citizen, began_at = OpenId(await rig.somebody(world)), world.now() - timedelta(hours=1)
        yield Showcase(rig, world, world.part(ParcelCards, rig.plugin), citizen, began_at)
