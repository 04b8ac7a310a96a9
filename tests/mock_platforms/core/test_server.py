"""Stand-ins over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from mock_platforms.keys import KeyFolder, serial_of
from mock_platforms.server import RunningStage, origin_form, start
from mock_platforms.troupe import find_builds

from .conftest import post_office


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningStage]:
    async with start(tmp_path, builds={"post": post_office}) as stage:
        yield stage


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_addresses_are_written_when_all_listen(running: RunningStage) -> None:
    written = json.loads((running.stage.state_dir / "platforms.json").read_text())
    assert written == running.platforms
    assert written["post"] == {"base_url": running.base_url("post")}


async def test_a_long_query_arrives_as_it_was_sent(
    running: RunningStage, http: aiohttp.ClientSession
) -> None:
    target = f"/echo?x=%7C{'y' * 20000}"
    async with http.get(f"{running.base_url('post')}{target}") as answer:
        assert answer.status == 200
    assert running.stage.requests[-1].request.target.startswith("/echo?x=")
    assert len(running.stage.requests[-1].request.target) >= 20000


async def test_an_absolute_target_is_cut_to_its_path(running: RunningStage) -> None:
    port = int(running.base_url("post").rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET http://host/echo?a=%7C HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.endswith(b"/echo?a=%7C")


async def test_a_caller_that_waits_to_be_told_is_told_to_go_on(running: RunningStage) -> None:
    port = int(running.base_url("post").rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /letters/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n"
    writer.write(head + b"Expect: 100-continue\r\n\r\n")
    told = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.write(b"{}")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("target", "origin"),
    [("/a?b=http://c", "/a?b=http://c"), ("http://h:1/a?b", "/a?b"), ("http://h", "/")],
)
def test_only_the_root_of_a_target_is_cut(target: str, origin: str) -> None:
    assert origin_form(target) == origin


@pytest.mark.parametrize("kind", ["reply_lost", "connection_cut", "truncated_reply"])
async def test_a_cut_connection_is_cut_on_the_wire(
    running: RunningStage, http: aiohttp.ClientSession, kind: str
) -> None:
    running.stage.faults.add("post", kind)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        async with http.post(f"{running.base_url('post')}/letters/a") as answer:
            await answer.read()


async def test_callbacks_leave_as_wall_time_passes(
    running: RunningStage, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    heard = asyncio.Event()

    async def listen(_: web.BaseRequest) -> web.Response:
        heard.set()
        return web.Response()

    runner = web.ServerRunner(web.Server(listen))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/letters"
    async with http.post(f"{running.control_url}/post/a/tell", json={"url": url}) as answer:
        assert answer.status == 200
    await asyncio.wait_for(heard.wait(), 2)
    await runner.cleanup()


def test_keys_are_made_once(tmp_path: Path) -> None:
    first, second = KeyFolder(tmp_path), KeyFolder(tmp_path)
    made = first.certificate("merchant", common_name="1900000109")
    found = second.certificate("merchant", common_name="1900000109")
    assert serial_of(made) == serial_of(found)
    assert len(serial_of(made)) == 40
    assert (tmp_path / "merchant.pem").read_text().startswith("-----BEGIN PRIVATE KEY-----")


def test_stand_ins_are_found_by_their_folders() -> None:
    assert {"wechat", "wechat_pay"} <= find_builds().keys()


async def test_a_shared_clock_tells_its_file_at_each_step_of_a_jump(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    seen: list[str] = []
    async with start(tmp_path, builds={"post": post_office}, shared_clock=True) as running:
        assert file.read_text() == "0.0\n"
        running.stage.clock.after(60, lambda: seen.append(file.read_text()))
        await running.stage.clock.advance(3600)
        assert float(file.read_text()) == 3600
    assert 59 < float(seen[0]) <= 60


async def test_a_clock_that_is_not_shared_has_no_file(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("86400.0\n")
    async with start(tmp_path, builds={"post": post_office}):
        assert not (tmp_path / "clock").exists()
