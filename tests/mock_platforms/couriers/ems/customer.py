"""The calling side, written apart from the stand-in: `openssl enc -sm4-ecb` seals what it says."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Outgoing, Request, Response

PATH = "/amp-prod-api/f/amp/api/open"
TAKEN = {"receiveId": "", "responseState": True, "errorDesc": "", "responseItems": []}

CONTACT = {
    "name": "林示例",
    "mobile": "13800000000",
    "prov": "浙江省",
    "city": "宁波市",
    "county": "海曙区",
    "address": "样本街2号3室",
}
ORDER: dict[str, Any] = {
    "ecommerceUserId": "1",
    "logisticsOrderNo": "D20260107-1",
    "createdTime": "2026-01-07 12:00:00",
    "contentsAttribute": "1",
    "bizProductNo": "1",
    "paymentMode": "1",
    "sender": CONTACT,
    "receiver": CONTACT,
    "cargos": [{"cargoName": "不动产权证书"}],
}


def seal(content: bytes, key: str, *, behind: str | None = None) -> str:
    """`behind`: what stands behind the content, when not the key's text as it should."""
    plain = content + (key if behind is None else behind).encode()
    command = ["openssl", "enc", "-sm4-ecb", "-K", b64decode(key).hex()]
    run = subprocess.run(command, input=plain, capture_output=True, check=True)
    return "|$4|" + b64encode(run.stdout).decode()


@dataclass
class Customer:
    """A customer of EMS in process: it calls, is pushed to, and commands the play."""

    pushed: list[Outgoing] = field(default_factory=list)
    takes: dict[str, Any] = field(default_factory=lambda: dict(TAKEN))
    status: int = 200
    stage: Stage = field(init=False)

    async def send(self, outgoing: Outgoing) -> Response:
        self.pushed.append(outgoing)
        return Response(self.status, body=json.dumps(self.takes).encode())

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.stage.describe()["couriers"]["ems"])

    def form(self, api_code: str, content: Any, key: str | None = None) -> dict[str, str]:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return {
            "apiCode": api_code,
            "senderNo": self.facts["sender_no"],
            "authorization": self.facts["authorization"],
            "timeStamp": "2026-01-07 12:00:00",
            "logitcsInterface": seal(raw, key or self.facts["sign_key"]),
        }

    async def post(self, form: dict[str, str]) -> dict[str, Any]:
        request = Request("POST", PATH, body=urlencode(form).encode())
        return dict(json.loads((await self.stage.handle("couriers", request)).body))

    async def ask(self, api_code: str, content: Any) -> dict[str, Any]:
        return await self.post(self.form(api_code, content))

    async def ordered(self, number: str = "D20260107-1") -> str:
        answer = await self.ask("020003", [ORDER | {"logisticsOrderNo": number}])
        return str(json.loads(answer["retBody"])["waybillNo"])

    async def traces(self, waybill: str) -> list[dict[str, Any]]:
        answer = await self.ask("040001", {"waybillNo": waybill})
        return list(json.loads(answer["retBody"])["responseItems"])

    async def command(self, method: str, path: str, **body: Any) -> Any:
        raw = json.dumps(body).encode() if body else b""
        return json.loads((await control(self.stage, Request(method, path, body=raw))).body)

    async def scan(self, waybill: str, step: str) -> None:
        await self.command("POST", f"/couriers/parcels/{waybill}/scan", step=step)
        await self.stage.clock.run_due()


def told(outgoing: Outgoing) -> dict[str, str]:
    return dict(parse_qsl(outgoing.body.decode(), keep_blank_values=True))


def signed_with(outgoing: Outgoing, key: str) -> bool:
    form = told(outgoing)
    mark = md5((form["msgBody"] + key).encode(), usedforsecurity=False).hexdigest()
    return form["dataDigest"] == b64encode(mark.encode()).decode()


def traces_told(outgoing: Outgoing) -> list[dict[str, Any]]:
    return list(json.loads(told(outgoing)["msgBody"])["traces"])
