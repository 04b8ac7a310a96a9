"""Route rows, and finding the row of a request. Pure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, TypeVar
from urllib.parse import unquote

from mock_platforms.wire import Request, Response

Handler = Callable[[Request], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One call a platform answers."""

    method: str
    path: str  # literal, with {names} that match one segment each
    handle: Handler
    operation: str  # the name by which faults and the request log call it


class Row(Protocol):
    """Whatever is found by method and path: a platform's call, or a control command."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...


AnyRow = TypeVar("AnyRow", bound=Row)


class UnknownPath(Exception):
    """No row has this path: the stand-in does not play this call."""


class WrongMethod(Exception):
    """The path is known, but not with this method."""


@lru_cache(maxsize=1024)
def template(path: str) -> re.Pattern[str]:
    """Return the expression of a path template: `/orders/{out_trade_no}/close`."""
    parts = re.split(r"\{(\w+)\}", path)
    names = iter(parts[1::2])
    pattern = "".join(
        re.escape(literal) + (f"(?P<{name}>[^/]+)" if (name := next(names, "")) else "")
        for literal in parts[::2]
    )
    return re.compile(pattern)


def find(rows: Sequence[AnyRow], request: Request) -> tuple[AnyRow, Request]:
    """Return the first row that fits and the request with its parts. Raises when none does."""
    known = False
    for row in rows:
        if match := template(row.path).fullmatch(request.path):
            if row.method == request.method:
                parts = {name: unquote(value) for name, value in match.groupdict().items()}
                return row, replace(request, parts=parts)
            known = True
    raise WrongMethod(request.method) if known else UnknownPath(request.path)
