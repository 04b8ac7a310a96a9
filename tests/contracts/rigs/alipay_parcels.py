"""Parcels in Alipay's order centre, paid for through Alipay or not."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from channel_gateway.ports import ParcelCard
from tests.contracts.parcel_cards.showcase import ParcelCardsRig
from tests.contracts.rigs.alipay import CHANNEL, METHOD, somebody
from tests.contracts.world import World


async def shown(world: World, card: ParcelCard) -> Mapping[str, Any] | None:
    async with (
        aiohttp.ClientSession(world.running.control_url) as control,
        control.get(f"/alipay/order-centre/{card.id}") as answer,
    ):
        told: dict[str, Any] = await answer.json()
        return told if answer.ok else None


PARCEL_CARDS = ParcelCardsRig(
    plugin="alipay",
    table=CHANNEL.table,
    stand_in=CHANNEL.stand_in,
    method=METHOD,
    somebody=somebody,
    shown=shown,
    call="alipay.merchant.order.sync",
    only_paid=False,
)
