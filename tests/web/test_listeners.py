"""Ports of partners who speak no HTTP: bounded, counted, and ended without loss."""

import asyncio
import socket
from dataclasses import replace

import pytest

from channel_gateway.addresses import network
from channel_gateway.domain.errors import Forged, NotReached, Unavailable
from channel_gateway.service import Listener, Table
from channel_gateway.settings import WrongSettings
from channel_gateway.web.edge import Edge
from channel_gateway.web.listeners import listened
from channel_gateway.web.outbound_tcp import PlainTcp

LOCAL = "127.0.0.1"


class Clerk:
    """Answers a line with the same line, unless it was told otherwise."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.code = ""
        self.inside = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        line = await reader.readuntil(b"\n")
        self.inside.set()
        await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        writer.write(line)
        return self.code


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


def row(clerk: Clerk, **bounds: float) -> Listener:
    return Listener("finance", LOCAL, 0, clerk.answer, **bounds)  # type: ignore[arg-type]


async def told(port: int, message: bytes) -> bytes:
    """What comes back until the other side ends; a connection that is cut brings nothing."""
    reader, writer = await asyncio.open_connection(LOCAL, port)
    writer.write(message)
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def counted(edge: Edge, outcome: str) -> float:
    labels = {"name": "finance", "outcome": outcome}
    found = edge.metrics.registry.get_sample_value("gateway_listener_connections_total", labels)
    return found or 0.0


async def test_a_message_is_answered_counted_and_its_connection_ended(
    edge: Edge, clerk: Clerk
) -> None:
    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        assert await told(ports["finance"], b"hello\n") == b"hello\n"

    assert counted(edge, "acknowledged") == 1


async def test_what_is_answered_with_a_no_is_counted_as_refused(edge: Edge, clerk: Clerk) -> None:
    clerk.code = "forged"
    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        assert await told(ports["finance"], b"hello\n") == b"hello\n"

    assert counted(edge, "refused") == 1


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [(Forged(), "refused"), (Unavailable(), "failed"), (ZeroDivisionError(), "failed")],
)
async def test_what_deserves_no_answer_is_closed_without_one_and_others_are_served(
    edge: Edge, clerk: Clerk, trouble: Exception, outcome: str
) -> None:
    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        clerk.trouble = trouble
        assert await told(ports["finance"], b"hello\n") == b""
        clerk.trouble = None
        assert await told(ports["finance"], b"hello\n") == b"hello\n"

    assert counted(edge, outcome) == 1


async def test_one_address_has_no_more_than_its_share(edge: Edge, clerk: Clerk) -> None:
    """The second and third of one address are turned away; another address is served."""
    async with listened(Table(listeners=[row(clerk, of_one_address=1)]), edge) as ports:
        _, idle = await asyncio.open_connection(LOCAL, ports["finance"])
        assert await told(ports["finance"], b"hello\n") == b""
        reader, writer = await asyncio.open_connection(
            LOCAL, ports["finance"], local_addr=("127.0.0.2", 0)
        )
        writer.write(b"hello\n")
        assert await reader.read() == b"hello\n"
        writer.close()
        idle.close()

    assert counted(edge, "turned_away") == 1


@pytest.mark.parametrize(("callers", "answer"), [("127.0.0.0/8", b"hello\n"), ("10.0.0.0/8", b"")])
async def test_who_is_of_no_network_that_may_come_is_turned_away(
    edge: Edge, clerk: Clerk, callers: str, answer: bytes
) -> None:
    allowed = replace(row(clerk), callers=(network(callers),))
    async with listened(Table(listeners=[allowed]), edge) as ports:
        assert await told(ports["finance"], b"hello\n") == answer


async def test_who_says_nothing_is_let_go(edge: Edge, clerk: Clerk) -> None:
    async with listened(Table(listeners=[row(clerk, timeout_s=0.05)]), edge) as ports:
        assert await told(ports["finance"], b"hel") == b""

    assert counted(edge, "slow") == 1


async def test_who_breaks_off_is_counted_as_that(edge: Edge, clerk: Clerk) -> None:
    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        _, writer = await asyncio.open_connection(LOCAL, ports["finance"])
        writer.write(b"hel")
        writer.close()
        await writer.wait_closed()

    assert counted(edge, "broken") == 1


async def test_more_connections_than_it_takes_are_closed_at_once(edge: Edge, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with listened(Table(listeners=[row(clerk, connections=1)]), edge) as ports:
        first = asyncio.create_task(told(ports["finance"], b"first\n"))
        await clerk.inside.wait()
        assert await told(ports["finance"], b"second\n") == b""
        clerk.gate.set()
        assert await first == b"first\n"

    assert counted(edge, "turned_away") == 1


async def test_what_is_under_way_is_finished_before_the_end(edge: Edge, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        call = asyncio.create_task(told(ports["finance"], b"hello\n"))
        await clerk.inside.wait()
        asyncio.get_running_loop().call_later(0.05, clerk.gate.set)

    assert await call == b"hello\n"
    with pytest.raises(OSError):  # noqa: PT011 (nobody listens any more)
        await told(ports["finance"], b"hello\n")


async def test_a_port_that_is_taken_is_named(edge: Edge, clerk: Clerk) -> None:
    with socket.socket() as other:
        other.bind((LOCAL, 0))
        other.listen()
        port = other.getsockname()[1]
        taken = Listener("finance", LOCAL, port, clerk.answer)

        with pytest.raises(WrongSettings, match=f"plugins.finance: {LOCAL}:{port}: "):
            async with listened(Table(listeners=[taken]), edge):
                pass


async def test_several_processes_share_the_port(edge: Edge, clerk: Clerk) -> None:
    async with listened(Table(listeners=[row(clerk)]), edge, share_port=True) as ports:
        same = Listener("finance", LOCAL, ports["finance"], clerk.answer)
        async with listened(Table(listeners=[same]), edge, share_port=True):
            assert await told(ports["finance"], b"hello\n") == b"hello\n"


async def test_an_answer_is_read_as_far_as_it_says_it_goes(edge: Edge, clerk: Clerk) -> None:
    def whole(come: bytes) -> int | None:
        return 6 if come else None

    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        answer = await PlainTcp().exchange(LOCAL, ports["finance"], b"hello\n", whole=whole)

    assert answer == b"hello\n"


async def test_an_answer_that_breaks_off_is_unknown_and_no_line_is_not_reached(
    edge: Edge, clerk: Clerk
) -> None:
    clerk.trouble = Forged()
    async with listened(Table(listeners=[row(clerk)]), edge) as ports:
        with pytest.raises(Unavailable) as unknown:
            await PlainTcp().exchange(LOCAL, ports["finance"], b"hello\n", whole=lambda _: None)

    assert not isinstance(unknown.value, NotReached)
    with pytest.raises(NotReached):
        await PlainTcp().exchange(LOCAL, ports["finance"], b"hello\n", whole=lambda _: None)


async def test_an_answer_that_does_not_come_is_unknown_in_time(edge: Edge, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with listened(Table(listeners=[row(clerk, timeout_s=1)]), edge) as ports:
        with pytest.raises(Unavailable):
            await PlainTcp().exchange(
                LOCAL, ports["finance"], b"hello\n", whole=lambda _: None, timeout_s=0.05
            )
