"""Kuaidi100 with a courier it tracks: parcels are handed over with waybills of their own."""

from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import Phone
from channel_gateway.ports import Parcel
from tests.contracts.rig import STAGES, CourierRig
from tests.contracts.world import World

WAYBILL = "ZT0000000001"
PHONE = "13900001234"


async def hand_over(world: World) -> Parcel:
    handed = {"courier": "zto", "waybill": WAYBILL, "phone": PHONE}
    await world.control("POST", "/couriers/parcels", **handed)
    return Parcel(WAYBILL, phone=Phone(PHONE), sender_city="杭州市", recipient_city="宁波市")


COURIER = CourierRig(
    plugin="kuaidi100",
    table={
        "module": "adapters.couriers.kuaidi100",
        "from": "couriers/kuaidi100",
        "carriers": {"zto": {"com": "zhongtong", "name": "中通快递", "hotline": "95311"}},
    },
    operations={"trace": "kuaidi100.query", "follow": "kuaidi100.subscribe"},
    callback="kuaidi100",
    hand_over=hand_over,
    # 投柜或站签收: kuaidi100 does not say whether the citizen has it.
    stages={**STAGES, "locker_signed": Stage.PROXY_SIGNED},
    code="zto",
)
