"""A finance authority in its world: notices issued, looked up, confirmed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, FeeItem, Notice, NoticeDraft
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import FinanceAuthority
from tests.contracts.rig import FinanceRig
from tests.contracts.world import World


@dataclass
class Counter:
    rig: FinanceRig
    world: World
    finance: FinanceAuthority

    async def notice(self, *, due_in_days: int = 15) -> Notice:
        """Issued just now, and looked up."""
        return await self.finance.look_up(*await self.rig.issue(self.world, due_in_days))

    def confirmation(self, notice: Notice, number: str = "FEE20260105A") -> Confirmation:
        return Confirmation(
            number=number,
            pay_code=notice.pay_code,
            amount_fen=notice.total_fen,
            late_fee_fen=notice.late_fee_fen,
            paid_at=self._this_second(),
            method="wechat_pay",
            transaction=f"4200{number}",
        )

    def draft(self, *amounts_fen: int) -> NoticeDraft:
        """What a unit wants to charge the rig's person, an item for each amount."""
        number, name = self.rig.owed_by
        return NoticeDraft(
            unit_code="330199021",
            unit_name="示例市不动产登记中心",
            payer_name=PersonName(name),
            id_number=IdNumber(number),
            items=tuple(
                FeeItem("103043211", "不动产登记费", "件", 1, Fen(each))
                for each in amounts_fen or (80_00,)
            ),
            due_on=beijing_day(self.world.now()) + timedelta(days=15),
        )

    async def confirmed(self) -> Confirmation:
        confirmation = self.confirmation(await self.notice())
        await self.finance.confirm(confirmation)
        return confirmation

    @asynccontextmanager
    async def broken(self, kind: str, verb: str) -> AsyncIterator[None]:
        """While this lasts, every call of this verb suffers the fault."""
        operation = self.rig.operations[verb]
        fault = await self.world.fault(self.rig.platform, kind, operation, times=None)
        yield
        await self.world.control("DELETE", f"/faults/{fault}")

    def _this_second(self) -> datetime:
        return self.world.now().replace(microsecond=0)
