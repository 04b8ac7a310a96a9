"""The bank beside both platforms, whose money it gets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.ports import BankStatements, Credit
from mock_platforms.keys import KeyFolder
from payment.ports import BillSource, PaymentMethod
from tests.contracts.payment_method.till import Till, repayment
from tests.contracts.rig import MethodRig
from tests.contracts.rigs.alipay import METHOD as ALIPAY
from tests.contracts.rigs.wechat import METHOD as WECHAT
from tests.contracts.world import World, play

TABLE = {"module": "adapters.bank", "from": "bank"}


@dataclass
class Account:
    world: World
    bank: BankStatements
    day: date
    folder: Path

    async def business(self, rig: MethodRig) -> None:
        """80.00 are paid, 2.34 given back."""
        method: PaymentMethod = self.world.part(PaymentMethod, rig.plugin)
        self.world.reply = lambda: method.answer(accepted=True)
        till = Till(rig, self.world, method)
        fact = await till.paid(till.order(fen=8000))
        await method.refund(repayment(fact, 234))
        await till.money_arrives()
        while self.world.has_callback():
            await self.world.callback()

    async def at(self, days: int, hours: float) -> None:
        """So many hours into the so-many-th day after the business."""
        wanted = day_start(self.day + timedelta(days=days)) + timedelta(hours=hours)
        await self.world.advance(wanted - self.world.now())

    async def credits(self) -> dict[str, Credit]:
        found = await self.bank.credits(self.day)
        assert len({credit.method for credit in found}) == len(found)
        return {credit.method: credit for credit in found}

    async def billed(self, rig: MethodRig) -> int:
        """What the platform's own bill says the bank is to receive."""
        source: BillSource = self.world.part(BillSource, rig.plugin)
        return source.settled_fen(await source.fetch(self.day, self.folder))


@pytest.fixture
async def account(tmp_path: Path, stand_in_keys: KeyFolder) -> AsyncIterator[Account]:
    stand_ins = [WECHAT.stand_in, ALIPAY.stand_in, "mock_platforms.bank"]
    plugins = {WECHAT.plugin: WECHAT.table, ALIPAY.plugin: ALIPAY.table, "bank": TABLE}
    into = tmp_path / "bills"
    into.mkdir()
    async with play(tmp_path, stand_in_keys, stand_ins, plugins) as world:
        day = beijing_day(world.now()) + timedelta(days=1)
        account = Account(world, world.part(BankStatements, "bank"), day, into)
        await account.at(0, 12)
        for rig in (WECHAT, ALIPAY):
            await account.business(rig)
        yield account
