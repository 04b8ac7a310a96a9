"""The open platform in process, and short ways to call it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wechat import build
from mock_platforms.wire import Outgoing, Request, Response

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@dataclass
class MiniProgram:
    stage: Stage
    pushed: list[Outgoing] = field(default_factory=list)
    answer: Response = field(default_factory=lambda: Response(200, body=b"success"))

    @property
    def facts(self) -> dict[str, Any]:
        return self.stage.describe()["wechat"]

    async def take(self, outgoing: Outgoing) -> Response:
        self.pushed.append(outgoing)
        return self.answer

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        return _words(
            await self.stage.handle("wechat", Request("GET", f"{path}?{urlencode(query)}"))
        )

    async def post(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        request = Request("POST", f"{path}?{urlencode(query)}", body=json.dumps(body).encode())
        return _words(await self.stage.handle("wechat", request))

    async def command(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        given = b"" if body is None else json.dumps(body).encode()
        return _words(await control(self.stage, Request(method, path, body=given)))

    async def login(self, code: str, **change: str) -> dict[str, Any]:
        query = {
            "appid": self.facts["app_id"],
            "secret": self.facts["app_secret"],
            "js_code": code,
            "grant_type": "authorization_code",
        } | change
        return await self.get("/sns/jscode2session", **query)

    async def token(self) -> str:
        answer = await self.get(
            "/cgi-bin/token",
            grant_type="client_credential",
            appid=self.facts["app_id"],
            secret=self.facts["app_secret"],
        )
        return str(answer["access_token"])

    async def stable_token(self, **change: Any) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self.facts["app_id"],
            "secret": self.facts["app_secret"],
        } | change
        return await self.post("/cgi-bin/stable_token", body)

    async def works(self, token: str) -> int:
        """Return 0 when a token opens the door, else the errcode it meets."""
        answer = await self.post(
            "/wxa/business/getuserphonenumber", {"code": "x"}, access_token=token
        )
        return 0 if answer["errcode"] == 40029 else int(answer["errcode"])


def _words(response: Response) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(response.body)
    return value


@pytest.fixture
def app(tmp_path: Path) -> MiniProgram:
    ends: list[MiniProgram] = []

    async def send(outgoing: Outgoing) -> Response:
        return await ends[0].take(outgoing)

    stage = Stage(tmp_path, {"wechat": build}, wall=lambda: NOON, shared_clock=True, send=send)
    ends.append(MiniProgram(stage))
    return ends[0]
