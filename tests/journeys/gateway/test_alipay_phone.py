"""A citizen of Alipay books and cancels: what their phone shows, and in which order."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.appointments.town import ANSWERS, HALL, SERVICE, service_text
from tests.journeys.gateway.house import House, open_house

RULES = "horizon_workdays = 9\nlead_workdays = 1"
MESSAGES = """
[messages.booked]
alipay = { template = "T-1", fields = { keyword1 = "service", keyword2 = "starts_at" } }
alipay_city = { template = "301", fields = { service = "service", hall = "hall" } }

[messages.cancelled]
alipay = { template = "T-1", fields = { keyword1 = "service", keyword2 = "starts_at" } }
alipay_city = { template = "301", fields = { service = "service", hall = "hall" } }
"""


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    services = tmp_path / "services"
    services.mkdir()
    (services / "visit.toml").write_text(service_text(RULES) + MESSAGES, encoding="utf-8")
    async with open_house(tmp_path, keys, services=services) as house:
        url = f"{house.url}/callbacks/alipay/messages"
        await house.control("POST", "/alipay/application-gateway", url=url)
        for row in (
            {"template_id": "T-1", "fields": {"keyword1": "办理事项", "keyword2": "办理时间"}},
            {"template_id": "301", "kind": "city", "fields": {"service": "…", "hall": "…"}},
        ):
            await house.control("POST", "/alipay/message-templates", **row)
        yield house


class Visitor:
    """Logs in anew for each call: sessions end while the clock is moved."""

    def __init__(self, house: House, open_id: str) -> None:
        self.house, self.open_id = house, open_id
        self._calls = 0

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        minted = await self.house.control("POST", "/alipay/auth-codes", open_id=self.open_id)
        login = {"channel": "alipay", "code": minted["auth_code"]}
        session = await self._send("POST", "/sessions", login, {})
        self._calls += 1
        key = f"visitor-{self._calls}"
        headers = {"Authorization": f"Bearer {session['token']}", "Idempotency-Key": key}
        return await self._send(method, path, body, headers)

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        fields = {"Content-Type": "application/json", **headers}
        answer = await self.house.call(method, f"/v1{path}", content, fields)
        assert answer.status < 300, answer
        return answer.json() if answer.body else None

    async def book(self) -> str:
        where = f"/services/{SERVICE}/halls/{HALL}/slots"
        days = (await self.call("GET", where))["days"]
        day = [each["day"] for each in days if each["why_not"] is None][-1]
        asked = {"service": SERVICE, "hall": HALL, "slot": f"{day}T09:30", "answers": ANSWERS}
        return str((await self.call("POST", "/appointments", asked))["appointment_id"])

    async def phone(self) -> list[dict[str, Any]]:
        shown = await self.house.control("GET", "/alipay/messages")
        return [each for each in shown if each["open_id"] == self.open_id]


@pytest.fixture
async def visitor(house: House) -> Visitor:
    minted = await house.control("POST", "/alipay/auth-codes")
    return Visitor(house, minted["open_id"])


async def subscribe(house: House, visitor: Visitor) -> None:
    asked = {"template_id": "T-1", "open_id": visitor.open_id}
    await house.control("POST", "/alipay/subscriptions", **asked)
    await house.quiet()


async def test_what_was_subscribed_to_comes_by_the_template_and_the_rest_by_the_city(
    house: House, visitor: Visitor
) -> None:
    await subscribe(house, visitor)

    id = await visitor.book()
    await house.pass_time(hours=12)  # the night is left alone
    await visitor.call("POST", f"/appointments/{id}/cancel")
    await house.pass_time(hours=12)

    shown = await visitor.phone()
    assert [(each["kind"], each["template_id"]) for each in shown] == [
        ("onetime", "T-1"),
        ("city", "301"),
    ]
    assert "09:30" in shown[0]["values"]["keyword2"]
    assert shown[1]["values"]["hall"] == "办事大厅"


@pytest.mark.parametrize("kind", ["server_error", "reply_lost", "server_error_after"])
async def test_a_city_message_arrives_once_whatever_became_of_the_answer(
    house: House, visitor: Visitor, kind: str
) -> None:
    await house.fault("alipay", kind, "alipay.eco.cityservice.message.send", times=2)

    await visitor.book()
    await house.pass_time(hours=24)

    assert [each["kind"] for each in await visitor.phone()] == ["city"]


async def test_a_subscribed_message_whose_answer_was_lost_is_not_sent_twice(
    house: House, visitor: Visitor
) -> None:
    await subscribe(house, visitor)
    await subscribe(house, visitor)
    await house.fault("alipay", "reply_lost", "alipay.open.app.mini.templatemessage.send")

    await visitor.book()
    await house.pass_time(hours=72)

    assert [each["kind"] for each in await visitor.phone()].count("onetime") == 1
