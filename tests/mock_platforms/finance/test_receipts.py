"""E-receipts and refunds of what was confirmed."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.finance.gateway import Gateway, command, issue

ISSUE, QUERY, REFUND = "/v1/receipts/issue", "/v1/receipts/query", "/v1/refunds/report"
ORDER = {"confirmation_no": "order-1"}


@pytest.fixture
async def notice(gateway: Gateway, stage: Stage) -> dict[str, Any]:
    """A fine of 206.00, a day late, paid as order-1."""
    notice = await issue(stage, due_in_days=-1)
    await gateway.confirm(notice)
    return notice


async def report(gateway: Gateway, amount_fen: int, number: str = "refund-1") -> Any:
    body = {**ORDER, "refund_no": number, "amount_fen": amount_fen, "reason": "duplicate"}
    return await gateway.call(REFUND, body)


async def issued(gateway: Gateway, stage: Stage) -> dict[str, Any]:
    """Asked for, waited for, fetched."""
    await gateway.call(ISSUE, ORDER)
    await stage.clock.advance(5)
    return (await gateway.call(QUERY, ORDER))[1]


@pytest.mark.usefixtures("notice")
async def test_a_receipt_lists_the_items_and_what_being_late_added(
    gateway: Gateway, stage: Stage
) -> None:
    lines = (await issued(gateway, stage))["items"]
    assert [(line["name"], line["amount_fen"]) for line in lines] == [
        ("交通违法罚款", 200_00), ("交通违法罚款滞纳金", 6_00),
    ]  # fmt: skip


@pytest.mark.usefixtures("notice")
async def test_a_receipt_takes_some_seconds(gateway: Gateway, stage: Stage) -> None:
    assert (await gateway.call(ISSUE, ORDER))[1] == {"state": "PENDING"}
    await stage.clock.advance(5)
    receipt = (await gateway.call(QUERY, ORDER))[1]
    assert (receipt["state"], receipt["total_fen"]) == ("ISSUED", 206_00)
    lengths = [len(receipt[name]) for name in ("receipt_code", "receipt_number", "check_code")]
    assert lengths == [8, 10, 6]
    assert receipt["payer"] == "林**"
    assert (await gateway.call(ISSUE, ORDER))[1] == receipt


@pytest.mark.usefixtures("notice")
async def test_a_receipt_nobody_asked_for_is_not_found(gateway: Gateway) -> None:
    assert (await gateway.call(QUERY, ORDER))[1]["code"] == "NOT_FOUND"
    assert (await gateway.call(ISSUE, {"confirmation_no": "x"}))[1]["code"] == "NOT_FOUND"


@pytest.mark.usefixtures("notice")
async def test_a_refund_is_recorded_once_with_a_red_receipt(gateway: Gateway, stage: Stage) -> None:
    receipt = await issued(gateway, stage)
    first = await report(gateway, 206_00)
    assert (first[0], first[1]["state"]) == (200, "RECORDED")
    red = first[1]["red_receipt"]
    assert (red["total_fen"], red["related_code"], red["related_number"]) == (
        -206_00, receipt["receipt_code"], receipt["receipt_number"],
    )  # fmt: skip
    assert red["receipt_number"] != receipt["receipt_number"]
    assert await report(gateway, 206_00) == first
    assert (await report(gateway, 1))[1]["code"] == "REFUND_MISMATCH"


@pytest.mark.usefixtures("notice")
async def test_finance_s_books_can_be_read(gateway: Gateway, stage: Stage) -> None:
    await gateway.call(ISSUE, ORDER)
    await report(gateway, 6_00)
    for kind in ("payments", "receipts", "refunds"):
        (row,) = await command(stage, "GET", f"/finance/{kind}")
        assert row["confirmation_no"] == "order-1"


@pytest.mark.usefixtures("notice")
async def test_no_more_goes_back_than_was_paid(gateway: Gateway) -> None:
    await report(gateway, 6_00)
    status, refused = await report(gateway, 200_01, "refund-2")
    assert (status, refused["code"]) == (422, "AMOUNT_MISMATCH")
    assert refused["expected"] == {"at_most_fen": 200_00}


async def test_what_was_not_confirmed_is_not_refunded(gateway: Gateway) -> None:
    assert (await report(gateway, 1))[1]["code"] == "NOT_FOUND"
