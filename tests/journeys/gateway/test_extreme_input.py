"""Callers who are broken, slow or hostile are let go, and everybody else is served meanwhile."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from channel_gateway.web.edge import Limits
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.house import House, open_house, until
from tests.journeys.gateway.tills import WECHAT_PAY

CALLBACK = b"POST /callbacks/wechat_pay HTTP/1.1\r\nHost: gateway\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n"
END = b"\r\n"
PATIENCE_S = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory, keys):
    """One house for all: what one caller breaks would be seen by the next."""
    limits = Limits(header_timeout_s=1, body_timeout_s=1)
    async with open_house(tmp_path_factory.mktemp("house"), keys, limits=limits) as house:
        yield house


pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def connected(house):
    port = int(house.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer_to(house, *pieces, half_close=False):
    """What comes back before the connection ends, or so far within the patience of a test."""
    async with connected(house) as (reader, writer):
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            if half_close:
                writer.write_eof()
            async with asyncio.timeout(PATIENCE_S):
                return await reader.read()
        except ConnectionError:
            return b""


async def well(house):
    """The gateway answers others, at once."""
    began = time.monotonic()
    assert (await house.call("GET", "/healthz")).status == 200
    assert time.monotonic() - began < 2


def status(answer):
    """The status of the one answer that came, whole."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        None,
    )
    assert length is None or len(body) >= length, "half an answer"
    return int(head.split()[1])


async def test_headers_that_never_end_are_cut_off_while_others_are_served(shared: House):
    async def drip():
        async with connected(shared) as (reader, writer):
            writer.write(CALLBACK)
            async with asyncio.timeout(PATIENCE_S):
                return await reader.read()

    slow = [asyncio.create_task(drip()) for _ in range(200)]
    await well(shared)
    citizen = await log_in(shared, WECHAT_PAY)
    assert (await citizen.asks_for(await issue(shared))).status == 201
    assert set(await asyncio.gather(*slow)) == {b""}


async def test_a_body_that_never_ends_is_answered_with_a_timeout(shared: House):
    head = CALLBACK + b"Content-Length: 1000\r\n" + END
    answers = [asyncio.create_task(answer_to(shared, head, b"{")) for _ in range(50)]
    await well(shared)
    assert {status(answer) for answer in await asyncio.gather(*answers)} == {408}


async def test_a_caller_who_closes_its_half_early_still_gets_an_answer_or_an_end(shared: House):
    answer = await answer_to(shared, HEALTH + END, half_close=True)
    assert answer == b"" or status(answer) == 200
    cut = await answer_to(
        shared, CALLBACK + b"Content-Length: 1000\r\n" + END, b"{", half_close=True
    )
    assert cut == b"" or 400 <= status(cut) < 500
    await well(shared)


@pytest.mark.parametrize("told", [True, False], ids=["announced", "in-chunks"])
async def test_ten_megabytes_are_refused_without_being_kept(shared: House, told):
    megabyte = b"x" * 1_000_000
    if told:
        pieces = [CALLBACK + b"Content-Length: 10000000\r\n" + END, *[megabyte] * 10]
    else:
        chunk = b"%x\r\n%s\r\n" % (len(megabyte), megabyte)
        pieces = [CALLBACK + b"Transfer-Encoding: chunked\r\n" + END, *[chunk] * 10, b"0\r\n\r\n"]
    answer = await answer_to(shared, *pieces)
    assert status(answer) == 413
    await well(shared)


async def test_ten_thousand_headers_are_refused(shared: House):
    many = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))
    answer = await answer_to(shared, HEALTH + many + END)
    # Who is still sending when the door closes may not see the answer.
    assert answer == b"" or status(answer) in (400, 431)
    await well(shared)


async def test_a_header_of_a_megabyte_is_refused(shared: House):
    answer = await answer_to(shared, HEALTH + b"X: " + b"y" * 1_000_000 + END + END)
    # Who is still sending when the door closes may not see the answer.
    assert answer == b"" or status(answer) in (400, 431)
    await well(shared)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 4096 + END,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 300 + END + END,  # TLS
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  /\r\n\r\n",
        b"\xff\xfe\xfd /\xff HTTP/1.1\r\n\r\n",
        CALLBACK + b"Content-Length: -5\r\n" + END,
        CALLBACK + b"Content-Length: 5\r\nContent-Length: 6\r\n" + END + b"12345",
        CALLBACK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END + b"0\r\n\r\n",
        CALLBACK + b"Transfer-Encoding: chunked\r\n" + END + b"zz\r\n",
        CALLBACK
        + b"Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n"
        + END
        + b"\x1f\x8b\xff\xff",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
    ids=lambda garbage: repr(bytes(garbage[-24:])),
)
async def test_garbage_is_refused_and_never_an_internal_error(shared: House, garbage):
    answer = await answer_to(shared, garbage)
    assert b"Traceback" not in answer
    # A callback's refusal is the platform's own «send it again», which is 500 for WeChat Pay.
    refused = b'{"code":"FAIL"' in answer
    assert refused or 400 <= status(answer) < 500
    await well(shared)


async def test_hundreds_of_connections_that_say_nothing_do_not_lock_others_out(shared: House):
    port = int(shared.url.rpartition(":")[2])
    silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(400)]
    try:
        await well(shared)
    finally:
        for _, writer in silent:
            writer.close()


async def test_callers_who_hang_up_leave_nothing_behind(shared: House):
    for _ in range(50):
        async with connected(shared) as (_, writer):
            writer.write(CALLBACK + b"Content-Length: 9\r\n" + END + b"{}")
            writer.transport.abort()

    async def left():
        told = (await shared.call("GET", "/metrics")).body.decode()
        lines = [line for line in told.splitlines() if "in_flight" in line and line[0] != "#"]
        assert lines, told
        return float(lines[0].split()[-1])

    await until("nothing to be in flight but this", left, lambda found: found <= 1)
