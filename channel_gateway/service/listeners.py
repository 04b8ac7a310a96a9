"""A row for a port of our own."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class Listener:
    """A port of its own, where a partner speaks no HTTP.

    `answer` reads one message and writes what goes back; the connection ends with it. It returns
    the code of the error it refused with, empty where it took the message, and raises what
    deserves no answer: then the connection is closed without one. It bounds what it reads.
    """

    name: str  # the plug-in's
    host: str
    port: int  # 0: a free one
    answer: Callable[[StreamReader, StreamWriter], Awaitable[str]]
    timeout_s: float = 10  # from the connection to the answer
    connections: int = 64  # at once; more are closed
    of_one_address: int = 16  # of them: who holds many open shuts nobody else out
    callers: tuple[
        IPv4Network | IPv6Network, ...
    ] = ()  # who may come; empty: whoever reaches the port
    buffer_bytes: int = 64 * 1024  # kept of what is not read yet
