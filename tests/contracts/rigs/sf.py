"""SF Express: its routes are pushed to the address that its console holds."""

from tests.contracts.rig import CourierRig
from tests.contracts.world import World


async def push_to(world: World, url: str) -> None:
    await world.control("POST", "/couriers/sf/push-address", url=url)


COURIER = CourierRig(
    plugin="sf",
    table={"module": "adapters.couriers.sf", "from": "couriers/sf"},
    operations={"trace": "sf.routes", "place": "sf.create", "cancel": "sf.update"},
    callback="sf_routes",
    push_to=push_to,
)
