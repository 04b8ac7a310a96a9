"""SF's side, written by hand: an `HttpSender` that gives the answers it was told to, in order."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from adapters.couriers.sf.calls import Account
from adapters.couriers.sf.courier import SfCourier
from channel_gateway.domain.parcels import Address, Contact
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.ports import WaybillWish
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.unit.payment.fakes import CountingNames, MovedClock

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "vectors" / "couriers_sf.json").read_text()
)
ACCOUNT = Account("https://sf.test", "CITY", "mock-checkword", "7551234567", 2)
WISH = WaybillWish(
    "D2026-1",
    Contact(
        PersonName("不动产登记中心"),
        Phone("057100000000"),
        Address("浙江省", "杭州市", "西湖区", "示例路1号", "310000"),
    ),
    Contact(
        PersonName("林示例"),
        Phone("13900001234"),
        Address("浙江省", "宁波市", "鄞州区", "示例路2号"),
    ),
    "不动产权证书",
    recipient_pays=False,
)


def answer(code: str = "S0000", **data: Any) -> HttpResponse:
    """What a service answers: its data as a text inside the outer answer."""
    inner = {"success": code == "S0000", "errorCode": code, "errorMsg": "林示例", "msgData": data}
    return outer("A1000", json.dumps(inner))


def outer(code: str, data: Any = "") -> HttpResponse:
    told = {"apiResultCode": code, "apiErrorMsg": "林示例", "apiResultData": data}
    return HttpResponse(200, Headers(), json.dumps(told).encode())


def ordered(waybill: str = "SF1000000000001", number: str = "D2026-1", **more: Any) -> HttpResponse:
    waybills = [{"waybillType": 1, "waybillNo": waybill}] if waybill else []
    return answer(orderId=number, waybillNoInfoList=waybills, **{"filterResult": 2} | more)


@dataclass
class FakeSf:
    answers: list[HttpResponse] = field(default_factory=list)
    sent: list[HttpRequest] = field(default_factory=list)

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        self.sent.append(request)
        return self.answers.pop(0)

    def forms(self) -> list[dict[str, str]]:
        return [
            {name: values[0] for name, values in parse_qs(each.body.decode()).items()}
            for each in self.sent
        ]

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(form["msgData"]) for form in self.forms()]

    def services(self) -> list[str]:
        return [form["serviceCode"] for form in self.forms()]

    def courier(self) -> SfCourier:
        return SfCourier(ACCOUNT, self, MovedClock(NOW), CountingNames())
