"""A town whose departments are played over real sockets, both ways, on one moved clock.

Citizens and halls use the routes without sockets; what departments hear, answer and call travels.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.domain.days import at_minute, beijing_day, milliseconds, moment_of
from channel_gateway.ports import Channel, Departments
from channel_gateway.settings import Settings
from channel_gateway.standard_webhooks import Secret, headers_of
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.serving import serve
from channel_gateway.web.shell import shell
from mock_platforms import departments
from mock_platforms.keys import KeyFolder
from mock_platforms.server import RunningStage, start
from tests.journeys.appointments.town import SERVICE, PlayedChannel, Town, service_text
from tests.ports import free_port

DEPARTMENT, OTHER = "exit_entry", "traffic_police"
RULES = "horizon_workdays = 5\nlead_workdays = 1"


@dataclass(frozen=True, slots=True)
class Posted:
    """What came back for bytes of a department's."""

    status: int
    body: Any
    id: str | None  # None: not signed


@dataclass
class Bureau(Town):
    running: RunningStage = field(kw_only=True)
    url: str = field(kw_only=True)  # where departments call us
    http: aiohttp.ClientSession = field(kw_only=True)

    def now(self) -> datetime:
        return self.running.stage.clock.now()

    @property
    def departments(self) -> Departments:
        return self.gateway.table.offered(Departments)["departments"]

    async def control(self, method: str, path: str, **body: Any) -> Any:
        """Tell the stand-ins what happens; what they refuse fails the test."""
        address = self.running.control_url + path
        async with self.http.request(method, address, json=body) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told

    async def fault(self, kind: str, operation: str, **more: Any) -> str:
        body = {"platform": "departments", "kind": kind, "operation": operation, **more}
        return str((await self.control("POST", "/faults", **body))["id"])

    async def heard(self, department: str = DEPARTMENT) -> list[dict[str, Any]]:
        """What a department was told, in that order."""
        told = await self.control("GET", f"/departments/{department}/events")
        return list(told["events"])

    async def kinds(self, department: str = DEPARTMENT) -> list[str]:
        return [each["type"] for each in await self.heard(department)]

    async def requests(self, operation: str) -> int:
        """How many calls of an operation came in at the stand-ins."""
        told = await self.control("GET", "/requests")
        return sum(each["operation"] == operation for each in told["requests"])

    async def department_calls(
        self, kind: str, data: Mapping[str, Any], department: str = DEPARTMENT, **more: Any
    ) -> dict[str, Any]:
        """What the department got for a call; the last answer when it is sent several times."""
        body = {"type": kind, "data": dict(data), "to": self.url, **more}
        told = await self.control("POST", f"/departments/{department}/calls", **body)
        last: dict[str, Any] = told["answers"][-1]
        return last

    async def post(
        self,
        raw: bytes,
        department: str = DEPARTMENT,
        *,
        id: str = "wish-1",
        secrets_of: tuple[str, str] = (DEPARTMENT, "call_secret_files"),
        signed_at: datetime | None = None,
        media_type: str = "application/json",
    ) -> Posted:
        """These very bytes to a department's address, signed with the secrets of anybody."""
        whose, direction = secrets_of
        files = (await self.control("GET", "/departments"))[whose][direction]
        secrets = [_secret(Path(file)) for file in files]
        headers = headers_of(id, milliseconds(signed_at or self.now()) // 1000, raw, secrets)
        headers |= {"Content-Type": media_type}
        address = f"{self.url}/callbacks/departments/{department}"
        async with self.http.post(address, data=raw, headers=headers) as answer:
            return Posted(answer.status, await answer.json(), answer.headers.get("webhook-id"))

    async def down(self, department: str = DEPARTMENT) -> None:
        await self.control("POST", f"/departments/{department}/down")

    async def back(self, department: str = DEPARTMENT) -> None:
        await self.control("POST", f"/departments/{department}/back")

    async def work(self) -> None:
        """The worker does what is due now."""
        while await self.gateway.outbox.work():
            pass

    async def until(self, moment: datetime) -> None:
        """Let time pass from one thing that falls due to the next, each at its moment."""
        self.tokens.clear()
        await self.work()
        while (soonest := await self._next()) < moment:
            await self._advance(soonest)
            await self.work()
        await self._advance(moment)
        await self.work()

    async def pass_time(self, **span: float) -> None:
        await self.until(self.now() + timedelta(**span))

    async def _advance(self, moment: datetime) -> None:
        by = (moment - self.now()).total_seconds()
        await self.running.stage.clock.advance(max(0.0, by) + 0.001)

    async def _next(self) -> datetime:
        store, far = self.gateway.store, self.now() + timedelta(days=999)
        kinds = sorted({row.collection for row in self.gateway.table.reactions})
        found = [await store.find(kind, order="due", limit=1) for kind in kinds]
        return min([far, *(moment_of(page[0]["due"]) for page in found if page)])


def _secret(file: Path) -> Secret:
    return Secret.parse(file.read_text())


def service_of(
    department: str = DEPARTMENT, *, code: str = SERVICE, asked: bool = False, **more: Any
) -> str:
    """A service file of a department; `asked`: which keeps its capacity itself."""
    text = service_text(RULES, code=code, **more)
    text = text.replace('department = "hall"', f'department = "{department}"')
    capacity = '[appointment]\ncapacity = "department"\n\n' if asked else ""
    return text.replace("[appointment.rules]", f"{capacity}[appointment.rules]")


@asynccontextmanager
async def open_bureau(
    folder: Path,
    keys: KeyFolder,
    *services: str,
    store: str = "memory:",
) -> AsyncIterator[Bureau]:
    """The departments' stand-ins, and a gateway that listens, on the morning of a workday."""
    async with (
        start(
            folder, keys=keys, builds={"departments": departments.build}, shared_clock=True
        ) as running,
        aiohttp.ClientSession() as http,
    ):
        clock = running.stage.clock
        tomorrow = beijing_day(clock.now()) + timedelta(days=1)
        await clock.advance((at_minute(tomorrow, 600) - clock.now()).total_seconds())
        settings = settings_of(folder, *services, store=store)
        async with (
            opened(settings, clock=clock, beginning=True) as gateway,
            listening(gateway, settings),
        ):
            gateway.table.offer(Channel, "wechat", PlayedChannel())
            yield Bureau(
                gateway,
                Exchange(gateway.table, gateway.edge),
                clock,  # type: ignore[arg-type]  # moved by the stage
                running=running,
                url=settings.server.public_url,
                http=http,
            )


@asynccontextmanager
async def reopened(
    bureau: Bureau, folder: Path, *, store: str, without: str = ""
) -> AsyncIterator[Bureau]:
    """Another gateway beside it on the same store, which knows the secrets in use by now.

    `without`: a department that its settings do not name.
    """
    platforms = folder / "platforms.json"
    tree = json.loads(platforms.read_text())
    known = await bureau.control("GET", "/departments")
    known.pop(without, None)
    tree["departments"]["departments"] = known
    platforms.write_text(json.dumps(tree))
    settings = settings_of(folder, store=store)
    async with opened(settings, clock=bureau.clock) as gateway, listening(gateway, settings):
        gateway.table.offer(Channel, "wechat", PlayedChannel())
        exchange = Exchange(gateway.table, gateway.edge)
        url = settings.server.public_url
        yield replace(bureau, gateway=gateway, exchange=exchange, url=url, tokens={})


def settings_of(folder: Path, *services: str, store: str) -> Settings:
    files = folder / "services"
    files.mkdir(exist_ok=True)
    for number, text in enumerate(services):
        (files / f"{number}.toml").write_text(text, encoding="utf-8")
    port = free_port()
    return Settings.model_validate(
        {
            "server": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
            "store": {"url": store},
            "secrets": {"folder": folder / "secrets"},
            "plugins": {
                "catalogue": {"module": "channel_gateway.services.catalogue", "folder": files},
                "calendar": {"module": "channel_gateway.services.calendar"},
                "appointment": {"module": "channel_gateway.services.appointment"},
                "case": {"module": "channel_gateway.services.case"},
                "review": {"module": "channel_gateway.services.review"},
                "departments": {
                    "module": "adapters.departments",
                    "from": f"{folder / 'platforms.json'}#departments",
                },
            },
        }
    )


@asynccontextmanager
async def listening(gateway: Gateway, settings: Settings) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(
        serve(
            shell(gateway.table, gateway.edge),
            host=settings.server.host,
            port=settings.server.port,
            stop=stop,
            shutdown_s=5,
            listening=lambda *_: ready.set(),
        )
    )
    try:
        async with asyncio.timeout(10):
            await ready.wait()
        yield
    finally:
        stop.set()
        await serving
