"""A whole gateway on real sockets, beside the stand-ins, all of them on one moved clock.

The settings are those a clone has, moved to free ports and into the test's own folder.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.tasks import Task
from channel_gateway.settings import Settings, read_settings
from channel_gateway.web.edge import Limits
from channel_gateway.web.listeners import listened
from channel_gateway.web.serving import serve
from channel_gateway.web.shell import shell
from channel_gateway.worker.loop import run_worker
from channel_gateway.worker.tasks import tasks_of
from mock_platforms.keys import KeyFolder
from mock_platforms.server import RunningStage, start
from payment.order import Order
from payment.orders import ORDERS, read
from tests.ports import free_port

PATIENCE_S = 20
_keys = itertools.count(1)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller got."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, repr=False)
class House:
    """The gateway, the stage it plays on, and a line to both."""

    gateway: Gateway
    running: RunningStage
    url: str
    operator_key: str
    http: aiohttp.ClientSession
    ports: Mapping[str, int] = field(default_factory=dict)  # of listeners, by plug-in

    def now(self) -> datetime:
        return self.running.stage.clock.now()

    async def call(
        self, method: str, path: str, body: bytes = b"", fields: dict[str, str] | None = None
    ) -> Answer:
        """Send these bytes to the gateway."""
        address = self.url + path
        async with self.http.request(method, address, data=body, headers=fields or {}) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers, await answer.read())

    async def call_as(
        self, token: str, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Answer:
        """Somebody who has a token; a POST has a key of its own unless one is given."""
        fields = {"Authorization": f"Bearer {token}"}
        if method == "POST":
            fields["Idempotency-Key"] = key or f"journey-{next(_keys):08d}"
        if body is not None:
            fields["Content-Type"] = "application/json"
        content = b"" if body is None else json.dumps(body).encode()
        return await self.call(method, path, content, fields)

    async def control(self, method: str, path: str, **body: Any) -> Any:
        """Tell the stand-ins what happens; what they refuse fails the test."""
        address = self.running.control_url + path
        async with self.http.request(method, address, json=body) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told

    async def fault(self, platform: str, kind: str, operation: str | None = None, **more: Any):
        """Ask for a fault; returns its id."""
        asked = {"platform": platform, "kind": kind, **more}
        if operation is not None:
            asked["operation"] = operation
        return (await self.control("POST", "/faults", **asked))["id"]

    async def deliveries(self, order_id: str) -> list[dict[str, Any]]:
        """Every callback attempt about an order, as the platform saw it."""
        told = await self.control("GET", f"/deliveries?order={order_id}")
        return list(told["deliveries"])

    async def delivered(self, order_id: str, attempts: int = 1) -> list[dict[str, Any]]:
        """The attempts about an order, once there have been so many."""
        return await until(
            f"{attempts} callbacks about {order_id}",
            lambda: self.deliveries(order_id),
            lambda told: len(told) >= attempts,
        )

    async def order(self, order_id: str) -> Order:
        """An order as it lies in the store."""
        found = await self.gateway.store.get(ORDERS.name, order_id)
        assert found is not None
        return read(found)

    async def orders(self) -> list[Order]:
        """All orders as they lie in the store, the oldest first."""
        found = await self.gateway.store.find(ORDERS.name, limit=1000)
        return sorted(map(read, found), key=lambda order: (order.created_at, order.id))

    async def becomes(self, order_id: str, *states: str) -> Order:
        """The order, once it is in one of the states."""
        return await until(
            f"{order_id} to be {' or '.join(states)}",
            lambda: self.order(order_id),
            lambda found: found.state in states,
        )

    async def quiet(self) -> None:
        """Wait until nothing is due, neither here nor with the platforms."""

        async def due() -> list[str]:
            await self.advance(timedelta())  # what the platforms have under way ends first
            now = self.now()
            ours = [task.id for task in await self._tasks() if task.due <= milliseconds(now)]
            pending = self.running.stage.clock.pending()
            return ours + [timer.name for timer in pending if timer.due <= now]

        await until("nothing to be due", due, lambda found: not found)

    async def pass_time(self, **span: float) -> None:
        """Let time pass: from one thing that falls due to the next, each at its moment."""
        goal = self.now() + timedelta(**span)
        await self.quiet()
        while (soonest := min(await self._next(), goal)) < goal:
            await self.advance(soonest - self.now())
            await self.quiet()
        await self.advance(goal - self.now())
        await self.quiet()

    async def advance(self, by: timedelta) -> None:
        await self.running.stage.clock.advance(max(0.0, by.total_seconds()))

    async def _tasks(self) -> list[Task]:
        """What the worker has still to do, of whatever plug-in."""
        store, rows = self.gateway.store, self.gateway.table.reactions
        kinds = sorted({row.collection for row in rows})
        found = [each for kind in kinds for each in await store.find(kind, limit=1000)]
        return [task for document in found for task in tasks_of(document).tasks]

    async def _next(self) -> datetime:
        tasks = [task.due for task in await self._tasks()]
        theirs = [timer.due for timer in self.running.stage.clock.pending()]
        far = self.now() + timedelta(days=999)
        return min([far, *theirs, *(moment_of(due) for due in tasks)])


async def until(
    what: str, look: Callable[[], Awaitable[Found]], good: Callable[[Found], bool]
) -> Found:
    """Look again until it is good; fail, naming what was waited for, when it does not come."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        found = await look()
        if good(found):
            return found
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {PATIENCE_S} s for {what}; last seen: {found}")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def open_house(
    folder: Path,
    keys: KeyFolder,
    *,
    store: str = "memory:",
    store_timeout_s: float = 5,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    services: Path | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> AsyncIterator[House]:
    """Open the stand-ins and a gateway with all its plug-ins; close both.

    `services`: a folder of service files, instead of the examples. `more`: settings of plug-ins,
    those of the clone and others beside them.
    """
    async with (
        start(folder, keys=keys, shared_clock=True) as running,
        aiohttp.ClientSession() as http,
    ):
        settings = settings_of(
            folder, store=store, store_timeout_s=store_timeout_s, services=services, more=more
        )
        async with opened(settings, clock=running.stage.clock, beginning=True) as gateway:
            operator_key = gateway.edge.operator_key
            async with (
                listened(gateway.table, gateway.edge) as ports,
                _at_work(gateway, settings, limits),
            ):
                url = settings.server.public_url
                yield House(gateway, running, url, operator_key, http, ports)


