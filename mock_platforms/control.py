"""The control plane: what a test, a demo or a person can make the stand-ins do."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.deliveries import attempt_json
from mock_platforms.routes import UnknownPath, WrongMethod, find
from mock_platforms.stage import Seen, Stage
from mock_platforms.wire import Request, Response, json_response

FARTHEST_S = 10 * 366 * 86400

FAULT_FIELDS = {
    "platform": "the stand-in's name",
    "kind": "one of the kinds listed by GET /faults",
    "operation?": "one call or notice; else wherever the kind applies",
    "order?": "any order, refund or trade number; else every order",
    "times?": "how often; 1 unless said, null for ever",
    "per_cent?": "in which share of cases, 100 unless said",
    "parameters?": "of the kind",
}


def core_rows(stage: Stage) -> list[ControlRoute]:
    """Return the rows that belong to no single platform."""

    def clock(_: Command) -> dict[str, Any]:
        pending = [{"due": t.due.isoformat(), "name": t.name} for t in stage.clock.pending()]
        return {
            "now": stage.clock.now().isoformat(),
            "offset_s": stage.clock.offset_s,
            "pending": pending,
        }

    async def advance(command: Command) -> dict[str, Any]:
        seconds = command.number("seconds")
        if not 0 <= seconds <= FARTHEST_S:
            raise Refused("from 0 to ten years; POST /reset goes back", field="seconds")
        await stage.clock.advance(seconds)
        return clock(command)

    def faults(_: Command) -> dict[str, Any]:
        kinds = [
            {
                "platform": platform,
                "kind": kind.name,
                "says": kind.says,
                "where": sorted(kind.where),
                "operations": sorted(kind.operations) if kind.operations else None,
                "parameters": dict(kind.parameters),
            }
            for platform, known in stage.faults.kinds().items()
            for kind in known
        ]
        return {"faults": [asdict(row) for row in stage.faults.rows()], "kinds": kinds}

    def add_fault(command: Command) -> dict[str, Any]:
        row = stage.faults.add(
            command.text("platform"),
            command.text("kind"),
            operation=command.optional_text("operation"),
            order=command.optional_text("order"),
            times=None if command.body.get("times", 1) is None else command.integer("times", 1),
            per_cent=command.number("per_cent", 100),
            parameters=command.mapping("parameters"),
        )
        return asdict(row)

    def remove_fault(command: Command) -> dict[str, Any]:
        stage.faults.remove(command.parts["id"])
        return {}

    def deliveries(command: Command) -> dict[str, Any]:
        order = command.query.get("order")
        attempts = stage.deliveries.attempts()
        return {"deliveries": [attempt_json(a) for a in attempts if order in (None, *a.orders)]}

    def requests(command: Command) -> dict[str, Any]:
        platform = command.query.get("platform")
        seen = [_seen_json(s) for s in stage.requests if platform in (None, s.platform)]
        return {"requests": seen}

    def reset(command: Command) -> dict[str, Any]:
        stage.reset(command.integer("seed") if "seed" in command.body else None)
        return {"seed": stage.randomness.seed}

    return [
        ControlRoute("GET", "/clock", clock, "Tell the moved clock and what is still to happen."),
        ControlRoute(
            "POST",
            "/clock/advance",
            advance,
            "Move the clock; all that falls due on the way happens first, in order.",
            {"seconds": "0 runs only what is due now"},
        ),
        ControlRoute(
            "GET", "/faults", faults, "List the faults asked for, and the kinds there are."
        ),
        ControlRoute("POST", "/faults", add_fault, "Ask for a fault.", FAULT_FIELDS, status=201),
        ControlRoute("DELETE", "/faults/{id}", remove_fault, "Take a fault back."),
        ControlRoute(
            "GET", "/deliveries", deliveries, "List every callback attempt (?order= one order's)."
        ),
        ControlRoute(
            "GET", "/requests", requests, "List every call that came in (?platform= one's)."
        ),
        ControlRoute(
            "POST",
            "/reset",
            reset,
            "Start anew: no orders, faults or records, the clock as it began; keys stay.",
            {"seed?": "of all chance"},
        ),
    ]


def all_rows(stage: Stage) -> list[ControlRoute]:
    """Return the whole control plane: the core's rows and every stand-in's."""
    own = [row for stand_in in stage.platforms.values() for row in stand_in.control]
    return [*core_rows(stage), *own]


async def control(stage: Stage, request: Request) -> Response:
    """Obey one command. Errors are JSON and name the field at fault."""
    rows = all_rows(stage)
    if request.method == "GET" and request.path == "/":
        return json_response({"commands": [describe_row(row) for row in rows]})
    try:
        row, request = find(rows, request)
        body = _body(request)
        row.check(body)
        result = row.handle(Command(request.parts, body, request.query))
        answer = await result if inspect.isawaitable(result) else result
    except Refused as error:
        return json_response({"error": error.why, "field": error.field}, error.status)
    except UnknownPath:
        return json_response({"error": "no such command; GET / lists them", "field": ""}, 404)
    except WrongMethod:
        return json_response({"error": "not with this method", "field": ""}, 405)
    return json_response(answer, row.status)


def describe_row(row: ControlRoute) -> dict[str, Any]:
    return {
        "method": row.method,
        "path": row.path,
        "says": row.says,
        "fields": dict(row.fields),
        "answers": row.answers,
    }


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        return request.json()
    except ValueError as error:
        raise Refused("the body must be a JSON object") from error


def _seen_json(seen: Seen) -> dict[str, Any]:
    return {
        "at": seen.at.isoformat(),
        "platform": seen.platform,
        "operation": seen.operation,
        "method": seen.request.method,
        "target": seen.request.target,
        "headers": dict(seen.request.headers),
        "body": seen.request.body.decode(errors="replace"),
        "status": seen.response.status,
        "ending": seen.response.ending.value,
        "answer": seen.response.body.decode(errors="replace"),
        "why": seen.response.why,
    }
