"""One platform's bills at a time, built as the gateway builds them, beside their stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from payment.ports import BillSource, PaymentMethod
from tests.contracts.bills.desk import BillsRig, Desk
from tests.contracts.payment_method.till import Till
from tests.contracts.rig import rigs
from tests.contracts.world import play


@pytest.fixture(params=rigs(BillsRig, "BILLS"), ids=lambda rig: rig.method.plugin)
def rig(request: pytest.FixtureRequest) -> BillsRig:
    rig: BillsRig = request.param
    return rig


@pytest.fixture
async def desk(tmp_path: Path, stand_in_keys: KeyFolder, rig: BillsRig) -> AsyncIterator[Desk]:
    plugins = {rig.method.plugin: rig.method.table}
    into = tmp_path / "bills"
    into.mkdir()
    async with play(tmp_path, stand_in_keys, [rig.method.stand_in], plugins) as world:
        method: PaymentMethod = world.part(PaymentMethod, rig.method.plugin)
        world.reply = lambda: method.answer(accepted=True)
        source: BillSource = world.part(BillSource, rig.method.plugin)
        till = Till(rig.method, world, method)
        yield Desk(rig, world, source, till, into)
