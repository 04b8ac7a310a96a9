"""The authority's addresses, plugged into the stage: check the call, answer it, sign the answer."""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.finance import signing
from mock_platforms.finance.books import Books
from mock_platforms.finance.calls import CALLS, Asked, Call
from mock_platforms.finance.control import control_rows
from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.refusals import Refused
from mock_platforms.finance.samples import sample_notices
from mock_platforms.keys import KeyFolder
from mock_platforms.routes import Handler, Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Request, Response

NAME = "finance"
APP_ID = "gateway-330199"
SERIAL = "FIN330199-1"
_ORDER_NAMES = ("number", "pay_code", "confirmation_no", "refund_no", "day")

_BOOKS = frozenset({"statements"})

FAULTS = (
    FaultKind(
        "unit_may_not_charge",
        "18012: the unit has no right to charge this item; nothing was processed.",
        CALL,
        frozenset({"payments.confirm", "notices.look_up", "notices.issue"}),
    ),
    FaultKind(
        "says_unpaid",
        "The record is behind: what was paid looks unpaid.",
        CALL,
        frozenset({"notices.look_up", "notices.owed", "payments.query"}),
    ),
    FaultKind(
        "statement_late", "The day's books are not ready yet; `order` is the day.", CALL, _BOOKS
    ),
    FaultKind(
        "statement_left_out", "A confirmed payment is not on the day's statement.", CALL, _BOOKS
    ),
    FaultKind(
        "statement_other_amount",
        "A confirmed payment is on the day's statement with another amount.",
        CALL,
        _BOOKS,
        parameters={"by_fen": 100},
    ),
    FaultKind(
        "statement_extra",
        "The day's statement has a payment that nobody here knows of, from elsewhere.",
        CALL,
        _BOOKS,
        parameters={
            "number": "ELSEWHERE-999999",
            "pay_code": "33019926309999999999",
            "amount_fen": 50_00,
        },
    ),
    FaultKind("reply_forged", "The answer's signature belongs to another text.", CALL),
)


def build(stage: Stage) -> StandIn:
    books = Books(digits=stage.randomness.digits)
    books.keep(*sample_notices(beijing_day(stage.clock.now())))
    desk = Desk(stage, books)
    return StandIn(
        name=NAME,
        routes=[Route("POST", call.path, desk.handler(call), call.operation) for call in CALLS],
        describe=lambda base_url: describe(stage.keys, base_url),
        control=control_rows(stage, books),
        faults=FAULTS,
        reply_faults={"reply_forged": forged},
        trouble=desk.trouble,
        orders=orders_named,
    )


def describe(keys: KeyFolder, base_url: str) -> dict[str, str]:
    """The stand-in's section of platforms.json."""
    return {
        "base_url": base_url,
        "app_id": APP_ID,
        "app_key_file": str(keys.path("finance_app.pem")),
        "finance_public_key_file": str(keys.path("finance_platform_public.pem")),
        "finance_serial": SERIAL,
    }


class Desk:
    """Where calls come in; it remembers the nonces of the last minutes."""

    def __init__(self, stage: Stage, books: Books) -> None:
        self.stage = stage
        self.books = books
        self.app_key = stage.keys.private_key("finance_app").public_key()
        self.own_key = stage.keys.private_key("finance_platform")
        self._nonces: dict[str, datetime] = {}

    def handler(self, call: Call) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return self._answer(200, self._process(call, request), request)
            except Refused as refused:
                return self._answer(refused.status, refused.answer(), request, why=refused.code)

        return handle

    def _process(self, call: Call, request: Request) -> dict[str, Any]:
        self._check(request)
        try:
            fields = call.read(request.json())
        except ValueError as error:
            raise Refused("INVALID_REQUEST", "the body is not a JSON object") from error
        orders = orders_named(request)
        faults = self.stage.faults
        if faults.take(NAME, "unit_may_not_charge", call.operation, orders):
            field = "pay_code" if "pay_code" in call.names else "items"
            raise Refused("18012", "执收单位无权收取该项目", field=field)
        behind = faults.take(NAME, "says_unpaid", call.operation, orders) is not None
        now = self.stage.clock.now()

        def strikes(kind: str, numbers: Collection[str]) -> Fault | None:
            return faults.take(NAME, kind, call.operation, numbers)

        return call.answer(Asked(self.books, fields, now, behind, strikes))

    def _check(self, request: Request) -> None:
        now = self.stage.signing_now()
        nonce = signing.check_call(request, APP_ID, self.app_key, now)
        fresh = {
            one: seen for one, seen in self._nonces.items() if now - seen < 2 * signing.TOLERANCE
        }
        if nonce in fresh:
            raise Refused("NONCE_REPEATED", "this call came before", field="X-Finance-Nonce")
        self._nonces = {**fresh, nonce: now}

    def _answer(
        self, status: int, content: Mapping[str, Any], request: Request, *, why: str = ""
    ) -> Response:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signing.answer_headers(
            body,
            self.own_key,
            serial=SERIAL,
            now=self.stage.signing_now(),
            nonce=request.headers.get("X-Finance-Nonce", ""),
        )
        return Response(status, headers, body, why=why)

    def trouble(self, status: int, request: Request) -> Response:
        code = "TOO_MANY_REQUESTS" if status == 429 else "SYSTEM_BUSY"
        return self._answer(status, Refused(code, "try again later").answer(), request)


def orders_named(request: Request) -> list[str]:
    """The numbers a call is about."""
    try:
        body = request.json()
    except ValueError:
        return []
    return [str(body[name]) for name in _ORDER_NAMES if name in body]


def forged(response: Response, _: Request, __: Fault) -> Response:
    signature = b64decode(response.headers["X-Finance-Signature"])
    other = b64encode(signature[::-1]).decode()
    return replace(response, headers=response.headers.but(X_Finance_Signature=other))
