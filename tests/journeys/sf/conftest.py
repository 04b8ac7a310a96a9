"""A house that sends licences by SF: its own door for SF's pushes, a citizen who waits."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.ports import Doors
from channel_gateway.web.exchange import Exchange
from mock_platforms.keys import KeyFolder
from tests.journeys.appointments.town import SERVICE, Answer, Town, service_text, slot
from tests.journeys.cases.city import moment, progress, told
from tests.journeys.gateway.house import House, open_house

DELIVERY = """
[delivery]
couriers = ["sf"]
payer = "citizen"

[delivery.sender]
name = "示例办事大厅"
phone = "0571-88880000"
province = "浙江省"
city = "杭州市"
district = "西湖区"
street = "人民路1号"
"""
RECIPIENT = {
    "name": "李雷",
    "phone": "13900139000",
    "province": "浙江省",
    "city": "宁波市",
    "district": "鄞州区",
    "street": "示例路90号2幢301",
}
_cases = itertools.count(1)


@dataclass
class Street(Town):
    """The house as its citizens use it; they log in by the WeChat stand-in."""

    house: House | None = None

    async def citizen(
        self, who: str, method: str, path: str, body: Any = None, **more: str
    ) -> Answer:
        if who not in self.tokens:
            assert self.house is not None
            code = (await self.house.control("POST", "/wechat/login-codes"))["code"]
            login = {"channel": "wechat", "code": code}
            self.tokens[who] = (await self.call("POST", "/sessions", login)).body["token"]
        return await super().citizen(who, method, path, body, **more)


@dataclass
class SfPost:
    house: House
    street: Street

    async def door(self) -> str:
        """Where SF pushes to: a path that nobody can guess."""
        doors = next(iter(self.house.gateway.table.offered(Doors).values()))
        return str(await doors.address("sf_routes")).removeprefix(self.house.url)

    async def sent(self) -> tuple[str, str]:
        """A delivery from the issued licence to its waybill; and the waybill."""
        case_no = f"2026-{next(_cases)}"
        day = date.fromisoformat((await self.street.bookable_days())[-1])
        visit = await self.street.booked("one", slot(day))
        case = await progress(self.street, case_no, "accepted", appointment_id=visit)
        id = await self.asked_for(case)
        at = moment(self.house.now())
        await told(self.street, "licence.issued", case_no=case_no, name="不动产权证书", at=at)
        await self.house.quiet()
        return id, (await self.see(id))["waybill"]

    async def asked_for(self, case: str) -> str:
        shown = (await self.street.call("GET", f"/services/{SERVICE}")).body
        wish = {
            "service": SERVICE,
            "case_id": case,
            "recipient": RECIPIENT,
            "consents": ["address", "courier"],
            "policy_version": shown["policy_version"],
        }
        answer = await self.street.citizen("one", "POST", "/deliveries", wish)
        assert answer.status == 201, answer
        return str(answer.body["delivery_id"])

    async def see(self, id: str) -> Any:
        answer = await self.street.citizen("one", "GET", f"/deliveries/{id}")
        assert answer.status == 200, answer
        return answer.body

    async def play(self, waybill: str, script: str, **more: Any) -> None:
        path = f"/couriers/parcels/{waybill}/play"
        await self.house.control("POST", path, script=script, **more)

    async def scan(self, waybill: str, step: str) -> None:
        path = f"/couriers/parcels/{waybill}/scan"
        await self.house.control("POST", path, step=step)
        await self.house.pass_time(minutes=2)


@pytest.fixture
async def post(
    request: pytest.FixtureRequest, tmp_path: Path, keys: KeyFolder
) -> AsyncIterator[SfPost]:
    """SF pushes in JSON to the door it was given; with the parameter "form", as XML in a form."""
    in_form = getattr(request, "param", "") == "form"
    (files := tmp_path / "services").mkdir()
    text = service_text("horizon_workdays = 5") + DELIVERY
    (files / "one.toml").write_text(text, encoding="utf-8")
    async with open_house(tmp_path, keys, services=files) as house:
        street = Street(
            house.gateway,
            Exchange(house.gateway.table, house.gateway.edge),
            house.running.stage.clock,
            house=house,
        )
        post = SfPost(house, street)
        url = house.url + await post.door()
        await house.control("POST", "/couriers/sf/push-address", url=url, form=in_form)
        yield post
