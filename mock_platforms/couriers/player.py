"""What the folder of one courier offers: its calls, its pushes, its own control rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from mock_platforms.commands import ControlRoute
from mock_platforms.faults import FaultKind
from mock_platforms.routes import Route
from mock_platforms.stand_in import plain_trouble
from mock_platforms.wire import Request, Response

_NUMBER = re.compile(r"[0-9A-Za-z-]{4,40}")


def numbers_written(request: Request) -> Collection[str]:
    """Return every word of a call that could be a waybill or a number of the sender's.

    Forms, JSON and XML alike; a courier whose calls are encrypted says it with a rule of its own.
    """
    text = f"{request.target} {request.body.decode(errors='replace')}"
    return set(_NUMBER.findall(unquote_plus(text)))


@dataclass(frozen=True, slots=True)
class Player:
    """One courier. `build(stage, parcels)` in its folder makes it; a reset makes it anew."""

    name: str  # its folder, its member of `couriers` in platforms.json, its control paths
    routes: Sequence[Route]  # operations and paths are its own: sf.create, /std/service
    describe: Mapping[str, Any]  # without base_url, which all have
    control: Sequence[ControlRoute] = ()
    notices: Sequence[str] = ()  # sf.push
    faults: Sequence[FaultKind] = ()
    # The named operations of one route, when the courier puts the method in a parameter.
    operation: Callable[[Route, Request], str] = lambda route, _: route.operation
    more_operations: Sequence[str] = ()  # what `operation` may return beyond the rows' names
    # Which waybills and numbers a call is about, so that a fault can be meant for one parcel.
    orders: Callable[[Request], Collection[str]] = numbers_written
    # 429 and 5xx in the courier's own words.
    trouble: Callable[[int, Request], Response] = plain_trouble

    @property
    def calls(self) -> list[str]:
        """The names of all it answers, for faults."""
        return [*dict.fromkeys(row.operation for row in self.routes), *self.more_operations]
