"""Two small couriers in process: one names its waybills openly, one hides them in its calls."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.control import control
from mock_platforms.couriers import together
from mock_platforms.couriers.company import Company
from mock_platforms.couriers.parcels import Parcel, Parcels, Scan
from mock_platforms.couriers.player import Player
from mock_platforms.deliveries import Notice
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Headers, Outgoing, Request, Response, json_response

NOW = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)  # noon in Beijing

Command = Callable[..., Awaitable[Any]]


@dataclass
class Told:
    """What a courier told whoever listens, by its pushes."""

    came: list[Outgoing] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Response:
        self.came.append(outgoing)
        return Response(200)

    @property
    def steps(self) -> list[str]:
        return [each.body.decode() for each in self.came]


def open_courier(stage: Stage, parcels: Parcels) -> Player:
    def answer(request: Request) -> Response:
        return json_response({"op": request.query["op"]})

    def heard(parcel: Parcel, scan: Scan) -> None:
        said = f"{scan.step} {scan.at:%H:%M}".encode()
        stage.deliveries.post(
            Notice(
                platform="couriers",
                kind="open.push",
                orders={parcel.waybill},
                compose=lambda _: Outgoing("POST", "http://gateway/push", Headers(), said),
                accepted=lambda response: response.status == 200,
                ladder_s=(60,),
            )
        )

    parcels.listen("open", heard)
    return Player(
        name="open",
        routes=[Route("POST", "/std/service", answer, "open.call")],
        describe={"key": "open sesame"},
        notices=["open.push"],
        operation=lambda _, request: f"open.{request.query['op']}",
        more_operations=["open.ask", "open.order"],
        trouble=lambda status, _: json_response({"busy": status}),
    )


def hiding_courier(stage: Stage, parcels: Parcels) -> Player:
    return Player(
        name="hiding",
        routes=[Route("POST", "/hidden", lambda _: json_response({}), "hiding.call")],
        describe={},
        orders=lambda request: [base64.b64decode(request.body).decode()],
    )


def both(stage: Stage) -> StandIn:
    parcels = Parcels(stage.randomness)
    players = [open_courier(stage, parcels), hiding_courier(stage, parcels)]
    return together(stage, parcels, Company(players))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def stage(tmp_path: Path, told: Told) -> Stage:
    return Stage(tmp_path, {"couriers": both}, wall=lambda: NOW, send=told.send)


@pytest.fixture
def command(stage: Stage) -> Command:
    async def run(method: str, path: str, expect: int = 200, **body: Any) -> Any:
        raw = json.dumps(body).encode() if body else b""
        response = await control(stage, Request(method, path, body=raw))
        assert response.status == expect, response.body.decode()
        return json.loads(response.body)

    return run
