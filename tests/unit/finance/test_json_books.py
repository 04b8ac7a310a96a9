"""What finance says of notices and of money, in its JSON: read whole, or not believed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.finance.json_books import read_red_receipt, read_statement
from adapters.finance.json_messages import read_notice
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import LateRule, NoticeState, Pause, Receipt
from channel_gateway.ports import StatementLine
from tests.unit.finance.test_json_protocol import NOTICE

AT = "2026-01-07T04:00:05+00:00"
ITEM = {"code": "1", "name": "罚款", "unit": "次", "quantity": 1, "amount_fen": 200}
RED = {
    "receipt_code": "33010126",
    "receipt_number": "0000000002",
    "check_code": "482913",
    "total_fen": -200,
    "issued_at": AT,
    "related_code": "33010126",
    "related_number": "0000000001",
}
LINE = {
    "number": "G1",
    "kind": "PAYMENT",
    "pay_code": "33019926300000000001",
    "unit_code": "330199011",
    "amount_fen": 20600,
    "at": AT,
    "transaction": "4200001",
}


def noticed(item: dict[str, Any] | None = None, **more: Any) -> Any:
    return read_notice({**NOTICE, "items": [{**ITEM, **(item or {})}], **more})


def test_a_late_rule_is_read_with_cap_start_and_its_own_item() -> None:
    late = {
        "rate_per_10000": 300,
        "cap_fen": 150,
        "starts_on": "2026-12-30",
        "code": "103050199",
        "name": "加处罚款",
    }
    (item,) = noticed({"late": late, "standard": "200元", "reduced_fen": 5}).items
    assert item.late == LateRule(300, "103050199", "加处罚款", Fen(150), date(2026, 12, 30))
    assert (item.standard, item.reduced_fen) == ("200元", 5)


def test_pauses_and_who_was_paid_are_read() -> None:
    pauses = [{"first": "2026-12-01", "last": None}, {"first": "2026-11-01", "last": "2026-11-03"}]
    notice = noticed(state="PAID", paid_elsewhere=True, pauses=pauses)
    assert (notice.state, notice.paid_elsewhere) == (NoticeState.PAID, True)
    assert notice.pauses == (
        Pause(date(2026, 12, 1)),
        Pause(date(2026, 11, 1), date(2026, 11, 3)),
    )
    assert noticed(state="WAIVED").state is NoticeState.WAIVED


def test_a_red_receipt_says_what_it_reverses() -> None:
    at = datetime(2026, 1, 7, 4, 0, 5, tzinfo=UTC)
    related = ("33010126", "0000000001")
    red = Receipt("33010126", "0000000002", "482913", Fen(-200), at, *related)
    assert read_red_receipt({"red_receipt": RED}) == red


@pytest.mark.parametrize("total_fen", [0, 200])
def test_a_red_receipt_that_gives_nothing_back_is_not_read(total_fen: int) -> None:
    with pytest.raises(ValueError, match="below zero"):
        read_red_receipt({"red_receipt": {**RED, "total_fen": total_fen}})


@pytest.mark.parametrize(
    ("kind", "refund", "elsewhere"),
    [("PAYMENT", False, False), ("ELSEWHERE", False, True), ("REFUND", True, False)],
)
def test_a_line_of_a_statement_says_what_it_is(kind: str, refund: bool, elsewhere: bool) -> None:
    (line,) = read_statement({"day": "2026-01-07", "lines": [{**LINE, "kind": kind}]}).lines
    assert isinstance(line, StatementLine)
    assert (line.refund, line.elsewhere, line.number) == (refund, elsewhere, "G1")
    assert (line.amount_fen, line.transaction) == (20600, "4200001")


def test_a_line_of_another_kind_is_not_read_as_one_we_know() -> None:
    with pytest.raises(ValueError, match="CORRECTION"):
        read_statement({"day": "2026-01-07", "lines": [{**LINE, "kind": "CORRECTION"}]})
