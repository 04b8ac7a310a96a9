"""A load generator: requests written beforehand as bytes, over kept connections.

As fast as they are answered, or at a rate: then a request that had to wait for its turn counts from
the moment it was due, so that a server cannot hide its pauses.
"""

import asyncio
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import uvloop

CONNECTIONS = 64
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CLOSING = re.compile(rb"(?i)\r\nconnection: *close")


class Answer(NamedTuple):
    number: int  # of its request, in the order in which they were sent
    status: int
    seconds: float


@dataclass
class Outcome:
    """What came of a run."""

    seconds: float = 0
    answers: list[Answer] = field(default_factory=list)

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    @property
    def good(self) -> int:
        return sum(200 <= answer.status < 300 for answer in self.answers)

    def latency(self, part: float, status: int | None = None) -> float:
        """A quantile of the latencies, in seconds: of all answers, or of those with a status."""
        ordered = sorted(a.seconds for a in self.answers if status in (None, a.status))
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def drive(
    port: int,
    requests: Sequence[bytes],
    *,
    rate: float | None = None,
    connections: int = CONNECTIONS,
) -> Outcome:
    """Send each request once. `rate`: requests a second; None as fast as they are answered."""
    return uvloop.run(_drive(port, requests, rate, connections))


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    fields = dict(headers) | ({"Content-Length": str(len(body))} if body else {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


class _Load:
    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.loop = asyncio.get_running_loop()
        self.port = port
        self.due: deque[tuple[float | None, bytes]] = deque()
        self.idle: deque[_Connection] = deque()
        self.left = len(requests)
        self.sent = 0
        self.outcome = Outcome()
        self.ended = asyncio.Event()

    def send_what_is_due(self) -> None:
        while self.due and self.idle:
            self.idle.popleft().send(self.sent, *self.due.popleft())
            self.sent += 1

    def answered(self, number: int, status: int, since: float) -> None:
        self.outcome.answers.append(Answer(number, status, self.loop.time() - since))
        self.left -= 1
        if not self.left:
            self.ended.set()


class _Connection(asyncio.Protocol):
    """One request at a time. A connection the server closed is opened again."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._asked: tuple[int, float, bytes] | None = None
        self._answer = b""
        self._transport: asyncio.WriteTransport | None = None
        self.closed = load.loop.create_future()

    def close(self) -> None:
        if self._transport is None:
            self.closed.set_result(None)
        else:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        if self._asked is None:
            self._load.idle.append(self)
            self._load.send_what_is_due()
        else:
            self._transport.write(self._asked[2])  # type: ignore[union-attr]

    def send(self, number: int, due_at: float | None, request: bytes) -> None:
        since = self._load.loop.time() if due_at is None else due_at
        self._asked = number, since, request
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        answer = self._answer = self._answer + data
        head = answer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(answer, 0, head)
        if len(answer) < head + 4 + (int(length[1]) if length else 0) or self._asked is None:
            return
        (number, since, _), self._answer, self._asked = self._asked, b"", None
        closing = _CLOSING.search(answer, 0, head)
        self._load.answered(number, int(answer[9:12]), since)
        if closing is None:
            self._load.idle.append(self)
            self._load.send_what_is_due()

    def connection_lost(self, _: Exception | None) -> None:
        self._transport, self._answer = None, b""
        if self in self._load.idle:
            self._load.idle.remove(self)
        if self._load.left:
            self._load.loop.create_task(_connect(self._load, self))
        elif not self.closed.done():
            self.closed.set_result(None)


async def _connect(load: _Load, connection: _Connection) -> None:
    await load.loop.create_connection(lambda: connection, "127.0.0.1", load.port)


async def _drive(port: int, requests: Sequence[bytes], rate: float | None, most: int) -> Outcome:
    load = _Load(port, requests)
    connections = [_Connection(load) for _ in range(most)]
    for connection in connections:
        await _connect(load, connection)
    started = load.loop.time()
    if rate is None:
        load.due.extend((None, each) for each in requests)
        load.send_what_is_due()
    else:
        await _send_at(load, requests, rate, started)
    await load.ended.wait()
    load.outcome.seconds = load.loop.time() - started
    for connection in connections:
        connection.close()
    await asyncio.gather(*(connection.closed for connection in connections))
    return load.outcome


async def _send_at(load: _Load, requests: Sequence[bytes], rate: float, started: float) -> None:
    for number, each in enumerate(requests):
        due_at = started + number / rate
        pause = due_at - load.loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        load.due.append((due_at, each))
        load.send_what_is_due()
