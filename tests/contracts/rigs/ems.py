"""EMS of today: it pushes what happens to all parcels of the contract."""

from tests.contracts.rig import CourierRig
from tests.contracts.world import World


async def push_to(world: World, url: str) -> None:
    await world.control("POST", "/couriers/ems/push-address", url=url)


COURIER = CourierRig(
    plugin="ems",
    table={"module": "adapters.couriers.ems", "from": "couriers/ems"},
    operations={"trace": "ems.traces", "place": "ems.order", "cancel": "ems.cancel"},
    callback="ems",
    push_to=push_to,
)
