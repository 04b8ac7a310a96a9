"""One connector beside its stand-in: the control plane, and our callback endpoint on a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import aiohttp
from aiohttp import web

from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import SignatureExplainer
from channel_gateway.service import Table
from channel_gateway.wire import Headers, HttpRequest
from payment.facts import Fact
from payment.ports import PaymentMethod


@dataclass
class Counter:
    """The connector, the stand-in's control plane, and what our callback endpoint read."""

    table: Table
    control: aiohttp.ClientSession
    heard: asyncio.Queue[Fact | GatewayError | None] = field(
        default_factory=asyncio.Queue, kw_only=True
    )
    requests: list[HttpRequest] = field(default_factory=list, kw_only=True)

    name: ClassVar[str]  # the connector's
    platform: ClassVar[str]  # the stand-in's

    @property
    def method(self) -> PaymentMethod:
        method: PaymentMethod = self.table.offered(PaymentMethod)[self.name]
        return method

    @property
    def explainer(self) -> SignatureExplainer:
        explainer: SignatureExplainer = self.table.offered(SignatureExplainer)[self.name]
        return explainer

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.control.post(path, json=body) as answer:
            told: dict[str, Any] = await answer.json()
            assert answer.ok, told
            return told

    async def fault(self, kind: str, operation: str, **more: Any) -> None:
        await self.post("/faults", platform=self.platform, kind=kind, operation=operation, **more)

    async def next(self) -> Fact | GatewayError | None:
        async with asyncio.timeout(10):
            return await self.heard.get()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Our callback endpoint on a free port of this machine; gives its address."""
        app = web.Application()
        app.router.add_post(f"/callbacks/{self.name}", self._receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        """Raw bytes in, the platform's own words out."""
        arrived = HttpRequest(
            request.method, request.raw_path, Headers(request.headers.items()), await request.read()
        )
        self.requests.append(arrived)
        try:
            self.heard.put_nowait(await self.method.read_callback(arrived, datetime.now(UTC)))
            answer = self.method.answer(accepted=True)
        except GatewayError as error:
            self.heard.put_nowait(error)
            answer = self.method.answer(accepted=False)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
