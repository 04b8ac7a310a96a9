"""The stage: one clock, one chance, one fault list and one set of callbacks for all stand-ins.

How a stand-in plugs in: a folder `mock_platforms/<name>/` whose `__init__` offers

    def build(stage: Stage) -> StandIn

Nothing else is edited: the server finds the folder, gives it a port of its own, mounts its control
rows, and writes what `describe(base_url)` returns under its name in `platforms.json`.

- Calls are rows: `Route("POST", "/v3/orders/{out_trade_no}", handle, "orders.create")`; `handle` is
  a `def` or `async def` from `wire.Request` to `wire.Response`. Check signatures over
  `request.target` and `request.body`: both are as sent. A refusal sets `Response.why`.
- State lives in objects that `build` makes: `POST /reset` calls `build` again. Keys, certificates
  and secrets come from `stage.keys` and outlive a reset.
- Time: `stage.clock.now()` (moved) for orders, expiry and bills, `stage.clock.after(seconds,
  action)` for what happens later, `stage.signing_now()` for what goes into or is checked in a
  signature. Chance: `stage.randomness`.
- Callbacks: `stage.deliveries.post(Notice(...))` with the platform's ladder and its rule of what
  counts as accepted; `compose(fault)` is called for each attempt and signs it anew; `fault` is None
  or one of the kinds the notice lists in `spoils`.
- Faults: kinds of `faults.EVERYWHERE` work by themselves. Own kinds are rows in `StandIn.faults`,
  and act in `StandIn.reply_faults` (a ready answer is spoiled), in `compose` (a notice), or where
  the handler asks `stage.faults.take(name, kind, operation, orders)`.
- Control rows: `ControlRoute("POST", "/<name>/orders/{order}/pay", pay, "The citizen pays.",
  fields={"at?": "..."})`; `pay` takes a `Command`; raise `Refused("why", field="at")`.
- `stage.base_url(name)` is a stand-in's own root address, once all listen.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mock_platforms import mischief
from mock_platforms.clock import Clock, wall_clock
from mock_platforms.deliveries import Deliveries, Send
from mock_platforms.faults import Fault, Faults
from mock_platforms.keys import KeyFolder
from mock_platforms.randomness import Randomness
from mock_platforms.routes import UnknownPath, WrongMethod, find
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Outgoing, Request, Response, Unreachable, json_response

Build = Callable[["Stage"], StandIn]


@dataclass(frozen=True, slots=True)
class Seen:
    """A call that came in, and how it was answered."""

    at: datetime  # on the moved clock
    platform: str
    operation: str  # empty when no row fits
    request: Request
    response: Response


async def nowhere(outgoing: Outgoing) -> Response:
    """Send nothing: a stage without sockets and without a `send` has no one to call."""
    raise Unreachable(f"nothing listens for {outgoing.url}")


class Stage:
    """Everything the stand-ins share. It needs no sockets: `handle` plays a call in process."""

    def __init__(
        self,
        state_dir: Path,
        builds: Mapping[str, Build],
        *,
        seed: int = 0,
        begin: datetime | None = None,
        wall: Callable[[], datetime] = wall_clock,
        shared_clock: bool = False,
        send: Send = nowhere,
        keys: KeyFolder | None = None,
    ) -> None:
        """Set the stage.

        `wall` is what time really is, `begin` when the moved clock begins (None: with the wall);
        `shared_clock` says that callers see the moved clock too, so that signatures carry it.
        `keys` lets several stages share one folder: keys are slow to make.
        """
        self.state_dir = state_dir
        self.clock = Clock(wall, begin)
        self.randomness = Randomness(seed)
        self.faults = Faults(self.randomness)
        self.deliveries = Deliveries(self.clock, self.faults, send)
        self.requests: deque[Seen] = deque(maxlen=5000)
        self.keys = keys or KeyFolder(state_dir / "keys")
        self.addresses: dict[str, str] = {}
        self.platforms: dict[str, StandIn] = {}
        self._shared_clock = shared_clock
        self._builds = dict(builds)
        self._build()

    def signing_now(self) -> datetime:
        """Return the moment signatures carry and are checked against."""
        return self.clock.now() if self._shared_clock else self.clock.wall()

    def base_url(self, name: str) -> str:
        """Return a stand-in's root address; without sockets, one that names it."""
        return self.addresses.get(name, f"http://{name.replace('_', '-')}.stand-in")

    def reset(self, seed: int | None = None) -> None:
        """Start the play anew: no orders, no faults, no records, the first time. Keys stay."""
        self.randomness.reseed(self.randomness.seed if seed is None else seed)
        self.clock.reset()
        self.faults.clear()
        self.deliveries.clear()
        self.requests.clear()
        self._build()

    def describe(self) -> dict[str, Any]:
        """Return the stand-ins' sections of platforms.json."""
        return {
            name: dict(stand_in.describe(self.base_url(name)))
            for name, stand_in in self.platforms.items()
        }

    async def handle(self, platform: str, request: Request) -> Response:
        """Answer a call as the platform would, and remember it."""
        operation, response = await self._answer(self.platforms[platform], request)
        self.requests.append(Seen(self.clock.now(), platform, operation, request, response))
        return response

    async def _answer(self, stand_in: StandIn, request: Request) -> tuple[str, Response]:
        try:
            route, request = find(stand_in.routes, request)
        except UnknownPath:
            missing = f"the {stand_in.name} stand-in does not play {request.method} {request.path}"
            return "", json_response({"error": missing}, 501, why=missing)
        except WrongMethod:
            return "", Response(405, why="wrong method")
        operation = stand_in.operation(route, request)
        orders = stand_in.orders(request)

        def strike(kind: str) -> Fault | None:
            return self.faults.take(stand_in.name, kind, operation, orders)

        if early := mischief.instead(stand_in, request, strike):
            return operation, early
        result = route.handle(request)
        response = await result if inspect.isawaitable(result) else result
        return operation, mischief.afterwards(stand_in, request, response, strike)

    def _build(self) -> None:
        self.platforms = {name: build(self) for name, build in self._builds.items()}
        for stand_in in self.platforms.values():
            self.faults.learn(stand_in.name, stand_in.faults, stand_in.operations())
