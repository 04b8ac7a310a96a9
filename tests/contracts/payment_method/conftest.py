"""One payment method at a time, built as the gateway builds it, beside its stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from payment.ports import PaymentMethod
from tests.contracts.payment_method.till import Till
from tests.contracts.rig import MethodRig, rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(MethodRig, "METHOD"), ids=lambda rig: rig.plugin)
def rig(request: pytest.FixtureRequest) -> MethodRig:
    rig: MethodRig = request.param
    return rig


@pytest.fixture
async def till(tmp_path: Path, stand_in_keys: KeyFolder, rig: MethodRig) -> AsyncIterator[Till]:
    plugins = {rig.plugin: rig.table}
    async with play(tmp_path, stand_in_keys, [rig.stand_in], plugins) as world:
        method: PaymentMethod = world.part(PaymentMethod, rig.plugin)
        world.reply = lambda: method.answer(accepted=True)
        if rig.set_up is not None:
            await rig.set_up(world)
        yield Till(rig, world, method)
