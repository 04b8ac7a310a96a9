"""A whole gateway whose couriers are the stand-ins: licences on real roads, on one moved clock.

A courier is a row of `ROADS`: its code, how it is told where to push, whether it takes orders.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from channel_gateway.domain.days import at_minute, beijing_day, beijing_text
from channel_gateway.ports import Doors
from mock_platforms.keys import KeyFolder
from tests.journeys.appointments.town import HALL, SERVICE, service_text
from tests.journeys.deliveries.post import DELIVERY, RECIPIENT
from tests.journeys.gateway.citizen import Citizen, log_in, operate
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import WECHAT_PAY

DEPARTMENT = "exit_entry"
_ANSWERS = {"applicant": "张三", "id_number": "990101199001010019", "phone": "13800138000"}


@dataclass(frozen=True, slots=True)
class Road:
    """One courier as a delivery meets it."""

    code: str
    stand_in: str  # its folder there
    push_to: Callable[[House], Awaitable[None]] | None = None
    takes_orders: bool = True
    # What it says of a parcel somebody else signed for, or took out of a locker.
    locker_end: str = "signed"


async def _sf_door(house: House) -> str:
    doors: Doors = next(iter(house.gateway.table.offered(Doors).values()))
    return await doors.address("sf_routes")


async def _sf(house: House) -> None:
    url = await _sf_door(house)
    await house.control("POST", "/couriers/sf/push-address", url=url)


async def _ems(house: House) -> None:
    url = f"{house.url}/callbacks/couriers/ems"
    await house.control("POST", "/couriers/ems/push-address", url=url)


SF = Road("sf", "sf", _sf)
ROADS = (
    SF,
    Road("ems", "ems", _ems),
    Road("post", "ems_2019"),  # which pushes nothing
    Road("zto", "kuaidi100", takes_orders=False),
)
PUSHING = tuple(road for road in ROADS if road.code != "post")


@dataclass
class Journey:
    """One licence, one courier, one citizen."""

    house: House
    road: Road
    citizen: Citizen
    id: str = ""
    waybill: str = ""
    case_id: str = ""

    async def department(self, kind: str, **data: Any) -> dict[str, Any]:
        body = {"type": kind, "data": data, "to": self.house.url}
        told = await self.house.control("POST", f"/departments/{DEPARTMENT}/calls", **body)
        answer = told["answers"][-1]["answer"]
        assert told["answers"][-1]["status"] == 200, told
        return dict(answer)

    async def begin(self) -> None:
        """From the appointment over the issued licence to the waybill."""
        slots = f"/v1/services/{SERVICE}/halls/{HALL}/slots"
        days = (await self.house.call("GET", slots)).json()["days"]
        day = [each["day"] for each in days if each["why_not"] is None][-1]
        body = {"service": SERVICE, "hall": HALL, "slot": f"{day}T10:00", "answers": _ANSWERS}
        booked = await self.citizen.call("POST", "/appointments", body)
        assert booked.status == 201, booked
        visit, at = booked.json()["appointment_id"], self.house.now().isoformat()
        await self.department(
            "case.progress",
            case_no="2026-1",
            service=SERVICE,
            state="accepted",
            at=at,
            appointment_id=visit,
        )
        shown = (await self.house.call("GET", f"/v1/services/{SERVICE}")).json()
        wish = {
            "service": SERVICE,
            "appointment_id": visit,
            "courier": self.road.code,
            "recipient": RECIPIENT,
            "consents": ["address", "courier"],
            "policy_version": shown["policy_version"],
        }
        begun = await self.citizen.call("POST", "/deliveries", wish)
        assert begun.status == 201, begun
        self.id, self.case_id = begun.json()["delivery_id"], begun.json()["case_id"]
        await self.department("licence.issued", case_no="2026-1", name="普通护照", at=at)
        await self.house.quiet()
        if not self.road.takes_orders:
            await self._hand_over()
        seen = await self.see()
        assert seen["state"] == "waybill", seen
        self.waybill = seen["waybill"]

    async def disturb(self, *kinds: str, times: int = 3) -> None:
        for kind in kinds:
            await self.house.fault("couriers", kind, order=self.waybill, times=times)

    async def play(self, script: str) -> None:
        path = f"/couriers/parcels/{self.waybill}/play"
        await self.house.control("POST", path, script=script)

    async def see(self) -> dict[str, Any]:
        answer = await self.citizen.call("GET", f"/deliveries/{self.id}")
        assert answer.status == 200, answer
        return dict(answer.json())

    async def operate(self, verb: str, body: Any = None) -> dict[str, Any]:
        answer = await operate(self.house, "POST", f"/deliveries/{self.id}/{verb}", body)
        assert answer.status == 200, answer
        await self.house.quiet()
        return dict(answer.json())

    async def wanting(self) -> list[tuple[str, str]]:
        answer = (await operate(self.house, "GET", "/deliveries")).json()
        return [(each["delivery_id"], each["why"]) for each in answer["deliveries"]]

    async def truth(self) -> list[dict[str, Any]]:
        """What truly happened to the parcel, by the stand-in."""
        told = await self.house.control("GET", "/couriers/parcels")
        [parcel] = [each for each in told["parcels"] if each["waybill"] == self.waybill]
        return list(parcel["scans"])

    async def inbox(self) -> list[str]:
        """What the citizen was told of the parcel, in that order."""
        found = await self.house.gateway.store.find("messages", limit=200)
        ours = [each for each in found if each["subject"] == f"delivery:{self.id}"]
        return [each["happening"] for each in sorted(ours, key=lambda each: each["place"])]

    async def heard(self) -> list[str]:
        """What the department was told of it, in that order."""
        told = await self.house.control("GET", f"/departments/{DEPARTMENT}/events")
        kinds = (each["type"] for each in told["events"])
        return [kind for kind in kinds if kind.startswith("delivery.")]

    async def asked(self, operation: str) -> int:
        """How often the courier was called so."""
        told = await self.house.control("GET", "/requests")
        return sum(each["operation"] == operation for each in told["requests"])

    async def forge(self, number: int) -> int:
        """Somebody who knows door and waybill says that it is signed for, in SF's words."""
        route = {
            "mailno": self.waybill,
            "orderid": f"{self.id}-1",
            "acceptTime": beijing_text(self.house.now() - timedelta(seconds=number)),
            "acceptAddress": "杭州市",
            "remark": "已签收，请加微信领取赔偿",
            "opCode": "80",
            "id": str(number),
        }
        body = json.dumps({"Body": {"WaybillRoute": [route]}}).encode()
        path = (await _sf_door(self.house)).removeprefix(self.house.url)
        fields = {"Content-Type": "application/json"}
        return (await self.house.call("POST", path, body, fields)).status

    async def _hand_over(self) -> None:
        waybill = "ZT0000000001"
        handed = {"courier": self.road.code, "waybill": waybill, "phone": RECIPIENT["phone"]}
        await self.house.control("POST", "/couriers/parcels", **handed)
        await self.department(
            "delivery.handed_over", delivery_id=self.id, courier=self.road.code, waybill=waybill
        )
        await self.house.quiet()


@asynccontextmanager
async def open_road(folder: Path, keys: KeyFolder, road: Road) -> AsyncIterator[Journey]:
    """On the morning of the day after, with a waybill made."""
    files = folder / "services"
    files.mkdir()
    text = service_text("horizon_workdays = 5").replace(
        'department = "hall"', f'department = "{DEPARTMENT}"'
    )
    delivery = DELIVERY.replace('["post", "other"]', f'["{road.code}"]')
    (files / "one.toml").write_text(text + delivery, encoding="utf-8")
    async with open_house(folder, keys, services=files) as house:
        tomorrow = beijing_day(house.now()) + timedelta(days=1)
        await house.advance(at_minute(tomorrow, 600) - house.now())
        if road.push_to is not None:
            await road.push_to(house)
        journey = Journey(house, road, await log_in(house, WECHAT_PAY))
        await journey.begin()
        yield journey
