"""Sockets round the stage: one port of 127.0.0.1 per stand-in, and one for the control plane."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from mock_platforms.control import control
from mock_platforms.framed import listen_for_frames, send_frame
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Build, Stage
from mock_platforms.troupe import find_builds
from mock_platforms.wire import Ending, Headers, Outgoing, Request, Response, Unreachable

HOST = "127.0.0.1"
LONGEST_LINE = 65536  # python-alipay-sdk puts whole orders into the query

Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class RunningStage:
    """A stage with its sockets open. `platforms` is what platforms.json holds."""

    stage: Stage
    platforms: Mapping[str, Any]

    @property
    def control_url(self) -> str:
        return str(self.platforms["control"]["base_url"])

    def base_url(self, name: str) -> str:
        return self.stage.base_url(name)


@asynccontextmanager
async def start(
    state_dir: Path,
    *,
    base_port: int = 0,
    builds: Mapping[str, Build] | None = None,
    also: Sequence[str] = (),
    seed: int = 0,
    begin: datetime | None = None,
    shared_clock: bool = False,
    keys: KeyFolder | None = None,
) -> AsyncIterator[RunningStage]:
    """Open every stand-in on 127.0.0.1; `base_port` 0 takes free ports.

    `builds` plays only those; otherwise all that are found. platforms.json is written last.
    `begin` is when the moved clock begins; None: now. With `shared_clock` the file `clock` tells
    by how many seconds it is ahead of the wall's.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
        )
        stage = Stage(
            state_dir,
            find_builds(also) if builds is None else builds,
            seed=seed,
            begin=begin,
            shared_clock=shared_clock,
            send=_sender(session),
            keys=keys,
        )
        names = ["control", *stage.platforms]
        for number, name in enumerate(names):
            port = base_port + number if base_port else 0
            framing = None if name == "control" else stage.platforms[name].framing
            stage.addresses[name] = (
                await _listen(stack, _player(stage, name), port)
                if framing is None
                else await listen_for_frames(stack, framing, _player(stage, name), port)
            )
        platforms = {"control": {"base_url": stage.addresses["control"]}, **stage.describe()}
        clock_file = state_dir / "clock"
        clock_file.unlink(missing_ok=True)  # of an earlier stage: its offset is not ours
        if shared_clock:
            stage.clock.tell(lambda offset_s: _write(clock_file, str(offset_s)))
        _write(state_dir / "platforms.json", json.dumps(platforms, ensure_ascii=False, indent=2))
        driver = asyncio.create_task(stage.clock.run_for_ever())
        try:
            yield RunningStage(stage, platforms)
        finally:
            driver.cancel()
            with suppress(asyncio.CancelledError):
                await driver


def _player(stage: Stage, name: str) -> Answer:
    async def play(request: Request) -> Response:
        if name == "control":
            return await control(stage, request)
        return await stage.handle(name, request)

    return play


async def _listen(stack: AsyncExitStack, answer: Answer, port: int) -> str:
    async def handle(call: web.BaseRequest) -> web.StreamResponse:
        # libcurl, and with it PHP's SDKs, waits a second for this before it sends a long body.
        if call.headers.get("Expect", "").lower() == "100-continue" and call.transport is not None:
            call.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request = Request(
            method=call.method,
            target=origin_form(call.raw_path),
            headers=Headers({name: value for name, value in call.headers.items()}),
            body=await call.read(),
            remote=call.remote or "",
        )
        return await _enact(call, await answer(request))

    server = web.Server(handle, max_line_size=LONGEST_LINE, max_field_size=LONGEST_LINE)
    runner = web.ServerRunner(server, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, HOST, port)
    await site.start()
    bound = runner.addresses[0][1]
    return f"http://{HOST}:{bound}"


def origin_form(target: str) -> str:
    """Return path and query of a request target; proxies' clients send it in absolute form."""
    if not target.lower().startswith(("http://", "https://")):
        return target
    slash = target.find("/", target.index("//") + 2)
    return "/" if slash < 0 else target[slash:]


async def _enact(call: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send an answer, or as much of it as is to arrive."""
    if response.delay_s:
        await asyncio.sleep(response.delay_s)
    if response.ending is Ending.WHOLE:
        return web.Response(
            status=response.status, headers=dict(response.headers), body=response.body
        )
    stream = web.StreamResponse(status=response.status or 200, headers=dict(response.headers))
    if response.ending is Ending.TRUNCATED:
        stream.content_length = len(response.body)
        await stream.prepare(call)
        await stream.write(response.body[: len(response.body) // 2])
    if call.transport is not None:
        call.transport.close()
    return stream


def _sender(session: aiohttp.ClientSession) -> Callable[[Outgoing], Awaitable[Response]]:
    async def send(outgoing: Outgoing) -> Response:
        if outgoing.url.startswith("tcp://"):
            return await send_frame(outgoing)
        try:
            async with session.request(
                outgoing.method,
                URL(outgoing.url, encoded=True),
                headers=dict(outgoing.headers),
                data=outgoing.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=outgoing.timeout_s),
            ) as answer:
                return Response(answer.status, Headers(dict(answer.headers)), await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    return send


def _write(file: Path, content: str) -> None:
    """Write in one step: who sees the file sees all of it."""
    draft = file.with_suffix(".draft")
    draft.write_text(content + "\n")
    os.replace(draft, file)
