"""A courier that signs nothing, over sockets: in by its own door, and nobody else with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.domain.parcels import Address, Contact
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.ports import CourierOrders, CourierPush, Doors, Parcels, WaybillWish
from channel_gateway.settings import Settings
from channel_gateway.web.edge import followed
from mock_platforms import couriers
from mock_platforms.keys import KeyFolder
from mock_platforms.server import RunningStage, start
from tests.journeys.departments.bureau import listening
from tests.ports import free_port

DOOR = "sf_routes"
STREET = Address("浙江省", "杭州市", "西湖区", "示例路1号")
HALL = Contact(PersonName("办证大厅"), Phone("057100000000"), STREET)
CITIZEN = Contact(PersonName("林示例"), Phone("13900139000"), STREET)


@dataclass
class KeptParcels:
    """Who keeps the parcels."""

    pushes: list[CourierPush] = field(default_factory=list)

    async def heard(self, push: CourierPush, now: datetime) -> bool:
        self.pushes.append(push)
        return True


@dataclass
class Hall:
    gateway: Gateway
    running: RunningStage
    http: aiohttp.ClientSession
    url: str
    parcels: KeptParcels

    async def control(self, method: str, path: str, **body: Any) -> Any:
        async with self.http.request(method, self.running.control_url + path, json=body) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told

    async def operator(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.gateway.edge.operator_key}"}
        address = f"{self.url}/v1/operator{path}"
        async with self.http.request(method, address, json=body, headers=headers) as answer:
            assert answer.ok, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def posted(self, url: str, body: bytes) -> tuple[int, bytes]:
        async with self.http.post(url, data=body) as answer:
            return answer.status, await answer.read()

    async def address(self) -> str:
        doors: Doors = self.gateway.table.offered(Doors)["web"]
        return await doors.address(DOOR)

    async def sent(self) -> str:
        """A parcel is ordered; returns its waybill."""
        orders: CourierOrders = self.gateway.table.offered(CourierOrders)["sf"]
        return await orders.place(WaybillWish("D1T1", HALL, CITIZEN, "不动产权证书", True))

    async def scanned(self, waybill: str, step: str) -> list[dict[str, Any]]:
        """Something happens to it; tells of every push that was tried because of it."""
        await self.control("POST", f"/couriers/parcels/{waybill}/scan", step=step)
        await self.control("POST", "/clock/advance", seconds=1)
        told = await self.control("GET", f"/deliveries?order={waybill}")
        return list(told["deliveries"])


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as hall:
        yield hall


@asynccontextmanager
async def open_hall(folder: Path) -> AsyncIterator[Hall]:
    builds, keys = {"couriers": couriers.build}, KeyFolder(folder / "keys")
    async with (
        start(folder, builds=builds, keys=keys, shared_clock=True) as running,
        aiohttp.ClientSession() as http,
    ):
        port = free_port()
        settings = Settings.model_validate(
            {
                "server": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
                "store": {"url": f"sqlite:{folder / 'gateway.db'}"},
                "secrets": {"folder": folder / "secrets"},
                "plugins": {
                    "sf": {
                        "module": "adapters.couriers.sf",
                        "from": f"{folder / 'platforms.json'}#couriers/sf",
                    }
                },
            }
        )
        async with opened(settings, clock=running.stage.clock, beginning=True) as gateway:
            parcels = KeptParcels()
            gateway.table.offer(Parcels, "kept", parcels)
            async with followed(gateway.table, gateway.edge), listening(gateway, settings):
                yield Hall(gateway, running, http, settings.server.public_url, parcels)


async def test_the_courier_comes_in_by_the_door_it_was_told(hall: Hall) -> None:
    await hall.control("POST", "/couriers/sf/push-address", url=await hall.address())
    waybill = await hall.sent()

    tried = await hall.scanned(waybill, "picked_up")

    assert [each["status"] for each in tried] == [200]
    assert [(push.waybill, push.signed) for push in hall.parcels.pushes] == [(waybill, False)]


async def test_a_key_is_changed_while_parcels_are_on_their_way(hall: Hall) -> None:
    old = await hall.address()
    await hall.control("POST", "/couriers/sf/push-address", url=old)
    waybill = await hall.sent()
    await hall.operator("POST", f"/doors/{DOOR}/keys")
    await hall.scanned(waybill, "picked_up")
    await hall.control("POST", "/couriers/sf/push-address", url=await hall.address())
    (door,) = (await hall.operator("GET", "/doors"))["doors"]
    await hall.operator("DELETE", f"/doors/{DOOR}/keys/{door['keys'][0]['id']}")

    tried = await hall.scanned(waybill, "departed")

    assert [each["status"] for each in tried] == [200, 200]
    assert len(hall.parcels.pushes) == 2
    assert (await hall.posted(old, b"{}"))[0] == 404


async def test_a_flood_of_forged_pushes_changes_nothing_and_is_counted(hall: Hall) -> None:
    place = (await hall.address()).rpartition("/")[0]
    forged = b'{"Body":{"WaybillRoute":[{"mailno":"SF1","opCode":"80"}]}}'

    answers = {(await hall.posted(f"{place}/guess-{n}", forged))[0] for n in range(200)}

    assert answers == {404}
    assert hall.parcels.pushes == []
    (door,) = (await hall.operator("GET", "/doors"))["doors"]
    assert door["refused"] == {"key": 200}


async def test_from_elsewhere_the_right_key_opens_nothing(hall: Hall) -> None:
    await hall.control("POST", "/couriers/sf/push-address", url=await hall.address())
    waybill = await hall.sent()
    await hall.operator("PUT", f"/doors/{DOOR}/networks", {"networks": ["203.0.113.0/24"]})

    tried = await hall.scanned(waybill, "picked_up")

    assert [each["status"] for each in tried] == [404]
    assert hall.parcels.pushes == []
    (door,) = (await hall.operator("GET", "/doors"))["doors"]
    assert door["turned_away"] == "127.0.0.1"

    await hall.operator("PUT", f"/doors/{DOOR}/networks", {"networks": ["127.0.0.0/8"]})
    await hall.control("POST", "/clock/advance", seconds=600)  # SF tries again

    assert [push.waybill for push in hall.parcels.pushes] == [waybill]


async def test_a_wrong_payload_gets_the_courier_s_words_and_is_kept_masked(hall: Hall) -> None:
    body = '{"Body":{"WaybillRoute":[{"remark":"快递员:李四,13900139000"}]}}'.encode()

    status, words = await hall.posted(await hall.address(), body)
    await hall.gateway.edge.refused.settled()

    assert status == 400
    assert b"return_code" in words
    (kept,) = (await hall.operator("GET", f"/refused-callbacks?callback={DOOR}"))["callbacks"]
    assert kept["code"] == "malformed"
    assert "remark" in kept["body"]
    assert "李四" not in kept["body"]
    assert "13900139000" not in kept["body"]
