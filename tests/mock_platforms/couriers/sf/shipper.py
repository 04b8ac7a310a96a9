"""A shipper with a contract at 丰桥, written apart from the stand-in; its digest is openssl's."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Request, Response

FORM = "application/x-www-form-urlencoded;charset=UTF-8"
ORDER: dict[str, Any] = {
    "language": "zh-CN",
    "orderId": "D2026-1",
    "expressTypeId": 1,
    "payMethod": 1,
    "cargoDetails": [{"name": "不动产权证书"}],
    "contactInfoList": [
        {
            "contactType": 1,
            "contact": "不动产登记中心",
            "tel": "057100000000",
            "country": "CN",
            "address": "示例路1号",
        },
        {
            "contactType": 2,
            "contact": "林示例",
            "mobile": "13900001234",
            "country": "CN",
            "address": "示例路2号",
        },
    ],
}


def digest(text: str) -> str:
    """Of a text without ~ and *, on which encoders differ: the vectors hold those."""
    encoded = quote_plus(text).encode()
    md5 = subprocess.run(["openssl", "md5", "-binary"], input=encoded, capture_output=True)
    base64 = subprocess.run(["openssl", "base64"], input=md5.stdout, capture_output=True)
    return base64.stdout.decode().strip()


@dataclass
class Shipper:
    """Calls 丰桥, and receives what it pushes."""

    stage: Stage
    reply: bytes = b'{"return_code":"0000","return_msg":""}'
    status: int = 200
    pushed: list[Outgoing] = field(default_factory=list)
    calls: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.stage.describe()["couriers"]["sf"]
        return facts

    async def take(self, outgoing: Outgoing) -> Response:
        self.pushed.append(outgoing)
        return Response(self.status, body=self.reply)

    def form(self, service: str, message: Any, **change: str | None) -> dict[str, str]:
        """A signed form; `change` replaces fields, or takes them away, and is not signed anew."""
        self.calls += 1
        data = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        timestamp = str(int(self.stage.signing_now().timestamp() * 1000))
        fields: dict[str, str | None] = {
            "partnerID": self.facts["partner_id"],
            "requestID": f"request-{self.calls}",
            "serviceCode": f"EXP_RECE_{service}",
            "timestamp": timestamp,
            "msgDigest": digest(data + timestamp + self.facts["checkword"]),
            "msgData": data,
            **change,
        }
        return {name: value for name, value in fields.items() if value is not None}

    async def send(self, form: dict[str, str], kind: str = FORM) -> dict[str, Any]:
        """The outer answer."""
        request = Request(
            "POST", "/std/service", Headers({"Content-Type": kind}), urlencode(form).encode()
        )
        response = await self.stage.handle("couriers", request)
        return json.loads(response.body) | {"status": response.status}

    async def ask(self, service: str, message: Any, **change: str | None) -> tuple[str, Any]:
        """The inner answer: its errorCode and msgData. What is not let in fails."""
        outer = await self.send(self.form(service, message, **change))
        assert outer["apiResultCode"] == "A1000", outer
        inner = json.loads(outer["apiResultData"])
        assert inner["success"] == (inner["errorCode"] == "S0000")
        return inner["errorCode"], inner["msgData"]

    async def gate(self, service: str, message: Any, **change: str | None) -> str:
        """The apiResultCode."""
        outer = await self.send(self.form(service, message, **change))
        return str(outer["apiResultCode"])

    async def order(self, **change: Any) -> str:
        """The waybill of an order."""
        code, data = await self.ask("CREATE_ORDER", {**ORDER, **change})
        assert code == "S0000", code
        return str(data["waybillNoInfoList"][0]["waybillNo"])

    async def routes(self, waybill: str, phone: str = "1234") -> list[dict[str, Any]]:
        code, data = await self.ask(
            "SEARCH_ROUTES",
            {
                "language": "zh-CN",
                "trackingType": "1",
                "trackingNumber": [waybill],
                "methodType": "1",
                "checkPhoneNo": phone,
            },
        )
        assert code == "S0000", code
        (told,) = data["routeResps"]
        assert told["mailNo"] == waybill
        return list(told["routes"])

    async def command(self, method: str, path: str, **body: Any) -> Any:
        raw = json.dumps(body).encode() if body else b""
        response = await control(self.stage, Request(method, path, body=raw))
        assert response.status < 300, response.body
        return json.loads(response.body)

    async def scan(self, waybill: str, step: str, **more: Any) -> None:
        await self.command("POST", f"/couriers/parcels/{waybill}/scan", step=step, **more)

    async def push_here(self, **how: Any) -> None:
        await self.command("POST", "/couriers/sf/push-address", url="http://us/sf", **how)

    async def told(self) -> list[dict[str, Any]]:
        """All routes pushed up to now, in JSON."""
        await self.stage.clock.advance(0)
        return [
            route for each in self.pushed for route in json.loads(each.body)["Body"]["WaybillRoute"]
        ]
