"""The calling side, written apart from the stand-in: `openssl dgst` makes its signatures."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Request

CONTACT = {
    "name": "林示例",
    "mobile": "13800000000",
    "prov": "浙江省",
    "city": "宁波市",
    "county": "海曙区",
    "address": "样本街2号3室",
}
ORDER: dict[str, Any] = {
    "txLogisticID": "D20260107-1",
    "mailNo": "",
    "orderType": "1",
    "serviceType": "1",
    "sender": CONTACT,
    "receiver": CONTACT,
}


def signature(form: dict[str, str], secret: str) -> str:
    said = "".join(f"{name}{value}" for name, value in sorted(form.items())) + secret
    command = ["openssl", "dgst", "-sha256", "-binary"]
    run = subprocess.run(command, input=said.encode(), capture_output=True, check=True)
    return b64encode(run.stdout).decode()


@dataclass
class Customer:
    stage: Stage

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.stage.describe()["couriers"]["ems_2019"])

    def form(self, method: str, **own: str) -> dict[str, str]:
        form = {
            "app_key": self.facts["app_key"],
            "authorization": self.facts["authorization"],
            "method": method,
            "timestamp": "2026-01-07 12:00:00",
            "version": "V3.01",
            "format": "json",
            "charset": "UTF-8",
        } | own
        return form | {"sign": signature(form, self.facts["app_secret"])}

    async def post(self, form: dict[str, str]) -> dict[str, Any]:
        request = Request("POST", "/api/gateway", body=urlencode(form).encode())
        return dict(json.loads((await self.stage.handle("couriers", request)).body))

    async def ask(self, method: str, **own: str) -> dict[str, Any]:
        return await self.post(self.form(method, **own))

    async def order(self, *orders: Any) -> dict[str, Any]:
        said = json.dumps({"orderNormals": orders})
        return await self.ask("ems.inland.order.create.normal", orderNormal=said)

    async def traces(self, waybill: str) -> list[dict[str, str]]:
        return list((await self.ask("ems.inland.trace.query", mailNo=waybill))["traces"])

    async def cancel(self, number: str) -> dict[str, Any]:
        method = "ems.inland.waybill.got.cancellation"
        return await self.ask(method, txLogisticID=number, cancelCode="28")

    async def command(self, method: str, path: str, **body: Any) -> Any:
        raw = json.dumps(body).encode() if body else b""
        return json.loads((await control(self.stage, Request(method, path, body=raw))).body)

    async def scan(self, waybill: str, step: str) -> None:
        await self.command("POST", f"/couriers/parcels/{waybill}/scan", step=step)
