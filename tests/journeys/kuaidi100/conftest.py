"""A house whose shelf remembers what it heard of parcels."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.people import Phone
from channel_gateway.ports import Courier, Parcel, Parcels
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house, until
from tests.unit.couriers.shelf import Shelf

WAYBILL = "ZT0000000001"
PARCEL = Parcel(WAYBILL, phone=Phone("13900001234"))


@dataclass
class Counter:
    """A parcel at 中通, tracked by kuaidi100, and who hears of it."""

    house: House
    shelf: Shelf
    courier: Courier

    async def happens(self, step: str) -> None:
        await self.house.control("POST", f"/couriers/parcels/{WAYBILL}/scan", step=step)
        await self.house.advance(timedelta())

    async def play(self, script: str) -> None:
        await self.house.control("POST", f"/couriers/parcels/{WAYBILL}/play", script=script)

    async def attempts(self, count: int) -> list[dict[str, Any]]:
        return await until(
            f"{count} pushes",
            lambda: self.house.deliveries(WAYBILL),
            lambda told: len(told) >= count,
        )


@pytest.fixture
async def counter(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Counter]:
    async with open_house(tmp_path, keys) as house:
        shelf = Shelf()
        house.gateway.table.offer(Parcels, "shelf", shelf)
        handed = {"courier": "zto", "waybill": WAYBILL, "phone": "13900001234"}
        await house.control("POST", "/couriers/parcels", **handed)
        yield Counter(house, shelf, house.gateway.table.offered(Courier)["zto"])
