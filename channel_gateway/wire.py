"""What goes out and what came in, as values, bytes kept as they were. No IO here."""

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from channel_gateway.domain.errors import NotReached


class Headers(Mapping[str, str]):
    """Header fields by name, whatever their case; of a repeated one the last is kept."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        self._fields = {name.lower(): value for name, value in pairs}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def items(self) -> ItemsView[str, str]:  # Mapping's own asks for every field by name
        return self._fields.items()

    def __repr__(self) -> str:
        return f"Headers({sorted(self._fields)})"  # values may be secrets


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. `url` is absolute when it goes out; the raw path and query when it came in."""

    method: str
    url: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    peer: str = ""  # of what came in: the socket's address, be it a caller's or a proxy's

    def __repr__(self) -> str:
        path = self.url.partition("?")[0]
        return f"HttpRequest({self.method} {path}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    code: str = ""  # of the error this tells of; for our log, never sent

    def __repr__(self) -> str:
        return f"HttpResponse({self.status}, {len(self.body)} bytes)"


class HttpSender(Protocol):
    """The one way out. The URL and body travel exactly as given: they may be signed."""

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        """Send once, no retry, no redirect. Raises `Unavailable`: sent or not, nobody knows; as
        `NotReached` where it is known that nothing was sent.
        """
        ...

    async def download(
        self, request: HttpRequest, into: Path, *, at_most_bytes: int, timeout_s: float = 300
    ) -> HttpResponse:
        """Send once, as `send` does, and stream the body of a 200 into a new private file.

        Its answer here has no body; every other status is an answer as of `send`, and makes no
        file. Raises `Unavailable`, also of a body that is longer; no file is left then.
        """
        ...


Whole = Callable[[bytes], int | None]  # of what came so far: how long all of it will be


class TcpSender(Protocol):
    """The way out to partners who speak no HTTP: frames over a connection of their own."""

    async def exchange(
        self, host: str, port: int, message: bytes, *, whole: Whole, timeout_s: float = 10
    ) -> bytes:
        """Send once and read one answer.

        `whole` says of what came so far how long the answer will be; None: it does not show yet. It
        bounds what is read by raising. Raises `Unavailable`; `NotReached` where nothing was sent.
        """
        ...


class Unconnected:
    """A `TcpSender` that leads nowhere."""

    async def exchange(
        self, host: str, port: int, message: bytes, *, whole: Whole, timeout_s: float = 10
    ) -> bytes:
        raise NotReached("there is no way out over TCP")
