"""The stand-ins' own words for what travels: requests, responses, outgoing calls. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl


class Headers(Mapping[str, str]):
    """Header names compare without case, and print as they were sent."""

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        self._pairs = {name.lower(): (name, value) for name, value in (pairs or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._pairs[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._pairs.values())

    def __len__(self) -> int:
        return len(self._pairs)

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"

    def but(self, **changes: str) -> Headers:
        """Return these headers with some replaced; underscores stand for hyphens."""
        return Headers({**dict(self), **{k.replace("_", "-"): v for k, v in changes.items()}})


@dataclass(frozen=True, slots=True)
class Request:
    """A call that came in, kept as it was on the wire: signatures are checked over this."""

    method: str
    target: str  # path and query exactly as sent; an absolute-form target is cut to this
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    remote: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)  # the route's {names}, unescaped

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises ValueError when it is not one."""
        try:
            value = json.loads(self.body)
        except RecursionError as error:
            raise ValueError("the body is nested too deeply") from error
        if not isinstance(value, dict):
            raise ValueError("the body is not a JSON object")  # noqa: TRY004 - a bad value, not a bug
        return value


class Ending(Enum):
    """How much of an answer reaches the caller."""

    WHOLE = "whole"
    TRUNCATED = "truncated"  # half of the body, then the connection is cut
    LOST = "lost"  # not one byte, the connection is cut


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, with what the network does to it: sockets enact it, in process one reads it."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    ending: Ending = Ending.WHOLE
    delay_s: float = 0.0
    why: str = ""  # why the call was refused, for GET /requests; never sent


def json_response(value: object, status: int = 200, *, why: str = "") -> Response:
    """Return a compact UTF-8 JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    return Response(
        status, Headers({"Content-Type": "application/json; charset=utf-8"}), body, why=why
    )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call a stand-in makes: a callback to the merchant's address."""

    method: str
    url: str
    headers: Headers
    body: bytes
    timeout_s: float = 5.0


class Unreachable(Exception):
    """An outgoing call brought no answer: refused, cut, or too slow."""