@asynccontextmanager
async def _at_work(gateway: Gateway, settings: Settings, limits: Limits) -> AsyncIterator[None]:
    stop, worker_stop = asyncio.Event(), asyncio.Event()
    listening = asyncio.Event()
    serving = asyncio.create_task(
        serve(
            shell(gateway.table, replace(gateway.edge, limits=limits)),
            host=settings.server.host,
            port=settings.server.port,
            stop=stop,
            shutdown_s=limits.shutdown_s,
            listening=lambda *_: listening.set(),
        )
    )
    working = asyncio.create_task(
        run_worker(gateway.outbox, gateway.schedule, worker_stop, idle_s=0.01)
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            await listening.wait()
        yield
    finally:
        stop.set()
        await serving
        worker_stop.set()
        await working


def settings_of(
    folder: Path,
    *,
    store: str,
    store_timeout_s: float = 5,
    services: Path | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> Settings:
    """The settings as cloned, moved to a free port and into this folder."""
    tree = read_settings(Path("settings.toml"), {}).model_dump()
    port = free_port()
    tree["server"] |= {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    tree["store"] |= {"url": store, "timeout_s": store_timeout_s}
    tree["secrets"]["folder"] = folder / "secrets"
    tree["sessions"]["lifetime_s"] = 30 * 86_400
    tree["plugins"]["payment"]["bills_folder"] = folder / "bills"
    tree["plugins"]["payment"]["archive_folder"] = folder / "archive"
    if services is not None:
        tree["plugins"]["catalogue"]["folder"] = services
    for name, keys in (more or {}).items():
        tree["plugins"][name] = {**tree["plugins"].get(name, {}), **keys}
    for section in tree["plugins"].values():
        if "from" in section:
            section["from"] = section["from"].replace("var/stand-ins", str(folder))
    return Settings.model_validate(tree)
