"""A bank's answer is held against its own count and total before one fen of it is believed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.bank.statements import read_credits
from channel_gateway.domain.errors import Malformed

DAY = date(2026, 1, 5)
PAYERS = {"财付通": "wechat_pay"}


def answer(**change: Any) -> dict[str, Any]:
    credit = {
        "reference": "CR1",
        "payer": "财付通",
        "merchant": "1900000001",
        "amount_fen": 7766,
        "booked_at": "2026-01-06T11:00:00+08:00",
    }
    whole = {"day": "2026-01-05", "count": 1, "total_fen": 7766, "credits": [credit]}
    return {**whole, **change}


def test_a_credit_is_read_in_our_words() -> None:
    [credit] = read_credits(answer(), DAY, PAYERS)
    assert (credit.method, credit.merchant, credit.amount_fen) == ("wechat_pay", "1900000001", 7766)
    assert credit.booked_at == datetime(2026, 1, 6, 3, 0, tzinfo=UTC)


def with_credit(**change: Any) -> dict[str, Any]:
    [credit] = answer()["credits"]
    return answer(credits=[{**credit, **change}])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (answer(day="2026-01-04"), "day"),
        (answer(count=2), "count"),
        (answer(total_fen=7767), "total_fen"),
        (answer(count=2, total_fen=2 * 7766, credits=answer()["credits"] * 2), "reference"),
        (with_credit(payer="支付宝"), "payer"),
        (with_credit(amount_fen=-7766), "amount_fen"),
        (with_credit(amount_fen=77.66), "amount_fen"),
        (with_credit(amount_fen="7766"), "amount_fen"),
    ],
)
def test_what_does_not_add_up_is_not_believed(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as wrong:
        read_credits(said, DAY, PAYERS)
    assert wrong.value.field == field
