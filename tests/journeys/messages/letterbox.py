"""Citizens book at a hall, and look at what reached their phones and their inbox."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.appointments.town import ANSWERS, HALL, SERVICE, service_text
from tests.journeys.gateway.citizen import Citizen, log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import TILLS

_HAPPENINGS = ("booked", "moved", "cancelled")
_MESSAGES = """
[messages.{name}]
wechat = {{ template = "W-{name}", fields = {{ thing1 = "service", time2 = "starts_at" }} }}
alipay = {{ template = "A-{name}", fields = {{ keyword1 = "service", keyword2 = "starts_at" }} }}

[messages.{name}.wechat_city]
template = "C-{name}"
fields = {{ keynote1 = "service", keynote2 = "starts_at" }}
"""


def services_in(folder: Path) -> Path:
    services = folder / "services"
    services.mkdir()
    told = "".join(_MESSAGES.format(name=name) for name in _HAPPENINGS)
    text = service_text("horizon_workdays = 5\nreschedules = 9") + told
    (services / "one.toml").write_text(text, encoding="utf-8")
    return services


@dataclass(frozen=True, slots=True)
class Letterbox:
    house: House

    async def citizen(self, channel: str = "wechat") -> Citizen:
        (till,) = [each for each in TILLS if each.channel == channel]
        return await log_in(self.house, till)

    async def agree(self, citizen: Citizen, *happenings: str, times: int = 1) -> None:
        """In WeChat's window, whose push is heard at once."""
        for name in happenings or _HAPPENINGS:
            body = {"openid": citizen.openid, "template_id": f"W-{name}", "times": times}
            await self.house.control("POST", "/wechat/consents", **body)
        await self.house.quiet()

    async def slots(self, citizen: Citizen) -> list[str]:
        """Which can be booked, from tomorrow's on."""
        told = await citizen.call("GET", f"/services/{SERVICE}/halls/{HALL}/slots")
        days = [each["day"] for each in told.json()["days"] if each["why_not"] is None]
        return [f"{day}T{time}" for day in days[1:] for time in ("09:00", "09:30", "10:00")]

    async def book(self, citizen: Citizen, slot: str) -> str:
        body = {"service": SERVICE, "hall": HALL, "slot": slot, "answers": ANSWERS}
        answer = await citizen.call("POST", "/appointments", body)
        assert answer.status == 201, answer
        return str(answer.json()["appointment_id"])

    async def move(self, citizen: Citizen, id: str, slot: str) -> None:
        answer = await citizen.call("POST", f"/appointments/{id}/reschedule", {"slot": slot})
        assert answer.status == 200, answer

    async def cancel(self, citizen: Citizen, id: str) -> None:
        answer = await citizen.call("POST", f"/appointments/{id}/cancel")
        assert answer.status == 200, answer

    async def phone(self, citizen: Citizen) -> list[str]:
        """By template, in the order in which they came."""
        if citizen.till.channel == "wechat":
            path = f"/wechat/phones/{citizen.openid}/messages"
            told = (await self.house.control("GET", path))["messages"]
            return [each["template_id"] for each in told]
        told = await self.house.control("GET", "/alipay/messages")
        return [each["template_id"] for each in told if citizen.openid in each.values()]

    async def inbox(self, citizen: Citizen) -> Any:
        return (await citizen.call("GET", "/messages")).json()

    async def tried(self, subject: str) -> list[list[tuple[str, str]]]:
        """What operators see of each message of a subject: outlets and results."""
        path = f"/v1/operator/messages?subject={subject}"
        headers = {"Authorization": f"Bearer {self.house.operator_key}"}
        told = (await self.house.call("GET", path, fields=headers)).json()["messages"]
        return [[(each["outlet"], each["result"]) for each in m["attempts"]] for m in told]


async def set_up(house: House) -> Letterbox:
    """The consoles of the platforms know the templates, and where to push."""
    for name in _HAPPENINGS:
        body: dict[str, Any] = {"template_id": f"W-{name}", "keys": ["thing1", "time2"]}
        await house.control("POST", "/wechat/templates", **body)
        body = {"biz_template_id": f"C-{name}", "keys": ["keynote1", "keynote2"]}
        await house.control("POST", "/wechat/city-templates", **body)
        body = {"template_id": f"A-{name}", "fields": {"keyword1": "", "keyword2": ""}}
        await house.control("POST", "/alipay/message-templates", **body)
    address = {"url": f"{house.url}/callbacks/wechat/messages", "mode": "safe", "form": "json"}
    await house.control("POST", "/wechat/push-address", **address)
    url = f"{house.url}/callbacks/alipay/messages"
    await house.control("POST", "/alipay/application-gateway", url=url)
    return Letterbox(house)
