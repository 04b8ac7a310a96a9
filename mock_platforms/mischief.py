"""What each fault of a call does: some strike instead of processing, some spoil the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mock_platforms.faults import Fault
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Ending, Request, Response

Strike = Callable[[str], Fault | None]


def instead(stand_in: StandIn, request: Request, strike: Strike) -> Response | None:
    """Return what comes back in place of processing, or None to go on."""
    if fault := strike("connection_cut"):
        return Response(0, ending=Ending.LOST, why=_named(fault))
    if fault := strike("too_many_requests"):
        return replace(stand_in.trouble(429, request), why=_named(fault))
    if fault := strike("server_error"):
        return _server_error(stand_in, request, fault)
    return None


def afterwards(stand_in: StandIn, request: Request, response: Response, strike: Strike) -> Response:
    """Return the answer as it reaches the caller."""
    if response.status < 300:
        # Errors are unsigned on every platform, so there is nothing in them to spoil.
        for kind, spoil in stand_in.reply_faults.items():
            if fault := strike(kind):
                response = replace(spoil(response, request, fault), why=_named(fault))
    if fault := strike("server_error_after"):
        response = _server_error(stand_in, request, fault)
    if fault := strike("slow_reply"):
        response = replace(response, delay_s=fault.parameters["seconds"], why=_named(fault))
    if fault := strike("truncated_reply"):
        response = replace(response, ending=Ending.TRUNCATED, why=_named(fault))
    if fault := strike("reply_lost"):
        response = replace(response, ending=Ending.LOST, why=_named(fault))
    return response


def _server_error(stand_in: StandIn, request: Request, fault: Fault) -> Response:
    return replace(stand_in.trouble(fault.parameters["status"], request), why=_named(fault))


def _named(fault: Fault) -> str:
    return f"{fault.id}: {fault.kind}"
