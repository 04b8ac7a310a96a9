"""The addresses that are ours rather than a plug-in's: health, readiness, metrics, description."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field

import orjson

from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import StoreUnavailable
from channel_gateway.service import Readiness, Table
from channel_gateway.web.arrival import Arrival
from channel_gateway.web.backlog import backlogs
from channel_gateway.web.docs_page import page
from channel_gateway.web.edge import Edge
from channel_gateway.web.openapi import describe
from channel_gateway.web.refusals import NotReady
from channel_gateway.wire import Headers, HttpResponse


@dataclass(frozen=True, slots=True)
class Page:
    """A GET without parameters."""

    template: str
    show: Callable[[], Awaitable[HttpResponse]]
    methods: tuple[str, ...] = ("GET",)
    body_limit: int = 0
    lane: AbstractContextManager[object] = field(default_factory=nullcontext)  # never too busy

    async def answer(self, arrival: Arrival) -> HttpResponse:
        return await self.show()

    def refusal(self, error: GatewayError) -> HttpResponse | None:
        return None

    def settled(self, answer: HttpResponse) -> None:
        """Pages are counted by their path alone."""


def fixed(path: str, media_type: str, body: bytes, policy: str = "") -> Page:
    """A page that never changes while we run. `policy`: its content security policy."""
    headers = {"Content-Type": media_type, "X-Content-Type-Options": "nosniff"}
    if policy:
        headers["Content-Security-Policy"] = policy
    response = HttpResponse(200, Headers(headers), body)

    async def show() -> HttpResponse:
        return response

    return Page(path, show)


def pages(table: Table, edge: Edge) -> tuple[Page, ...]:
    """`/healthz` says the process answers, `/readyz` that it can serve, `/metrics` what it did."""

    async def ready() -> HttpResponse:
        return await readiness(table.readiness, edge.limits.readiness_timeout_s)

    async def metrics() -> HttpResponse:
        collections = sorted({row.collection for row in table.reactions})
        with suppress(StoreUnavailable):  # then of the backlog nothing is said
            edge.metrics.waiting(await backlogs(edge.store, collections, edge.clock.now()))
        media_type = Headers({"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
        return HttpResponse(200, media_type, edge.metrics.text())

    description = describe(table)
    html, policy = page(description)
    return (
        fixed("/openapi.json", "application/json", orjson.dumps(description)),
        fixed("/docs", "text/html; charset=utf-8", html.encode(), policy=policy),
        fixed("/healthz", "application/json", b'{"status":"alive"}'),
        Page("/readyz", ready),
        Page("/metrics", metrics),
    )


async def readiness(rows: list[Readiness], timeout_s: float) -> HttpResponse:
    """Ask all at once. Raises `NotReady`, which says what is missing."""
    results = await asyncio.gather(*(_missing(row, timeout_s) for row in rows))
    missing = {row.name: words for row, words in zip(rows, results, strict=True) if words}
    if missing:
        raise NotReady(f"not ready: {', '.join(missing)}", extra={"missing": missing})
    body = orjson.dumps({"status": "ready", "checked": [row.name for row in rows]})
    return HttpResponse(200, Headers({"Content-Type": "application/json"}), body)


async def _missing(row: Readiness, timeout_s: float) -> str:
    try:
        async with asyncio.timeout(timeout_s):
            await row.check()
    except TimeoutError:
        return "no answer in time"
    except GatewayError as error:
        return str(error)
    except Exception as error:  # whatever it is, we are not ready; its text may hold anything
        return type(error).__name__
    return ""
