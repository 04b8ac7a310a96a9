"""Parcels in WeChat's component, paid for through WeChat Pay."""

from collections.abc import Mapping
from typing import Any

from channel_gateway.ports import ParcelCard
from tests.contracts.parcel_cards.showcase import ParcelCardsRig
from tests.contracts.rigs.wechat import CHANNEL, METHOD, OPENID, open_mini_program
from tests.contracts.world import World


async def somebody(world: World) -> str:
    return (await open_mini_program(world, OPENID)).openid


async def shown(world: World, card: ParcelCard) -> Mapping[str, Any] | None:
    told = await world.control("GET", f"/wechat/waybills/{card.waybill}")
    found: list[dict[str, Any]] = told["parcels"]
    assert len(found) <= 1
    return found[0] if found else None


PARCEL_CARDS = ParcelCardsRig(
    plugin="wechat",
    table=CHANNEL.table,
    stand_in=CHANNEL.stand_in,
    method=METHOD,
    somebody=somebody,
    shown=shown,
    call="trace_waybill",
    only_paid=True,
    answers_signed=False,
)
