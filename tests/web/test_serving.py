"""Serving on a real socket: slow callers are let go, and an end loses nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace

import pytest

from channel_gateway.web.serving import serve
from channel_gateway.web.shell import shell


@pytest.fixture
async def served(table, edge):
    """The gateway on a socket: its port, what stops it, and the task that serves."""
    stop = asyncio.Event()
    listening = asyncio.get_running_loop().create_future()
    limits = replace(edge.limits, header_timeout_s=0.1, keepalive_s=0.2)
    task = asyncio.create_task(
        serve(
            shell(table, replace(edge, limits=limits)),
            host="127.0.0.1",
            port=0,
            stop=stop,
            shutdown_s=2,
            listening=lambda _, port: listening.set_result(port),
        )
    )
    yield await listening, stop, task
    stop.set()
    await task


async def exchange(port, sent):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(3):
        answer = await reader.read()
    writer.close()
    return answer


async def until_nobody_listens(port):
    with suppress(OSError):
        while True:
            await exchange(port, b"")


async def test_a_caller_who_never_finishes_its_header_is_let_go(served):
    port, _, _ = served
    assert await exchange(port, b"GET /healthz HTTP/1.1\r\nHost:") == b""
    assert await exchange(port, b"") == b""


async def test_an_idle_connection_is_closed_after_its_time(served):
    port, _, _ = served
    answer = await exchange(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_what_is_no_http_is_refused_without_quoting_it_in_the_log(served, caplog):
    port, _, _ = served
    answer = await exchange(port, b"GET /?token=s3cret HTTP/1.1\r\nbad header s3cret\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert b'"code":"malformed_request"' in answer
    assert "请求无法识别".encode() in answer
    assert b"s3cret" not in answer
    assert "s3cret" not in caplog.text
    assert caplog.records[-1].levelname == "WARNING"


async def test_what_is_in_flight_is_finished_before_the_end(served, office):
    port, stop, task = served
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def wait():
        inside.set()
        await go_on.wait()

    office.gate = wait
    body = b'{"title":"tea","amount_fen":1}'
    call = asyncio.create_task(
        exchange(
            port,
            b"POST /v1/free-wishes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body),
        )
    )
    await inside.wait()
    stop.set()
    await until_nobody_listens(port)
    go_on.set()
    assert (await call).startswith(b"HTTP/1.1 200 OK\r\n")
    await task


PROGRAM = """
import asyncio, os, sys
from aiohttp import web
from channel_gateway.web.processes import run_in_processes
from channel_gateway.web.serving import run, serve

async def work():
    server = web.Server(lambda request: asyncio.sleep(0, web.Response(text="here")))
    await serve(server, host="127.0.0.1", port=int(sys.argv[1]), stop=asyncio.Event(),
                shutdown_s=1, share_port=True,
                listening=lambda host, port: os.write(1, b"listening\\n"))
    os.write(1, b"closed\\n")

sys.exit(run_in_processes(2, lambda: run(work())))
"""


@pytest.mark.processes
def test_sigterm_ends_every_process_cleanly(unused_tcp_port):
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(unused_tcp_port)], stdout=subprocess.PIPE, text=True
    )
    with program, program.stdout:
        began = [program.stdout.readline() for _ in range(2)]
        os.kill(program.pid, signal.SIGTERM)
        ended = program.stdout.read()
    assert began == ["listening\n"] * 2
    assert ended == "closed\nclosed\n"
    assert program.returncode == 0
