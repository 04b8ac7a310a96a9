"""Somebody with a phone, who orders and pays; and finance, which issues what is to be paid."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from tests.journeys.gateway.house import Answer, House
from tests.journeys.gateway.tills import Till

_numbers = itertools.count(1)


async def issue(house: House, amount_fen: int = 20_000) -> dict[str, Any]:
    """A unit issues a notice of this amount, without late fee."""
    item = {"code": "103043211", "name": "水土保持补偿费", "amount_fen": amount_fen}
    return await house.control("POST", "/finance/notices", items=[item])


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen who is logged in."""

    house: House
    till: Till
    openid: str
    token: str

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Answer:
        return await self.house.call_as(self.token, method, f"/v1{path}", body, key=key)

    async def asks_for(self, notice: dict[str, Any], *, key: str | None = None) -> Answer:
        """Tap on "pay": order the notice at the total it shows."""
        asked = {
            "pay_code": notice["pay_code"],
            "check_code": notice["check_code"],
            "total_fen": notice["total_fen"],
        }
        return await self.call("POST", "/orders", asked, key=key)

    async def order(self, notice: dict[str, Any]) -> dict[str, Any]:
        answer = await self.asks_for(notice)
        assert answer.status == 201, answer
        return answer.json()

    async def pay(self, order: dict[str, Any]) -> None:
        """Confirm on the platform's payment sheet, with what the page was given."""
        if self.till.channel == "wechat":
            app_id = self.house.running.platforms["wechat"]["app_id"]
            sheet = {"appId": app_id, "openid": self.openid, **order["pay"]}
            await self.house.control("POST", "/wechat_pay/request-payment", **sheet)
        else:
            trade = order["pay"]["tradeNO"]
            await self.house.control("POST", f"/alipay/trades/{trade}/pay")

    async def pay_late(self, order: dict[str, Any]) -> None:
        """A payment that was under way goes through although the order is closed."""
        places = {"wechat": "/wechat_pay/orders", "alipay": "/alipay/trades"}
        path = f"{places[self.till.channel]}/{order['order_id']}/pay"
        await self.house.control("POST", path, late=True)

    async def close(self, order: dict[str, Any]) -> Answer:
        return await self.call("POST", f"/orders/{order['order_id']}/close")


async def log_in(house: House, till: Till) -> Citizen:
    """A new citizen opens the mini-program on this platform."""
    if till.channel == "wechat":
        given = await house.control("POST", "/wechat/login-codes")
        code, openid = given["code"], given["openid"]
    else:
        given = await house.control("POST", "/alipay/auth-codes")
        code, openid = given["auth_code"], given["open_id"]
    asked = json.dumps({"channel": till.channel, "code": code}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"log-in-{next(_numbers):08}"}
    answer = await house.call("POST", "/v1/sessions", asked, headers)
    assert answer.status == 201, answer
    return Citizen(house, till, openid, answer.json()["token"])


async def operate(
    house: House, method: str, path: str, body: Any = None, *, key: str | None = None
) -> Answer:
    """Somebody of the city, with the operators' key."""
    return await house.call_as(house.operator_key, method, f"/v1/operator{path}", body, key=key)
