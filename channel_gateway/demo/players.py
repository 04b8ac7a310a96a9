"""Who plays: a citizen with a phone in WeChat or Alipay, and an operator at a desk."""

import secrets
from typing import Any

from yarl import URL

from channel_gateway.demo.scene import Scene
from channel_gateway.demo.telling import StepFailed, step, until, yuan
from channel_gateway.ports import Role

Answer = dict[str, Any]


class Caller:
    """Somebody who calls the gateway's own endpoints."""

    def __init__(self, scene: Scene, token: str = "") -> None:
        self.scene = scene
        self._token = token

    async def call(
        self, method: str, path: str, body: Answer | None = None, *, status: int = 200
    ) -> Answer:
        """Raises `StepFailed` when the answer is not the expected one."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(8)
        url = f"{self.scene.gateway_url}/v1{path}"
        async with self.scene.http.request(method, url, json=body, headers=headers) as answer:
            told: Answer = await answer.json(content_type=None) or {}
            if answer.status != status:
                raise StepFailed(f"{method} {path} answered {answer.status}: {told}")
            return told


class Citizen(Caller):
    """A citizen in one channel's city-service tab."""

    def __init__(self, scene: Scene, channel: str) -> None:
        super().__init__(scene)
        self.channel = channel
        self.openid = ""

    async def log_in(self) -> None:
        if self.channel == "wechat":
            given = await self.scene.control("POST", "/wechat/login-codes")
            code, self.openid = given["code"], given["openid"]
        else:
            given = await self.scene.control("POST", "/alipay/auth-codes")
            code, self.openid = given["auth_code"], given["open_id"]
        asked = {"channel": self.channel, "code": code}
        session = await self.call("POST", "/sessions", asked, status=201)
        self._token = session["token"]
        step("citizen", f"opens the city-service tab in {self.channel} and is logged in")

    async def order(self, notice: Answer) -> Answer:
        """Look the notice up, see the total, order it."""
        codes = {"pay_code": notice["pay_code"], "check_code": notice["check_code"]}
        shown = await self.call("POST", "/notices/look-up", codes)
        late = f", of it late fee {yuan(shown['late_fee_fen'])}" if shown["late_fee_fen"] else ""
        what = "、".join(item["name"] for item in shown["items"])
        step("citizen", f"looks {notice['pay_code']} up: {what}, {yuan(shown['total_fen'])}{late}")
        asked = codes | {"total_fen": shown["total_fen"]}
        order = await self.call("POST", "/orders", asked, status=201)
        step("gateway", f"orders it as {order['order_id']}, to be paid by {order['method']}")
        return order

    async def pay(self, order: Answer, *, late: bool = False) -> None:
        """Confirm on the platform's payment sheet."""
        if late and self.channel == "wechat":
            path = f"/wechat_pay/orders/{order['order_id']}/pay"
            await self.scene.control("POST", path, {"late": True})
        elif self.channel == "wechat":
            page = order["pay"] | {"openid": self.openid}
            page.setdefault("appId", self.scene.stage.platforms["wechat"]["app_id"])
            await self.scene.control("POST", "/wechat_pay/request-payment", page)
        else:
            path = f"/alipay/trades/{order['pay']['tradeNO']}/pay"
            await self.scene.control("POST", path, {"late": late})
        step("citizen", f"pays {yuan(order['amount_fen'])} on {self.channel}'s payment sheet")

    async def show_face(self, page: Answer) -> None:
        """On the platform's page for it, with what the gateway gave."""
        if self.channel == "wechat":
            await self.scene.control("POST", f"/wechat/face/{page['verifyId']}/pass")
            return
        async with self.scene.http.get(URL(page["url"], encoded=True)) as shown:
            if shown.status != 200:
                raise StepFailed(f"Alipay's page answered {shown.status}")
        await self.scene.control("POST", f"/alipay/certifications/{page['certifyId']}/pass")

    async def sees(self, order: Answer, *states: str) -> Answer:
        """Look at the order until it is in one of the states."""
        path = f"/orders/{order['order_id']}"
        seen = await until(
            f"order {order['order_id']} to be {' or '.join(states)}",
            lambda: self.call("GET", path),
            lambda told: told["state"] in states,
        )
        step("citizen", f"sees: {seen['says']}")
        return seen


class Clerk(Caller):
    """Somebody of a charging unit or of finance, with a token of their own."""

    def __init__(self, scene: Scene, name: str, token: str) -> None:
        super().__init__(scene, token)
        self.name = name


async def hire(scene: Scene, name: str, *roles: Role, units: tuple[str, ...] = ()) -> Clerk:
    """An account as `staff add` makes it."""
    await scene.accounts.add(name, roles, units, by="demo")
    return Clerk(scene, name, (await scene.accounts.new_token(name)).text)


class Operator(Caller):
    """Somebody of the city, with the operators' key."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene, scene.operator_key)

    async def finds_nothing_given_up(self) -> None:
        """Raises `StepFailed`, naming the dead letters: then not all went well."""
        told = await self.call("GET", "/operator/dead-letters")
        letters = [
            f"{each['kind']} of {each['collection']} {each['id']}: {each['note']}"
            for each in told["letters"]
        ]
        if letters:
            raise StepFailed(f"given up by the gateway: {'; '.join(letters)}")
