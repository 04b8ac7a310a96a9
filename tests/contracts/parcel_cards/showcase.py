"""Where a parcel is shown: the port in its world, a citizen, and what the platform shows of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.money import Fen
from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import ChannelPayment, ParcelCard, ParcelCards
from payment.ports import Payable, PaymentMethod
from tests.contracts.notices import notice
from tests.contracts.rig import MethodRig
from tests.contracts.world import World

AMOUNT = Fen(2200)
WAYBILL = "EMS1136281381675"


@dataclass(frozen=True, slots=True)
class ParcelCardsRig:
    """A `ParcelCards` with its stand-in, and how citizens pay on its channel."""

    plugin: str
    table: Mapping[str, Any]
    stand_in: str
    method: MethodRig
    somebody: Callable[[World], Awaitable[str]]
    shown: Callable[[World, ParcelCard], Awaitable[Mapping[str, Any] | None]]
    call: str  # the stand-in's operation by which a parcel is told of
    only_paid: bool  # whether a parcel without a payment on this channel is shown at all
    answers_signed: bool = True

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]


@dataclass
class Showcase:
    rig: ParcelCardsRig
    world: World
    cards: ParcelCards
    citizen: OpenId
    began_at: datetime

    def card(self, stage: Stage = Stage.PICKED_UP, **change: Any) -> ParcelCard:
        values: dict[str, Any] = {
            "id": "D20260302A1",
            "courier": "ems",
            "waybill": WAYBILL,
            "stage": stage,
            "goods": "不动产权证书",
            "recipient_phone": Phone("13800138000"),
            "began_at": self.began_at,
            "changed_at": self.world.now(),
            "page": "pages/delivery/index?id=D20260302A1",
        }
        return ParcelCard(**(values | change))

    async def show(self, card: ParcelCard) -> str | None:
        return await self.cards.show(self.citizen, card)

    async def shown(self, card: ParcelCard) -> Mapping[str, Any] | None:
        return await self.rig.shown(self.world, card)

    async def paid(self) -> ChannelPayment:
        """The citizen has paid for it on this channel."""
        method: PaymentMethod = self.world.part(PaymentMethod, self.rig.method.plugin)
        now = self.world.now()
        until = now + timedelta(hours=1)
        order = Payable("P20260302A1", AMOUNT, "证照寄递", self.citizen, until, notice(AMOUNT))
        await self.rig.method.pay(self.world, method, order, await method.prepare(order))
        fact = await method.ask(order.order_id)
        assert fact.transaction
        return ChannelPayment(self.rig.plugin, fact.transaction, AMOUNT, fact.paid_at or now)
