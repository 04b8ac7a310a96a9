"""A stand-in of a finance authority's node that speaks CNNONTAX over TCP, and pushes payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_platforms.faults import CALL, FaultKind
from mock_platforms.finance_cnnontax import pushes
from mock_platforms.finance_cnnontax.books import Books
from mock_platforms.finance_cnnontax.control import control_rows
from mock_platforms.finance_cnnontax.desk import (
    CALLS,
    FINANCE_NODE,
    NAME,
    REGION,
    UNIT_NODE,
    Desk,
    forged,
    misstated,
    silence,
)
from mock_platforms.finance_cnnontax.frames import length
from mock_platforms.finance_cnnontax.pushes import Pushes
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import Framing, StandIn
from mock_platforms.wire import Request

ACCOUNT = {
    "name": "示例县财政局非税收入汇缴专户",
    "number": "0000000000000000001",
    "bank": "示例银行示例县支行",
    "bank_number": "000000000001",
}
FAULTS = (
    FaultKind(
        "unit_may_not_charge",
        "18012: the unit has no right to charge this item; nothing was processed.",
        CALL,
        frozenset({"notices.issue", "notices.query", "payments.confirm"}),
    ),
    FaultKind("says_failure", "99999, and nothing was processed.", CALL),
    FaultKind(
        "says_unpaid",
        "The record is behind: what was paid looks unpaid.",
        CALL,
        frozenset({"notices.query"}),
    ),
    FaultKind(
        "says_other_amount",
        "The record has what was paid with another amount.",
        CALL,
        frozenset({"notices.query"}),
        parameters={"by_fen": 100},
    ),
    FaultKind("reply_forged", "The answer's MAC belongs to another text.", CALL),
    FaultKind("reply_wrong_length", "The answer says that it is longer than it is.", CALL),
)


def build(stage: Stage) -> StandIn:
    token = stage.keys.secret("finance_cnnontax_token", 32)
    books = Books(digits=stage.randomness.digits)
    desk, pushing = Desk(stage, books, token), Pushes(stage, books, token)
    desk.on_paid = pushing.echo
    known = [Route("TCP", f"/{c.number}", desk.handler(c), c.operation) for c in CALLS]

    def describe(base_url: str) -> Mapping[str, Any]:
        return {
            "address": base_url.removeprefix("tcp://"),
            "region": REGION,
            "finance_node": FINANCE_NODE,
            "own_node": UNIT_NODE,
            "token": token,
            "account": ACCOUNT,
            "phone": "051300000000",
        }

    return StandIn(
        name=NAME,
        routes=[*known, Route("TCP", "/{number}", desk.unknown, "unknown")],
        describe=describe,
        control=control_rows(stage, books, pushing),
        notices=[pushes.PUSH],
        faults=(*FAULTS, *pushes.FAULTS),
        reply_faults={"reply_forged": forged, "reply_wrong_length": misstated},
        trouble=silence,
        orders=desk.orders_named,
        framing=Framing(8, length, _request),
    )


def _request(raw: bytes) -> Request:
    number = raw[19:23].decode("ascii", "replace")
    return Request("TCP", f"/{number if number.isdigit() else 'unknown'}", body=raw)
