"""The world of a contract suite: one implementation behind its port, its stand-in, one clock.

The implementation is built by the gateway's own composition root from a table of settings, so that
what passes here is what `settings.toml` names. Gateway and stand-in share the moved clock.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from channel_gateway.bootstrap import Gateway, assemble
from channel_gateway.domain.errors import Unavailable
from channel_gateway.settings import Settings
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.web.outbound_tcp import PlainTcp
from channel_gateway.wire import Headers, HttpRequest, HttpResponse, HttpSender
from mock_platforms.keys import KeyFolder
from mock_platforms.server import RunningStage, start

PATIENCE_S = 10


class Line:
    """The way out, which can be cut, and can spoil the next answer on its way back."""

    def __init__(self, http: HttpSender) -> None:
        self._http = http
        self._tcp = PlainTcp()
        self.cut = False
        self.spoil: Callable[[HttpResponse], HttpResponse] | None = None

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        if self.cut:
            raise Unavailable("the line is cut")
        response = await self._http.send(request, timeout_s=timeout_s)
        return self.spoil(response) if self.spoil else response

    async def download(
        self, request: HttpRequest, into: Path, *, at_most_bytes: int, timeout_s: float = 300
    ) -> HttpResponse:
        if self.cut:
            raise Unavailable("the line is cut")
        return await self._http.download(
            request, into, at_most_bytes=at_most_bytes, timeout_s=timeout_s
        )

    async def exchange(
        self,
        host: str,
        port: int,
        message: bytes,
        *,
        whole: Callable[[bytes], int | None],
        timeout_s: float = 10,
    ) -> bytes:
        """The way out over TCP; an answer is spoiled as a body of HTTP is."""
        if self.cut:
            raise Unavailable("the line is cut")
        answer = await self._tcp.exchange(host, port, message, whole=whole, timeout_s=timeout_s)
        return self.spoil(HttpResponse(200, body=answer)).body if self.spoil else answer


class World:
    """What a suite may touch: the parts on offer, the stand-in's control plane, our callbacks."""

    def __init__(self, running: RunningStage, line: Line, control: aiohttp.ClientSession) -> None:
        self.running = running
        self.line = line
        self.public_url = ""  # where our callbacks are reached
        self.gateway: Gateway
        self.reply: Callable[[], HttpResponse] = lambda: HttpResponse(503)
        self._control = control
        self._arrived: asyncio.Queue[HttpRequest] = asyncio.Queue()

    def now(self) -> datetime:
        return self.running.stage.clock.now()

    def part(self, port: type, name: str) -> Any:
        return self.gateway.table.offered(port)[name]

    async def control(self, method: str, path: str, **body: Any) -> Any:
        """Tell the stand-ins what happens; what they refuse fails the test."""
        async with self._control.request(method, path, json=body) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told

    async def fault(self, platform: str, kind: str, operation: str, **more: Any) -> str:
        """Ask for a fault; returns its id."""
        body = {"platform": platform, "kind": kind, "operation": operation, **more}
        return str((await self.control("POST", "/faults", **body))["id"])

    async def advance(self, by: timedelta) -> None:
        await self.running.stage.clock.advance(by.total_seconds())

    async def callback(self) -> HttpRequest:
        """The next callback that arrived, as it arrived."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._arrived.get()

    def has_callback(self) -> bool:
        return not self._arrived.empty()

    async def take_callback(self) -> HttpResponse:
        """Give the next callback that arrived to the row it is for; what that row answers."""
        request = await self.callback()
        path = request.url.partition("?")[0].removeprefix("/callbacks")
        row = next(row for row in self.gateway.table.callbacks if row.path == path)
        return await row.handler(request, self.now())

    async def deliveries(self, order: str) -> list[dict[str, Any]]:
        """Every callback attempt about a number, as the stand-in saw it."""
        told = await self.control("GET", f"/deliveries?order={order}")
        return list(told["deliveries"])

    async def receive(self, call: web.BaseRequest) -> web.Response:
        arrived = HttpRequest(
            call.method, call.raw_path, Headers(call.headers.items()), await call.read()
        )
        self._arrived.put_nowait(arrived)
        answer = self.reply()
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


@asynccontextmanager
async def play(
    folder: Path,
    keys: KeyFolder,
    stand_ins: Sequence[str],
    plugins: Mapping[str, Mapping[str, Any]],
) -> AsyncIterator[World]:
    """Open stand-ins (modules) and a gateway with these plug-ins; `from` names members alone."""
    builds = {path.rpartition(".")[2]: import_module(path).build for path in stand_ins}
    async with (
        start(folder, builds=builds, keys=keys, shared_clock=True) as running,
        AiohttpSender() as http,
        aiohttp.ClientSession(running.control_url) as control,
    ):
        world = World(running, Line(http), control)
        async with _listening(world.receive) as world.public_url:
            settings = Settings.model_validate(
                {
                    "server": {"public_url": world.public_url},
                    "store": {"url": "memory:"},
                    "secrets": {"folder": folder / "secrets"},
                    "plugins": {name: _table(folder, given) for name, given in plugins.items()},
                }
            )
            world.gateway = assemble(
                settings, world.line, tcp=world.line, clock=running.stage.clock
            )
            await world.gateway.store.open()
            yield world
            await world.gateway.store.close()


def _table(folder: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    if "from" not in given:
        return dict(given)
    return {**given, "from": f"{folder / 'platforms.json'}#{given['from']}"}


@asynccontextmanager
async def _listening(
    receive: Callable[[web.BaseRequest], Awaitable[web.Response]],
) -> AsyncIterator[str]:
    """Our callback endpoints on a free port of this machine."""
    runner = web.ServerRunner(web.Server(receive))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
