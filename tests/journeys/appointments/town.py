"""A town whose halls give appointments, played through the public routes alone, without sockets.

The gateway is put together from settings as always; a channel is played, and the clock is moved.
"""

import itertools
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from channel_gateway.bootstrap import Gateway, assemble
from channel_gateway.domain.days import at_minute
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Channel
from channel_gateway.settings import Settings
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.wire import Headers, HttpRequest
from tests.unit.payment.fakes import MovedClock

MONDAY = date(2026, 3, 9)  # with no holiday near
SERVICE = "AA-BB-01"
HALL = "center"

_TOML = """\
code = "{code}"
name = "{name}"
summary = "预约办理"
department = "hall"
department_name = "示例部门"
regions = ["330100"]
category = "示例"
form = [
  {{ name = "applicant", label = "姓名", kind = "person_name" }},
  {{ name = "phone", label = "手机号", kind = "phone" }},
  {{ name = "id_number", label = "身份证号", kind = "id_number" }},
  {{ name = "mail_to", label = "地址", kind = "address", required = false, purpose = "courier" }},
]

[purposes]
courier = "同意将地址提供给快递公司"

[appointment.rules]
{rules}

[[appointment.halls]]
code = "center"
name = "办事大厅"
address = "人民路1号"
windows = {windows}
opens = ["09:00", "12:00", "13:30", "17:00"]
{hall}
"""

ANSWERS = {"applicant": "张三", "id_number": "990101199001010019", "phone": "13800138000"}
Plugins = dict[str, dict[str, Any]]
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body.get("code", ""))

    @property
    def message(self) -> str:
        """What the citizen reads."""
        return str(self.body["message"])


class PlayedChannel:
    """Every login code is a citizen of its own."""

    name, app = "wechat", "wx1"

    async def login(self, code: str) -> OpenId:
        return OpenId(f"openid-of-{code}")

    async def phone(self, payload: str) -> Phone:
        return Phone("13800138000")


@dataclass
class Town:
    gateway: Gateway
    exchange: Exchange
    clock: MovedClock
    tokens: dict[str, str] = field(default_factory=dict)
    numbered: dict[str, int] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str = "", key: str = ""
    ) -> Answer:
        headers = {"Accept-Language": "zh-CN", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if method == "POST":
            headers["Idempotency-Key"] = key or f"town-{next(_numbers)}"
        content = b"" if body is None else json.dumps(body).encode()
        request = HttpRequest(method, f"/v1{path}", Headers(headers), content)
        answer = await self.exchange.send(request)
        return Answer(answer.status, json.loads(answer.body) if answer.body else {})

    async def citizen(
        self, who: str, method: str, path: str, body: Any = None, **more: str
    ) -> Answer:
        if who not in self.tokens:
            login = {"channel": "wechat", "code": who}
            self.tokens[who] = (await self.call("POST", "/sessions", login)).body["token"]
        return await self.call(method, path, body, token=self.tokens[who], **more)

    async def book(
        self,
        who: str,
        slot: str,
        service: str = SERVICE,
        *,
        phone: str = "",
        of: str = "",
        **more: str,
    ) -> Answer:
        """With this phone, and the identity number `of` another than who books."""
        answers = ANSWERS | {"id_number": self.id_number(of or who)}
        answers |= {"phone": phone} if phone else {}
        body = {"service": service, "hall": HALL, "slot": slot, "answers": answers}
        return await self.citizen(who, "POST", "/appointments", body, **more)

    def id_number(self, who: str) -> str:
        """Everybody has one, of a region that is none."""
        number = self.numbered.setdefault(who, len(self.numbered) + 1)
        return with_check(f"99010119900101{number:03}")

    async def booked(
        self, who: str, slot: str, service: str = SERVICE, *, phone: str = "", of: str = ""
    ) -> str:
        """The id of an appointment that must come about."""
        answer = await self.book(who, slot, service, phone=phone, of=of)
        assert answer.status == 201, answer
        return str(answer.body["appointment_id"])

    async def cancel(self, who: str, id: str) -> Answer:
        return await self.citizen(who, "POST", f"/appointments/{id}/cancel")

    async def reschedule(self, who: str, id: str, slot: str) -> Answer:
        return await self.citizen(who, "POST", f"/appointments/{id}/reschedule", {"slot": slot})

    async def state(self, who: str, id: str) -> str:
        return str((await self.citizen(who, "GET", f"/appointments/{id}")).body["state"])

    async def hall(self, method: str, path: str, body: Any = None) -> Answer:
        """The hall's staff, with the operators' key."""
        token = self.gateway.edge.operator_key
        return await self.call(method, f"/operator{path}", body, token=token)

    async def slots(self, day: date | None = None, service: str = SERVICE) -> Any:
        asked = "" if day is None else f"?day={day}"
        path = f"/services/{service}/halls/{HALL}/slots{asked}"
        return (await self.call("GET", path)).body

    async def bookable_days(self) -> list[str]:
        return [each["day"] for each in (await self.slots())["days"] if each["why_not"] is None]

    async def at(self, day: date, time: str) -> None:
        """Let time pass until then; the worker does what falls due, and citizens log in anew."""
        hours, minutes, *seconds = (int(part) for part in time.split(":"))
        moment = at_minute(day, hours * 60 + minutes)
        await self.until(moment + timedelta(seconds=seconds[0] if seconds else 0))

    async def until(self, moment: datetime) -> None:
        assert moment >= self.clock.now()
        self.tokens.clear()
        self.clock.move(seconds=(moment - self.clock.now()).total_seconds())
        while await self.gateway.outbox.work():
            pass

    async def serve(self, id: str, day: date, time: str) -> None:
        """The citizen comes and is served."""
        await self.at(day, time)
        for verb in ("check-in", "call", "done"):
            answer = await self.hall("POST", f"/appointments/{id}/{verb}")
            assert answer.status == 200, answer


def with_check(digits: str) -> str:
    """Seventeen digits with the check character of GB 11643."""
    total = sum(int(each) * 2 ** (17 - at) for at, each in enumerate(digits))
    return digits + "10X98765432"[total % 11]


def slot(day: date, time: str = "09:00") -> str:
    return f"{day}T{time}"


def service_text(rules: str, *, code: str = SERVICE, windows: int = 2, hall: str = "") -> str:
    return _TOML.format(code=code, name=f"事项{code}", rules=rules, windows=windows, hall=hall)


async def open_town(folder: Path, *services: str, more: Plugins | None = None) -> Town:
    """A town of these service files, and more plug-ins, on the morning of a Monday."""
    files = folder / "services"
    files.mkdir()
    for number, text in enumerate(services):
        (files / f"{number}.toml").write_text(text, encoding="utf-8")
    settings = Settings.model_validate(
        {
            "store": {"url": "memory:"},
            "secrets": {"folder": folder / "secrets", "create": True},
            "plugins": {
                "catalogue": {"module": "channel_gateway.services.catalogue", "folder": files},
                "calendar": {"module": "channel_gateway.services.calendar"},
                "appointment": {"module": "channel_gateway.services.appointment"},
                **(more or {}),
            },
        }
    )
    clock = MovedClock(at_minute(MONDAY, 10 * 60))
    gateway = assemble(settings, AiohttpSender(), clock=clock)
    gateway.table.offer(Channel, "wechat", PlayedChannel())
    await gateway.store.open()
    return Town(gateway, Exchange(gateway.table, gateway.edge), clock)
