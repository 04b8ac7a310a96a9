"""Kuaidi100 in process, and a subscriber written apart from it; the wall's clock stands still."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from mock_platforms.control import control
from mock_platforms.couriers import build
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Request, Response
from tests.mock_platforms.couriers.conftest import NOW

FORM = "application/x-www-form-urlencoded"
GOOD = b'{"result":true,"returnCode":"200","message":"\xe6\x88\x90\xe5\x8a\x9f"}'
URL = "http://gateway/callbacks/couriers/kuaidi100"

Command = Callable[..., Awaitable[Any]]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass
class Subscriber:
    """Calls kuaidi100 as its documents say, and is called by it."""

    salt: str | None = "the salt"
    reply: bytes = GOOD
    came: list[Outgoing] = field(default_factory=list)
    stage: Stage | None = None

    @property
    def section(self) -> dict[str, Any]:
        assert self.stage is not None
        return dict(self.stage.describe()["couriers"]["kuaidi100"])

    async def answer(self, outgoing: Outgoing) -> Response:
        self.came.append(outgoing)
        return Response(200, body=self.reply)

    async def subscribe(self, number: str = "YT0000000001", **more: Any) -> tuple[Any, Any]:
        parameters = {"callbackurl": URL, "resultv2": "4", **more.pop("parameters", {})}
        if self.salt is not None:
            parameters["salt"] = self.salt
        param = {"company": "yuantong", "number": number, "key": self.section["key"], **more}
        text = json.dumps({**param, "parameters": parameters}, ensure_ascii=False)
        return code(await self.post("/poll", schema="json", param=text))

    async def query(self, **more: Any) -> Any:
        param = {"com": "yuantong", "num": "YT0000000001", "resultv2": "4", **more}
        text, own = json.dumps(param, ensure_ascii=False), self.section
        sign = md5(text + own["key"] + own["customer"])
        reply = await self.post("/poll/query.do", customer=own["customer"], sign=sign, param=text)
        return json.loads(reply.body)

    async def post(self, path: str, kind: str = FORM, **fields: str) -> Response:
        body, headers = urlencode(fields).encode(), Headers({"Content-Type": kind})
        assert self.stage is not None
        return await self.stage.handle("couriers", Request("POST", path, headers, body))

    def pushes(self) -> list[dict[str, Any]]:
        """What was pushed; each must be signed rightly."""
        told = []
        for each in self.came:
            form = parse_qs(each.body.decode(), strict_parsing=True)
            assert each.headers["Content-Type"].startswith(FORM)
            assert form["sign"] == [md5(form["param"][0] + (self.salt or ""))]
            told.append(json.loads(form["param"][0]))
        return told

    def said(self) -> list[tuple[str, str, int]]:
        """Of each push its status, its state and how many rows it has."""
        return [
            (each["status"], each["lastResult"]["state"], len(each["lastResult"]["data"]))
            for each in self.pushes()
        ]


def code(response: Response) -> tuple[bool, str]:
    said = json.loads(response.body)
    return said["result"], said["returnCode"]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def subscriber() -> Subscriber:
    return Subscriber()


@pytest.fixture
def stage(tmp_path: Path, keys: KeyFolder, subscriber: Subscriber) -> Stage:
    stage = Stage(
        tmp_path, {"couriers": build}, keys=keys, wall=lambda: NOW, send=subscriber.answer
    )
    subscriber.stage = stage
    return stage


@pytest.fixture
def command(stage: Stage) -> Command:
    async def run(method: str, path: str, **body: Any) -> Any:
        raw = json.dumps(body).encode() if body else b""
        response = await control(stage, Request(method, path, body=raw))
        assert response.status < 300, response.body.decode()
        return json.loads(response.body)

    return run


@pytest.fixture
async def parcel(command: Command) -> str:
    """A parcel at 圆通, whom nobody plays."""
    await command("POST", "/couriers/parcels", courier="yto", waybill="YT0000000001")
    return "/couriers/parcels/YT0000000001"
