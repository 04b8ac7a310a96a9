"""The non-tax platform, written by hand: its orders under our number, and its answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from channel_gateway.domain.errors import Unavailable
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

ORDER_ID = "AQCA62hwdbQqI2BkDAqRH-U4tE4p"
PAGE = {
    "appid": "wx9d3e54b2c1a0f687",
    "pagepath": "pages/pay/index",
    "query_string": f"order_id={ORDER_ID}",
    "business_type": "nontaxpay",
}
ORDERED = {"order_id": ORDER_ID, "pay_url": "https://platform.example/pay", "miniprogram": PAGE}
ORDER: dict[str, Any] = {
    "appid": "wx1",
    "order_id": ORDER_ID,
    "order_no": "FEE1",
    "fee": 20_600,
    "fee_type": 1,
    "status": 1,
    "bank_id": "102",
}
PAID = ORDER | {
    "status": 3,
    "trans_id": "4200000000202601050000000001",
    "pay_finish_time": 1767585600,
}


def says(**fields: Any) -> HttpResponse:
    return HttpResponse(
        200, Headers(), json.dumps({"errcode": 0, "errmsg": "ok", **fields}).encode()
    )


def fails(errcode: int) -> HttpResponse:
    return HttpResponse(200, Headers(), json.dumps({"errcode": errcode, "errmsg": "no"}).encode())


@dataclass
class FakePlatform:
    """An `HttpSender`: gives a token, and answers each call as it was told to."""

    answers: dict[str, HttpResponse] = field(default_factory=dict)  # by the call's name
    lost: list[str] = field(default_factory=list)  # calls that act, and whose answer is lost once
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    acts: dict[str, Callable[[], None]] = field(default_factory=dict)  # what a call brings about

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        name = urlsplit(request.url).path.rpartition("/")[2]
        if name == "stable_token":
            return HttpResponse(200, Headers(), b'{"access_token":"T","expires_in":7200}')
        assert urlsplit(request.url).query == "access_token=T"
        self.sent.append((name, json.loads(request.body)))
        if act := self.acts.get(name):
            act()
        if name in self.lost:
            self.lost.remove(name)
            raise Unavailable("the answer was lost")
        return self.answers[name]

    def calls(self) -> list[str]:
        return [name for name, _ in self.sent]

    def has(self, *orders: dict[str, Any]) -> None:
        """The platform has one order under our number, or none."""
        paid = next((o["order_id"] for o in orders if "trans_id" in o), "")
        listed = [order["order_id"] for order in orders]
        self.answers["getorderlist"] = says(order_id_list=listed, paid_order_id=paid)
        if orders:
            self.answers["getorder"] = says(**orders[0])
