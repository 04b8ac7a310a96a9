"""A small bounded load: citizens who order and pay, and who remember what was acknowledged."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.processes.programs import StandIns, until

CITIZENS = 8  # at once, half of them on each channel
OPEN = ("created", "unpaid", "unknown", "closing")

_keys = itertools.count(1)


class HalfAnswer(AssertionError):
    """An answer began and did not end."""


class Away(Exception):
    """Nobody answered: the gateway is not there, or ended before a byte."""


@dataclass
class Load:
    """What the citizens have seen; `urls` are the gateways they go to in turn."""

    stand_ins: StandIns
    urls: Sequence[str]
    http: aiohttp.ClientSession
    ordered: set[str] = field(default_factory=set)  # acknowledged with 201
    tokens: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    stopping: bool = False

    async def run(self, rounds: int) -> None:
        """Order and pay until stopped, or for so many rounds."""
        channels = itertools.islice(itertools.cycle(("wechat", "alipay")), CITIZENS)
        await asyncio.gather(*(self._live(channel, rounds) for channel in channels))

    async def _live(self, channel: str, rounds: int) -> None:
        token = openid = ""
        for turn in range(rounds):
            if self.stopping:
                return
            try:
                if not token:
                    token, openid = await self._log_in(channel)
                await self._order_and_pay(channel, token, openid, turn)
            except Away:
                await asyncio.sleep(0.05)  # as a client does before it tries again

    async def _log_in(self, channel: str) -> tuple[str, str]:
        path = {"wechat": "/wechat/login-codes", "alipay": "/alipay/auth-codes"}[channel]
        given = await self.stand_ins.control("POST", path)
        code = given.get("code") or given["auth_code"]
        asked = {"channel": channel, "code": code}
        status, session = await self.call("POST", "/v1/sessions", asked)
        if status != 201:
            raise Away
        self.tokens.append(session["token"])
        if channel == "wechat":
            shared = await self.stand_ins.control(
                "POST", "/wechat/phone-codes", phone="13800138000"
            )
            # Whoever needs WeChat's access token shares one with all other processes.
            wish = {"payload": shared["code"]}
            await self.call("POST", "/v1/me/phone", wish, session["token"])
        return session["token"], given.get("openid") or given["open_id"]

    async def _order_and_pay(self, channel: str, token: str, openid: str, turn: int) -> None:
        notice = await self.stand_ins.control(
            "POST",
            "/finance/notices",
            items=[{"code": "1", "name": "费", "amount_fen": 100 + turn}],
        )
        asked = {name: notice[name] for name in ("pay_code", "check_code", "total_fen")}
        status, order = await self.call("POST", "/v1/orders", asked, token)
        if status != 201:
            return
        self.ordered.add(order["order_id"])
        if order["pay"] is None:
            return
        if channel == "alipay":
            path = f"/alipay/trades/{order['pay']['tradeNO']}/pay"
            await self.stand_ins.control("POST", path)
        else:
            path = f"/wechat_pay/orders/{order['order_id']}/pay"
            await self.stand_ins.control("POST", path, openid=openid)

    async def call(
        self, method: str, path: str, body: Any = None, token: str = "", at: str = ""
    ) -> tuple[int, Any]:
        """Call one of the gateways. Raises `Away`, `HalfAnswer`."""
        number = next(_keys)
        url = at or self.urls[number % len(self.urls)]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers["Idempotency-Key"] = f"load-{number:08d}"
        try:
            async with self.http.request(method, url + path, json=body, headers=headers) as answer:
                try:
                    told = await answer.json(content_type=None)
                except (aiohttp.ClientError, ValueError) as broken:
                    raise HalfAnswer(f"{method} {path} {answer.status}") from broken
                self.statuses[answer.status] += 1
                return answer.status, told
        except (aiohttp.ClientConnectionError, TimeoutError) as gone:
            raise Away from gone


@dataclass(frozen=True)
class Reckoning:
    """What is true after the storm, asked of a gateway, the platforms and finance."""

    load: Load
    url: str
    operator_key: str

    async def told(self) -> set[str]:
        """Orders about which a callback was acknowledged."""
        sent = (await self.load.stand_ins.control("GET", "/deliveries"))["deliveries"]
        accepted = {no for each in sent if each["outcome"] == "accepted" for no in each["orders"]}
        return {number for number in accepted if number.startswith("G")}  # ours, not theirs

    async def nothing_acknowledged_is_lost(self) -> None:
        assert self.load.ordered, "no order was acknowledged: this proves nothing"
        told = await self.told()
        assert told, "no callback was acknowledged: this proves nothing"
        histories = {number: await self._history(number) for number in self.load.ordered | told}
        assert all(histories[number]["transaction"] for number in told)

    async def repeats_change_nothing(self, urls: Sequence[str]) -> None:
        """Some acknowledged callbacks come again, to every process: each takes them."""
        sent = (await self.load.stand_ins.control("GET", "/deliveries"))["deliveries"]
        for attempt in [each for each in sent if each["outcome"] == "accepted"][-12:]:
            path = urlsplit(attempt["url"]).path
            body, headers = attempt["body"].encode(), attempt["headers"]
            for url in urls:
                async with self.load.http.post(url + path, data=body, headers=headers) as answer:
                    told = (answer.status, await answer.text())
                    assert told == (attempt["status"], attempt["answer"])
        for number in await self.told():
            events = [event["what"] for event in (await self._history(number))["events"]]
            assert events.count("paid") + events.count("stray") == 1

    async def quiet(self) -> None:
        """Let the platforms repeat what was refused; citizens close what they have not paid."""
        await self.load.stand_ins.control("POST", "/clock/advance", seconds=20)
        await self.load.stand_ins.control("POST", "/clock/advance", seconds=240)
        for token in self.load.tokens:
            for order in await self._list(token):
                if order["state"] in OPEN:
                    path = f"/v1/orders/{order['order_id']}/close"
                    await self.load.call("POST", path, token=token, at=self.url)
        await until("all orders to be final", self._unfinished, lambda left: not left)

    async def books_agree(self) -> None:
        """Nothing is settled twice; the platforms' money is ours; finance has each payment once."""
        captured = await self._captured()
        histories = [await self._history(number) for number in await self._of_citizens()]
        kept = {
            h["order"]["order_id"]: h["order"]["amount_fen"] for h in histories if h["transaction"]
        }
        assert captured == kept
        settled = [
            h["order"] for h in histories if h["order"]["state"] in ("confirmed", "receipted")
        ]
        assert max(Counter(order["pay_code"] for order in settled).values()) == 1
        payments = await self.load.stand_ins.control("GET", "/finance/payments")
        assert sorted(payment["confirmation_no"] for payment in payments) == sorted(
            order["order_id"] for order in settled
        )

    async def _captured(self) -> dict[str, int]:
        wechat = await self.load.stand_ins.control("GET", "/wechat_pay/books")
        alipay = await self.load.stand_ins.control("GET", "/alipay/trades")
        return {
            order["out_trade_no"]: order["amount"]["total"]
            for order in wechat["orders"]
            if "transaction_id" in order
        } | {
            trade["out_trade_no"]: int(trade["total_amount"].replace(".", ""))
            for trade in alipay
            if trade["gmt_payment"]
        }

    async def _unfinished(self) -> list[str]:
        orders = [order for token in self.load.tokens for order in await self._list(token)]
        final = ("confirmed", "receipted", "closed", "returned")
        return [f"{o['order_id']} {o['state']}" for o in orders if o["state"] not in final]

    async def _of_citizens(self) -> set[str]:
        return {
            order["order_id"] for token in self.load.tokens for order in await self._list(token)
        }

    async def _list(self, token: str) -> list[dict[str, Any]]:
        orders: list[dict[str, Any]] = []
        path = "/v1/orders"
        while path:
            status, page = await self.load.call("GET", path, token=token, at=self.url)
            assert status == 200, page
            orders += page["orders"]
            path = f"/v1/orders?after={page['next']}" if page["next"] else ""
        return orders

    async def _history(self, number: str) -> dict[str, Any]:
        path = f"/v1/operator/orders/{number}"
        status, history = await self.load.call("GET", path, token=self.operator_key, at=self.url)
        assert status == 200, (number, history)
        return history
