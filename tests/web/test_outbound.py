"""What goes out is what was built; what comes back is bounded; errors tell no secrets."""

import asyncio
import tracemalloc

import pytest

from channel_gateway.domain.errors import NotReached, Unavailable
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.wire import Headers, HttpRequest


@pytest.fixture
async def world():
    """A raw server: it keeps what it heard, and answers what it is told to."""
    heard: list[bytes] = []
    replies: list[bytes | None] = []

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (
                int(line[16:])
                for line in head.split(b"\r\n")
                if line.startswith(b"Content-Length: ")
            ),
            0,
        )
        heard.append(head + await reader.readexactly(length))
        reply = replies.pop(0)
        if reply is None:
            await reader.read()  # says nothing until the caller leaves
        else:
            writer.write(reply)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}", heard, replies
    server.close()


@pytest.fixture
async def sender():
    async with AiohttpSender(largest_answer_bytes=1000) as sender:
        yield sender


def reply(body=b"ok", status="200 OK", *fields):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def test_address_and_body_travel_unchanged(world, sender):
    root, heard, replies = world
    replies.append(reply())
    body = '{"a" : "张"}'.encode()
    headers = Headers({"Content-Type": "application/json", "Authorization": "signed"})
    target = "/v3/pay?sign=a%2Fb%3D&x=%e5+c&&y"
    answer = await sender.send(HttpRequest("POST", root + target, headers, body))
    assert (answer.status, answer.body) == (200, b"ok")
    assert heard[0].startswith(f"POST {target} HTTP/1.1\r\n".encode())
    assert heard[0].endswith(b"\r\n\r\n" + body)
    assert b"authorization: signed" in heard[0].lower()


async def test_a_redirect_is_an_answer_not_an_order(world, sender):
    root, heard, replies = world
    replies.append(reply(b"", "302 Found", f"Location: {root}/elsewhere"))
    assert (await sender.send(HttpRequest("GET", root + "/here"))).status == 302
    assert len(heard) == 1


async def test_a_compressed_answer_is_left_as_it_travelled(world, sender):
    root, _, replies = world
    replies.append(reply(b"\x1f\x8b raw", "200 OK", "Content-Encoding: gzip"))
    assert (await sender.send(HttpRequest("GET", root))).body == b"\x1f\x8b raw"


@pytest.mark.parametrize(
    "said",
    [
        None,
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut",
        b"nonsense\r\n\r\n",
        reply(b"x" * 1001),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 1001,
    ],
    ids=["silence", "closed", "cut", "nonsense", "large", "endless"],
)
async def test_no_usable_answer_means_unknown_and_tells_no_query(world, sender, said):
    root, _, replies = world
    replies.append(said)
    with pytest.raises(Unavailable) as caught:
        await sender.send(HttpRequest("GET", root + "/token?secret=s3cret"), timeout_s=0.2)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_where_nobody_listens_nothing_was_sent(sender, unused_tcp_port):
    where = f"http://somebody:s3cret@127.0.0.1:{unused_tcp_port}"
    with pytest.raises(NotReached) as caught:
        await sender.send(HttpRequest("POST", f"{where}/v3"))
    told = f"POST http://127.0.0.1:{unused_tcp_port}: ClientConnectorError"
    assert str(caught.value) == told


async def test_a_call_that_was_cut_off_may_have_been_heard(world, sender):
    root, _, replies = world
    replies.append(b"")
    with pytest.raises(Unavailable) as caught:
        await sender.send(HttpRequest("POST", root))
    assert not isinstance(caught.value, NotReached)


async def test_nobody_listening_means_unknown(sender, unused_tcp_port):
    with pytest.raises(Unavailable) as caught:
        await sender.send(HttpRequest("GET", f"http://127.0.0.1:{unused_tcp_port}/"))
    assert not isinstance(caught.value, NotReached)  # it may be a call sent again


async def test_a_download_goes_to_a_private_file_however_long_its_bound(world, sender, tmp_path):
    root, _, replies = world
    replies.append(reply(b"x" * 5000))
    into = tmp_path / "bill"
    request = HttpRequest("GET", root + "/bill?token=1")
    answer = await sender.download(request, into, at_most_bytes=5000)
    assert (answer.status, answer.body) == (200, b"")
    assert into.read_bytes() == b"x" * 5000
    assert into.stat().st_mode & 0o777 == 0o600


async def test_a_refused_download_is_an_answer_and_no_file(world, sender, tmp_path):
    root, _, replies = world
    replies.append(reply(b"expired", "403 Forbidden"))
    answer = await sender.download(HttpRequest("GET", root), tmp_path / "b", at_most_bytes=9)
    assert (answer.status, answer.body) == (403, b"expired")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut",
        reply(b"x" * 101),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 101,
    ],
    ids=["cut", "large", "endless"],
)
async def test_a_download_that_breaks_leaves_no_file(world, sender, tmp_path, said):
    root, _, replies = world
    replies.append(said)
    request = HttpRequest("GET", root + "/token?secret=s3cret")
    with pytest.raises(Unavailable) as caught:
        await sender.download(request, tmp_path / "b", at_most_bytes=100)
    assert "s3cret" not in str(caught.value)
    assert not list(tmp_path.iterdir())


async def test_a_download_never_writes_over_a_file(world, sender, tmp_path):
    root, _, replies = world
    replies.append(reply(b"new"))
    (tmp_path / "b").write_bytes(b"old")
    with pytest.raises(Unavailable):
        await sender.download(HttpRequest("GET", root), tmp_path / "b", at_most_bytes=9)
    assert (tmp_path / "b").read_bytes() == b"old"


async def test_of_a_long_download_little_is_held_in_memory(sender, tmp_path):
    """200 MiB come; what Python holds at any moment is a hundredth of that."""
    piece, pieces = b"x" * 2**20, 200

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        request = HttpRequest("GET", f"http://{host}:{port}/")
        tracemalloc.start()
        try:
            await sender.download(request, tmp_path / "b", at_most_bytes=2**30)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (tmp_path / "b").stat().st_size == len(piece) * pieces
    assert most < 8 * 2**20
