"""What the folder of one courier offers: its calls, its pushes, its own control rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import ControlRoute
from mock_platforms.faults import FaultKind
from mock_platforms.routes import Route
from mock_platforms.stand_in import orders_named, plain_trouble
from mock_platforms.wire import Request, Response


@dataclass(frozen=True, slots=True)
class Player:
    """One courier. `build(stage, parcels)` in its folder makes it; a reset makes it anew."""

    name: str  # its folder, its member of `couriers` in platforms.json, its control paths
    routes: Sequence[Route]  # operations and paths are its own: sf.create, /std/service
    describe: Mapping[str, Any]  # without base_url, which all have
    control: Sequence[ControlRoute] = ()
    notices: Sequence[str] = ()  # sf.push
    faults: Sequence[FaultKind] = ()
    # As a `StandIn` has them, for the calls of this courier: 429 and 5xx in its own words, the
    # numbers a call is about, the named operations of a path that serves several calls.
    trouble: Callable[[int, Request], Response] = plain_trouble
    orders: Callable[[Request], Collection[str]] = orders_named
    operation: Callable[[Route, Request], str] = lambda route, _: route.operation
    more_operations: Sequence[str] = ()
