"""What a stand-in offers to the stage: rows and a few functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mock_platforms.commands import ControlRoute
from mock_platforms.faults import Fault, FaultKind
from mock_platforms.routes import Route
from mock_platforms.wire import Request, Response, json_response

ORDER_NAMES = frozenset(
    {
        "out_trade_no",
        "transaction_id",
        "prepay_id",
        "out_refund_no",
        "refund_id",
        "trade_no",
        "out_request_no",
        "out_seq_no",
        "verify_id",
    }
)


def orders_named(request: Request) -> set[str]:
    """Return the numbers of orders and proofs a call carries in its path, query or JSON body."""
    try:
        body = request.json() if request.body else {}
    except ValueError:
        body = {}
    places = (request.parts, request.query, body)
    return {str(place[name]) for place in places for name in ORDER_NAMES & place.keys()}


def plain_trouble(status: int, request: Request) -> Response:
    """Return an error in no platform's words."""
    return json_response({"error": "the stand-in was told to fail"}, status)


@dataclass(frozen=True, slots=True)
class Framing:
    """How a platform that speaks no HTTP cuts messages from a stream; one to a connection."""

    start: int  # so many bytes say how long the message is
    length: Callable[[bytes], int]  # of all of it; raises `ValueError`, and the line is cut
    request: Callable[[bytes], Request]  # the message as a call that the rows know


@dataclass(frozen=True, slots=True)
class StandIn:
    """A platform played on this machine. `build(stage)` makes one; a reset makes it anew."""

    name: str  # also its key in platforms.json and in its control paths
    routes: Sequence[Route]
    describe: Callable[[str], Mapping[str, Any]]  # base_url → its section of platforms.json
    control: Sequence[ControlRoute] = ()
    notices: Sequence[str] = ()  # the kinds of callbacks it sends: operations for faults
    faults: Sequence[FaultKind] = ()  # beyond faults.EVERYWHERE
    # How a reply fault of its own spoils an answer: kind → function.
    reply_faults: Mapping[str, Callable[[Response, Request, Fault], Response]] = field(
        default_factory=dict
    )
    # 429 and 5xx in the platform's own words.
    trouble: Callable[[int, Request], Response] = plain_trouble
    # Which numbers a call is about, so that a fault can be meant for one order.
    orders: Callable[[Request], Collection[str]] = orders_named
    # The named operations of one route, when a platform puts the method in a parameter.
    operation: Callable[[Route, Request], str] = lambda route, _: route.operation
    framing: Framing | None = None  # it listens on plain TCP: `tcp://` is its root address
    more_operations: Sequence[str] = ()  # what `operation` may return beyond the rows' names

    # What the platform owes each merchant for a Beijing day, in fen, and pays into the bank.
    takings: Callable[[date], Mapping[str, int]] = lambda _: {}

    def operations(self) -> list[str]:
        """Return every name a fault's `operation` may have here."""
        return [*(row.operation for row in self.routes), *self.more_operations, *self.notices]
