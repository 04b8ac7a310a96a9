"""A house whose shelf remembers what it heard of parcels given to EMS."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.ports import Courier, CourierOrders, Parcel, Parcels
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house, until
from tests.unit.couriers.samples import NUMBER, WISH
from tests.unit.couriers.shelf import Shelf

DOOR = "/callbacks/couriers/ems"


@dataclass
class Counter:
    """One of the two EMS, and who hears of its parcels."""

    house: House
    shelf: Shelf

    def courier(self, code: str) -> Courier:
        courier: Courier = self.house.gateway.table.offered(Courier)[code]
        return courier

    def desk(self, code: str) -> CourierOrders:
        desk: CourierOrders = self.house.gateway.table.offered(CourierOrders)[code]
        return desk

    async def ordered(self, code: str = "ems") -> Parcel:
        return Parcel(await self.desk(code).place(WISH), NUMBER)

    async def happens(self, parcel: Parcel, step: str) -> None:
        await self.house.control("POST", f"/couriers/parcels/{parcel.waybill}/scan", step=step)
        await self.house.advance(timedelta())

    async def play(self, parcel: Parcel, script: str) -> None:
        path = f"/couriers/parcels/{parcel.waybill}/play"
        await self.house.control("POST", path, script=script)

    async def attempts(self, parcel: Parcel, count: int) -> list[dict[str, Any]]:
        return await until(
            f"{count} pushes",
            lambda: self.house.deliveries(parcel.waybill),
            lambda told: len(told) >= count,
        )


@pytest.fixture
async def counter(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Counter]:
    async with open_house(tmp_path, keys) as house:
        shelf = Shelf()
        house.gateway.table.offer(Parcels, "shelf", shelf)
        address = house.url + DOOR
        await house.control("POST", "/couriers/ems/push-address", url=address)
        yield Counter(house, shelf)
