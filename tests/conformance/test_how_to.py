"""The guide for a department's developer: its programs run, and hold to the contract."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import runpy
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from channel_gateway.conformance.bench import BackEnd, Patience, Place
from channel_gateway.conformance.checks import EVENTS
from channel_gateway.conformance.report import line
from channel_gateway.conformance.running import Outcome, Result
from channel_gateway.standard_webhooks import Secret, headers_of, verify
from tests.architecture.tree import ROOT
from tests.conformance.asking import ask, failed
from tests.ports import free_port

PAGE = (ROOT / "docs/how-to/connect-a-department.md").read_text(encoding="utf-8")
PLACE = Place("MZ-HY-15", "hunyin", "2026-03-10T09:30")
PORT, ADDRESS = "9000", "https://gateway.example"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with both secrets, each made by the command of the page."""
    for name in ("gateway", "department"):
        command = blocks("sh")[0].replace("department.txt", f"{name}.txt")
        subprocess.run(["sh", "-ec", command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
async def receiver(desk: Path) -> AsyncIterator[str]:
    """The page's receiver, as a process of its own on a free port."""
    port = free_port()
    (desk / "department.py").write_text(blocks("python")[0].replace(PORT, str(port)))
    program = await asyncio.create_subprocess_exec(
        sys.executable, "department.py", cwd=desk, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}/gateway"
    finally:
        program.terminate()
        await program.wait()


async def listening(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


def secret(desk: Path, name: str) -> list[Secret]:
    return [Secret.parse((desk / f"{name}.txt").read_text())]


@pytest.mark.processes
async def test_the_page_s_receiver_holds_to_the_whole_contract(desk: Path, receiver: str) -> None:
    back_end = BackEnd(receiver, secret(desk, "gateway"), secret(desk, "department"), PLACE)
    found, _ = await ask(back_end, patience=Patience())

    assert failed(found) == {}
    assert {each.result for each in found} == {Result.HOLDS}


def test_the_page_s_kit_command_is_the_one_there_is() -> None:
    [command] = [each for each in blocks("sh") if "conformance department" in each]

    assert f"127.0.0.1:{PORT}/gateway" in command
    assert f'"{PLACE.service}/{PLACE.hall}/{PLACE.slot}": 3' in blocks("python")[0]
    assert f"--seats {PLACE.service}/{PLACE.hall}/{PLACE.slot}" in command


def test_the_page_s_failure_is_what_the_kit_prints() -> None:
    [check] = [each for each in EVENTS if each.name == "repeated"]
    why = "the second time, appointment.booked was answered 409 instead of 2xx"

    assert blocks("text")[0] == line(Outcome(check, Result.FAILED, why)) + "\n"


async def test_the_page_s_call_is_believed_and_believes_the_answer(desk: Path) -> None:
    came: list[tuple[str, dict[str, Any]]] = []

    async def gateway(request: web.Request) -> web.Response:
        body, now = await request.read(), datetime.now(UTC)
        name = verify(request.headers, body, secret(desk, "department"), now)
        came.append((name, json.loads(body)))
        answer = b'{"cancelled": true}'
        signed = headers_of(name, int(now.timestamp()), answer, secret(desk, "gateway"))
        return web.Response(body=answer, headers=signed)

    app = web.Application()
    app.router.add_post("/callbacks/departments/civil_affairs", gateway)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    call = calling(desk, f"http://127.0.0.1:{runner.addresses[0][1]}")
    with contextlib.chdir(desk):
        answers = [await asyncio.to_thread(call, "hall_day.cancel", {"day": "d"}, "name-1")]
        answers.append(await asyncio.to_thread(call, "hall_day.cancel", {"day": "d"}))
    await runner.cleanup()

    assert answers == [{"cancelled": True}] * 2
    assert came[0][0] == "name-1" != came[1][0]
    assert came[0][1]["data"] == {"day": "d"}


def calling(desk: Path, address: str) -> Callable[..., Any]:
    program = desk / "calling.py"
    program.write_text(blocks("python")[1].replace(ADDRESS, address))
    call: Callable[..., Any] = runpy.run_path(str(program))["call"]
    return call
