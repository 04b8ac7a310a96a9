"""The gateway's side of the contract, signed and verified by the standard's own package."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Request, Response, Unreachable

CODE = "civil_affairs"
PLACE = {"service": "MZ-HY-15", "hall": "hunyin", "slot": "2026-03-10T09:30"}
JSON = "application/json"


@dataclass
class Gateway:
    """Sends what a test says, and answers a department's calls."""

    code: str = CODE
    came: list[Outgoing] = field(default_factory=list)
    answer_id: str = ""  # whose answer it claims to be; the call's, unless said
    answer_secret: str = ""
    reachable: bool = True
    _stage: Stage | None = None
    _sent: int = 0

    @property
    def stage(self) -> Stage:
        assert self._stage is not None
        return self._stage

    @stage.setter
    def stage(self, stage: Stage) -> None:
        self._stage = stage

    def secret(self, kind: str = "secret_files", which: int = -1) -> str:
        section = self.stage.describe()["departments"]["departments"][self.code]
        return Path(section[kind][which]).read_text()

    async def send(
        self,
        type: str,
        data: dict[str, Any],
        *,
        id: str = "",
        body: bytes | None = None,
        secret: str = "",
        late_s: float = 0,
        **headers: str | None,
    ) -> Response:
        """Send a signed message; `headers` replace some of it afterwards, None takes one away."""
        self._sent += 1
        named, moment = id or f"msg_{self._sent}", datetime.now(UTC) - timedelta(seconds=late_s)
        raw = message(type, data) if body is None else body
        signature = Webhook(secret or self.secret()).sign(named, moment, raw.decode())
        fields = {
            "Content-Type": JSON,
            "webhook-id": named,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": signature,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent = Headers({name: value for name, value in fields.items() if value is not None})
        request = Request("POST", f"/{self.code}", sent, raw)
        return await self.stage.handle("departments", request)

    async def ask(self, type: str, data: dict[str, Any], *, id: str = "") -> Any:
        """Ask a question; the answer must be signed with the department's secret."""
        response = await self.send(type, data, id=id)
        assert response.status == 200, response
        return Webhook(self.secret("call_secret_files")).verify(
            response.body, dict(response.headers)
        )

    async def answer(self, outgoing: Outgoing) -> Response:
        """Be called by a department, with the package's own idea of whether it is one."""
        if not self.reachable:
            raise Unreachable("nobody is there")
        self.came.append(outgoing)
        Webhook(self.secret("call_secret_files")).verify(outgoing.body, dict(outgoing.headers))
        body, now = b'{"cancelled":true}', datetime.now(UTC)
        named = self.answer_id or outgoing.headers["webhook-id"]
        signature = Webhook(self.answer_secret or self.secret()).sign(named, now, body.decode())
        signed = {
            "webhook-id": named,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        return Response(200, Headers(signed), body)

    async def told(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = (await self.command("GET", "events"))["events"]
        return events

    async def command(self, method: str, path: str, **fields: Any) -> Any:
        raw = json.dumps(fields).encode() if fields else b""
        request = Request(method, f"/departments/{self.code}/{path}", body=raw)
        return json.loads((await control(self.stage, request)).body)


def message(type: str, data: dict[str, Any]) -> bytes:
    content = {"type": type, "timestamp": "2026-03-10T01:30:00Z", "data": data}
    return json.dumps(content, ensure_ascii=False).encode()


def appointment(version: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "appointment_id": "A1",
        **PLACE,
        "starts_at": "2026-03-10T01:30:00Z",
        "ends_at": "2026-03-10T02:00:00Z",
        "state": "confirmed",
        "version": version,
        "answers": {"household": "示例市"},
        **more,
    }
