"""A courier in its world: parcels ordered or handed over, scanned, told of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channel_gateway.domain.parcels import Address, Contact
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.ports import (
    Courier,
    CourierOrders,
    Parcel,
    Parcels,
    WaybillWish,
)
from channel_gateway.service import Callback
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.contracts.rig import CourierRig
from tests.contracts.world import World
from tests.unit.couriers.shelf import Shelf

HALL = Contact(
    PersonName("不动产登记中心"),
    Phone("057100000000"),
    Address("浙江省", "杭州市", "西湖区", "示例路1号政务服务中心"),
)
CITIZEN = Contact(
    PersonName("林示例"),
    Phone("13900001234"),
    Address("浙江省", "宁波市", "鄞州区", "示例路2号3幢405室"),
)


def wish(number: str = "D2026-1", *, recipient_pays: bool = False) -> WaybillWish:
    return WaybillWish(number, HALL, CITIZEN, "不动产权证书", recipient_pays)


@dataclass
class Depot:
    """The courier, its rig, and what happens to parcels."""

    rig: CourierRig
    world: World
    courier: Courier
    orders: CourierOrders | None
    shelf: Shelf

    @property
    def desk(self) -> CourierOrders:
        assert self.orders is not None, "this courier takes no orders"
        return self.orders

    async def parcel(self, number: str = "D2026-1") -> Parcel:
        """A parcel that the courier has; where it takes orders, ordered."""
        if self.rig.hand_over is not None:
            return await self.rig.hand_over(self.world)
        waybill = await self.desk.place(wish(number))
        return Parcel(waybill, number, CITIZEN.phone, HALL.address.city, CITIZEN.address.city)

    async def scan(self, parcel: Parcel, step: str, **more: Any) -> None:
        path = f"/couriers/parcels/{parcel.waybill}/scan"
        await self.world.control("POST", path, step=step, **more)

    async def correct(self, parcel: Parcel, step: str, by: timedelta) -> None:
        path, earlier_s = f"/couriers/parcels/{parcel.waybill}/correct", by.total_seconds()
        await self.world.control("POST", path, step=step, earlier_s=earlier_s)

    async def all_parcels(self) -> list[dict[str, Any]]:
        told = await self.world.control("GET", "/couriers/parcels")
        return list(told["parcels"])

    @asynccontextmanager
    async def broken(self, kind: str, verb: str) -> AsyncIterator[None]:
        """While this lasts, every call of this verb suffers the fault."""
        operation = self.rig.operations[verb]
        fault = await self.world.fault(self.rig.platform, kind, operation, times=None)
        yield
        await self.world.control("DELETE", f"/faults/{fault}")

    # Pushes.

    @property
    def door(self) -> Callback:
        """The row that takes the courier's pushes."""
        rows = self.world.gateway.table.callbacks
        return next(row for row in rows if row.name == self.rig.callback)

    async def follow(self, parcel: Parcel) -> None:
        if self.rig.push_to is not None:
            await self.rig.push_to(self.world, self.world.public_url)
        await self.courier.follow(parcel)

    async def pushed(self, parcel: Parcel, step: str) -> HttpRequest:
        """The push about something that happens now, as it arrived."""
        await self.scan(parcel, step)
        await self.world.advance(timedelta())
        return await self.world.callback()

    async def receive(self, push: HttpRequest) -> HttpResponse:
        return await self.door.handler(push, self.world.now())

    async def attempts(self, parcel: Parcel) -> list[dict[str, Any]]:
        """All tries to tell of a parcel, once the answer to the last one has arrived."""
        await self.world.running.stage.clock.run_due()
        return await self.world.deliveries(parcel.waybill)


def depot_in(world: World, rig: CourierRig) -> Depot:
    code, shelf = rig.code or rig.plugin, Shelf()
    world.gateway.table.offer(Parcels, "shelf", shelf)
    offered = world.gateway.table.offered
    return Depot(rig, world, offered(Courier)[code], offered(CourierOrders).get(code), shelf)
