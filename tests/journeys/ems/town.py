"""A town whose licences travel with EMS: all of it in process, on one clock."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.couriers import ems, ems_2019
from channel_gateway.domain.money import Fen
from channel_gateway.ports import ChannelPayment, Departments, Messenger, ParcelCards, Tools
from channel_gateway.wire import HttpRequest, HttpResponse
from mock_platforms.control import control
from mock_platforms.couriers import build
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Request, Response
from tests.journeys.appointments.town import open_town, service_text
from tests.journeys.deliveries.post import (
    DELIVERY,
    PlayedCards,
    PlayedCourier,
    PlayedDepartments,
    PlayedFees,
    PlayedMessenger,
    PostTown,
)

DOOR = "http://gateway.test/callbacks/couriers/ems"
_HALF_AN_HOUR_S = 1800


@dataclass
class Line:
    """An `HttpSender` to the stage, and the stage's way to us."""

    town: "EmsTown"

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        target = "/" + request.url.split("/", 3)[3]
        asked = Request(request.method, target, Headers(dict(request.headers)), request.body)
        answer = await self.town.stage.handle("couriers", asked)
        return HttpResponse(answer.status, body=answer.body)


@dataclass
class EmsTown:
    post: PostTown
    stage: Stage

    async def control(self, method: str, path: str, **body: Any) -> Any:
        answer = await control(self.stage, Request(method, path, body=json.dumps(body).encode()))
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    async def fault(self, kind: str, **more: Any) -> None:
        await self.control("POST", "/faults", platform="couriers", kind=kind, **more)

    async def passes(self, hours: float) -> None:
        for _ in range(int(hours * 2)):
            self.post.town.clock.move(seconds=_HALF_AN_HOUR_S)
            self.post.town.tokens.clear()
            await self.stage.clock.run_due()
            await self.post.work()


@asynccontextmanager
async def open_ems_town(folder: Path) -> AsyncIterator[EmsTown]:
    more = {
        name: {"module": f"channel_gateway.services.{name}"}
        for name in ("case", "licence_delivery")
    }
    rules = DELIVERY.replace('["post", "other"]', '["ems", "post"]')
    text = service_text("horizon_workdays = 5") + rules
    town = await open_town(folder, text, more=more)
    table, nothing = town.gateway.table, PlayedCourier()
    fees = PlayedFees(ChannelPayment("wechat", "4200001", Fen(8000), town.clock.now()))
    post = PostTown(town, nothing, PlayedDepartments(), PlayedMessenger(), PlayedCards(), fees)

    async def to_us(outgoing: Outgoing) -> Response:
        [door] = [row for row in table.callbacks if row.path == "/couriers/ems"]
        answer = await door.handler(HttpRequest("POST", outgoing.url, body=outgoing.body), post.now)
        return Response(answer.status, body=answer.body)

    stage = Stage(folder / "stage", {"couriers": build}, wall=town.clock.now, send=to_us)
    here = EmsTown(post, stage)
    sections = stage.describe()["couriers"]
    for name, module, section in (("ems", ems, "ems"), ("post", ems_2019, "ems_2019")):
        tools: Any = dict.fromkeys(Tools.__dataclass_fields__)
        tools |= {"name": name, "section": sections[section]}
        module.build(table, Tools(**tools | {"http": Line(here), "clock": town.clock}))
    table.offer(Departments, "departments", post.departments)
    table.offer(Messenger, "played", post.messenger)
    table.offer(ParcelCards, "wechat", post.cards)
    await here.control("POST", "/couriers/ems/push-address", url=DOOR)
    yield here
    await town.gateway.store.close()
