"""The authority's addresses, plugged into the stage: check the call, answer it, sign the answer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.finance.books import Books
from mock_platforms.finance.calls import CALLS, Asked, Call
from mock_platforms.finance.control import control_rows
from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.refusals import Refused
from mock_platforms.finance.samples import sample_notices
from mock_platforms.keys import KeyFolder
from mock_platforms.routes import Handler, Route
from mock_platforms.signed_json import REPLY_FORGED, SignedDesk, forged
from mock_platforms.signed_json import Refused as RefusedAtDesk
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
    REPLY_FORGED,
)


def build(stage: Stage) -> StandIn:
    books = Books(digits=stage.randomness.digits)
    books.keep(*sample_notices(beijing_day(stage.clock.now())))
    app_key, own_key = map(stage.keys.private_key, ("finance_app", "finance_platform"))
    signed = SignedDesk(stage, APP_ID, SERIAL, app_key.public_key(), own_key)
    desk = Desk(signed, books)
    return StandIn(
        name=NAME,
        routes=[Route("POST", call.path, desk.handler(call), call.operation) for call in CALLS],
        describe=lambda base_url: describe(stage.keys, base_url),
        control=control_rows(stage, books),
        faults=FAULTS,
        reply_faults={"reply_forged": forged},
        trouble=signed.trouble,
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


@dataclass(frozen=True, slots=True)
class Desk:
    """Reads a call, strikes the faults that are set for it, and answers from the books."""

    signed: SignedDesk
    books: Books

    def handler(self, call: Call) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return self.signed.answer(200, self._process(call, request), request)
            except RefusedAtDesk as refused:
                return self.signed.refuse(refused, request)

        return handle

    def _process(self, call: Call, request: Request) -> dict[str, Any]:
        self.signed.check(request)
        try:
            fields = call.read(request.json())
        except ValueError as error:
            raise Refused("INVALID_REQUEST", "the body is not a JSON object") from error
        orders = orders_named(request)
        stage = self.signed.stage
        if stage.faults.take(NAME, "unit_may_not_charge", call.operation, orders):
            field = "pay_code" if "pay_code" in call.names else "items"
            raise Refused("18012", "执收单位无权收取该项目", field=field)
        behind = stage.faults.take(NAME, "says_unpaid", call.operation, orders) is not None

        def strikes(kind: str, numbers: Collection[str]) -> Fault | None:
            return stage.faults.take(NAME, kind, call.operation, numbers)

        return call.answer(Asked(self.books, fields, stage.clock.now(), behind, strikes))


def orders_named(request: Request) -> list[str]:
    """The numbers a call is about."""
    try:
        body = request.json()
    except ValueError:
        return []
    return [str(body[name]) for name in _ORDER_NAMES if name in body]
