"""Route rows, and finding the row of a request. Pure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
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


def find(routes: Sequence[Route], request: Request) -> tuple[Route, Request]:
    """Return the first row that fits and the request with its parts. Raises when none does."""
    known = False
    for route in routes:
        if match := template(route.path).fullmatch(request.path):
            if route.method == request.method:
                parts = {name: unquote(value) for name, value in match.groupdict().items()}
                return route, replace(request, parts=parts)
            known = True
    raise WrongMethod(request.method) if known else UnknownPath(request.path)
