"""A day's books: what was confirmed, paid elsewhere and given back, and how they can go wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_platforms.finance.refusals import Refused
from mock_platforms.finance.statements import MOST, Line, as_json
from mock_platforms.stage import Stage
from tests.mock_platforms.finance.gateway import Gateway, command, issue

DAY = {"day": "2026-01-07"}


@pytest.fixture
async def notices(gateway: Gateway, stage: Stage) -> list[dict[str, Any]]:
    """One paid here and partly given back, one paid at a counter; then the day is over."""
    here, there = await issue(stage), await issue(stage, due_in_days=-1)
    await gateway.confirm(here)
    body = {"confirmation_no": "order-1", "refund_no": "refund-1", "amount_fen": 50_00}
    await gateway.call("/v1/refunds/report", {**body, "reason": "overcharged"})
    await command(stage, "POST", f"/finance/notices/{there['pay_code']}/pay-elsewhere")
    await stage.clock.advance(86_400)
    return [here, there]


async def lines(gateway: Gateway) -> list[dict[str, Any]]:
    return (await gateway.call("/v1/statements", DAY))[1]["lines"]


async def fault(stage: Stage, kind: str, **more: Any) -> None:
    await command(stage, "POST", "/faults", {"platform": "finance", "kind": kind, **more})


@pytest.mark.usefixtures("notices")
async def test_a_statement_has_what_was_booked_that_day(gateway: Gateway) -> None:
    told = [(line["kind"], line["number"], line["amount_fen"]) for line in await lines(gateway)]
    assert sorted(told) == [
        ("ELSEWHERE", "ELSEWHERE-000001", 206_00),
        ("PAYMENT", "order-1", 200_00),
        ("REFUND", "refund-1", 50_00),
    ]


@pytest.mark.usefixtures("notices")
async def test_another_day_has_none_of_it(gateway: Gateway) -> None:
    assert (await gateway.call("/v1/statements", {"day": "2026-01-06"}))[1]["lines"] == []


async def test_a_day_that_is_not_over_has_no_statement(gateway: Gateway) -> None:
    status, refused = await gateway.call("/v1/statements", DAY)
    assert (status, refused["code"]) == (409, "DAY_NOT_READY")


@pytest.mark.usefixtures("notices")
async def test_a_statement_may_be_late(gateway: Gateway, stage: Stage) -> None:
    await fault(stage, "statement_late", order="2026-01-07")
    assert (await gateway.call("/v1/statements", DAY))[1]["code"] == "DAY_NOT_READY"
    assert len(await lines(gateway)) == 3


@pytest.mark.usefixtures("notices")
async def test_a_payment_may_be_missing_from_it(gateway: Gateway, stage: Stage) -> None:
    await fault(stage, "statement_left_out", order="order-1")
    assert "PAYMENT" not in [line["kind"] for line in await lines(gateway)]


async def test_a_payment_may_be_on_it_with_another_amount(
    gateway: Gateway, stage: Stage, notices: list[dict[str, Any]]
) -> None:
    await fault(
        stage, "statement_other_amount", order=notices[0]["pay_code"], parameters={"by_fen": -1}
    )
    (paid,) = [line for line in await lines(gateway) if line["kind"] == "PAYMENT"]
    assert paid["amount_fen"] == 199_99


@pytest.mark.usefixtures("notices")
async def test_a_payment_nobody_knows_of_may_be_on_it(gateway: Gateway, stage: Stage) -> None:
    await fault(stage, "statement_extra", parameters={"amount_fen": 77})
    (extra,) = [line for line in await lines(gateway) if line["amount_fen"] == 77]
    assert extra["kind"] == "ELSEWHERE"


def test_a_long_statement_comes_in_pages_that_go_on_after_a_number() -> None:
    day = date(2026, 1, 7)
    at = datetime(2026, 1, 7, 4, tzinfo=UTC)
    told = [Line(f"n{n:05d}", "PAYMENT", "33", "U1", 1, at) for n in range(2 * MOST + 1)]

    found, after = [], ""
    for page in range(3):
        answer = as_json(day, told, date(2026, 1, 8), after)
        found += [line["number"] for line in answer["lines"]]
        after = answer.get("next", "")
        assert bool(after) == (page < 2)

    assert found == [line.number for line in told]
    with pytest.raises(Refused):
        as_json(day, told, date(2026, 1, 8), "nobody's")
