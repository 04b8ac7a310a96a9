"""The departments' addresses, plugged into the stage: check, keep or answer, sign the answer."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from mock_platforms.departments.calls import Caller
from mock_platforms.departments.codes import CODES
from mock_platforms.departments.control import NAME, control_rows
from mock_platforms.departments.department import Department, department
from mock_platforms.departments.refusals import Refused
from mock_platforms.departments.seats import Place
from mock_platforms.departments.shapes import EVENTS, QUESTIONS, UNKNOWN, Message, read
from mock_platforms.departments.signing import Doubtful, check, signed_headers
from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.routes import Handler, Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Ending, Headers, Request, Response, json_response

_ORDER_NAMES = ("appointment_id", "key", "order_id", "pay_code", "review_id")

FAULTS = (
    FaultKind("gone", "410: the department has left; nothing was kept.", CALL, frozenset(EVENTS)),
    FaultKind(
        "reply_forged",
        "The answer's signature belongs to another text.",
        CALL,
        frozenset(QUESTIONS),
    ),
    FaultKind(
        "oversold", "Taken, though the slot is full or closed.", CALL, frozenset({"seat.take"})
    ),
    FaultKind(
        "key_forgotten",
        "The key is taken for a new one; the seat it holds stays taken.",
        CALL,
        frozenset({"seat.take"}),
    ),
)


def build(stage: Stage) -> StandIn:
    departments = {code: department(stage.keys, code) for code in CODES}
    desk = Desk(stage)

    def describe(base_url: str) -> dict[str, Any]:
        sections = {code: each.describe(base_url) for code, each in departments.items()}
        return {"base_url": base_url, "departments": sections}

    return StandIn(
        name=NAME,
        routes=[
            Route("POST", f"/{code}", desk.handler(each), UNKNOWN)
            for code, each in departments.items()
        ],
        describe=describe,
        control=control_rows(stage, departments, Caller(stage)),
        faults=FAULTS,
        reply_faults={"reply_forged": forged},
        orders=orders_named,
        operation=lambda _, request: operation_of(request),
        more_operations=(*EVENTS, *QUESTIONS),
    )


class Desk:
    """Where the gateway's messages come in."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def handler(self, asked: Department) -> Handler:
        def handle(request: Request) -> Response:
            if asked.down:
                return Response(0, ending=Ending.LOST, why="the department is down")
            try:
                message_id = check(
                    request.headers, request.body, asked.theirs.secrets(), self.stage.signing_now()
                )
            except Doubtful as why:
                # Whoever this is gets no signature of ours.
                return json_response(
                    {"code": "unauthorized", "message": str(why)}, 401, why=f"{why}"
                )
            try:
                return self._process(asked, message_id, request)
            except Refused as no:
                return self._signed(asked, message_id, no.answer(), no.status, why=no.code)

        return handle

    def _process(self, asked: Department, message_id: str, request: Request) -> Response:
        message = _message(request)
        asked.inbox.recognise(message_id, request.body)
        if message.type in QUESTIONS:
            answer = self._answer(asked, message, orders_named(request))
            return self._signed(asked, message_id, answer)
        if self._strikes("gone", message, orders_named(request)):
            return Response(410, why="gone")
        asked.inbox.take(message_id, message, self.stage.clock.now())
        return Response(204)

    def _answer(
        self, asked: Department, message: Message, orders: Collection[str]
    ) -> dict[str, Any]:
        data, seats = message.data, asked.seats
        if message.type == "seats.left":
            return seats.left(data["service"], data["hall"], data["day"])
        if message.type == "seat.release":
            return seats.release(data["key"])
        if self._strikes("key_forgotten", message, orders):
            seats.forget(data["key"])
        oversell = self._strikes("oversold", message, orders)
        place = Place(data["service"], data["hall"], data["slot"])
        return seats.take(data["key"], place, oversell=oversell)

    def _strikes(self, kind: str, message: Message, orders: Collection[str]) -> bool:
        return self.stage.faults.take(NAME, kind, message.type, orders) is not None

    def _signed(
        self, asked: Department, message_id: str, content: object, status: int = 200, why: str = ""
    ) -> Response:
        answer = json_response(content, status, why=why)
        now = self.stage.signing_now()
        headers = signed_headers(asked.own.secrets(), message_id, now, answer.body)
        return replace(answer, headers=Headers(headers))


def _message(request: Request) -> Message:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(400, "invalid", "application/json is needed", field="content-type")
    try:
        return read(request.json())
    except ValueError as error:
        raise Refused(400, "invalid", "the body is not a JSON object") from error


def operation_of(request: Request) -> str:
    """A message's type, when it is one of the contract's."""
    kind = _body(request).get("type")
    return kind if isinstance(kind, str) and kind in EVENTS.keys() | QUESTIONS.keys() else UNKNOWN


def orders_named(request: Request) -> list[str]:
    """The numbers a message is about, its id and its department's code."""
    data = _body(request).get("data")
    named = data if isinstance(data, dict) else {}
    numbers = [str(named[name]) for name in _ORDER_NAMES if name in named]
    return [*numbers, request.headers.get("webhook-id", ""), request.path.removeprefix("/")]


def _body(request: Request) -> dict[str, Any]:
    try:
        return request.json()
    except ValueError:
        return {}


def forged(response: Response, _: Request, __: Fault) -> Response:
    every = response.headers["webhook-signature"].split(" ")
    others = " ".join(_another(one) for one in every)
    return replace(response, headers=response.headers.but(webhook_signature=others))


def _another(signature: str) -> str:
    version, _, code = signature.partition(",")
    return f"{version},{'B' if code[0] == 'A' else 'A'}{code[1:]}"
