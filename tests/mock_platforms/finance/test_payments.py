"""Confirming a payment: once in effect, exact to the fen, safe to repeat."""

from __future__ import annotations

import json

import pytest

from mock_platforms.finance.notices import TRANSITIONS, State
from mock_platforms.stage import Stage
from mock_platforms.wire import Ending
from tests.mock_platforms.finance.gateway import Gateway, command, issue

QUERY = "/v1/payments/query"


def test_every_state_has_a_row_and_is_reachable() -> None:
    assert set(TRANSITIONS) == set(State)
    assert {State.UNPAID, *(s for row in TRANSITIONS.values() for s in row.values())} == set(State)


async def test_a_confirmed_notice_is_paid(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    status, confirmed = await gateway.confirm(notice)
    assert (status, confirmed["state"]) == (200, "CONFIRMED")
    assert (await gateway.look_up(notice))["state"] == "PAID"
    assert (await gateway.call(QUERY, {"confirmation_no": "order-1"}))[1] == confirmed


async def test_the_same_confirmation_gives_the_first_answer(gateway: Gateway, stage: Stage) -> None:
    notice, paid_at = await issue(stage), stage.clock.now().isoformat()
    first = await gateway.confirm(notice, paid_at=paid_at)
    await stage.clock.advance(60)
    assert await gateway.confirm(notice, paid_at=paid_at) == first
    assert len(await command(stage, "GET", "/finance/payments")) == 1


@pytest.mark.parametrize("change", [{"amount_fen": 1}, {"channel_transaction_no": "other"}])
async def test_other_content_under_a_used_number_is_refused(
    gateway: Gateway, stage: Stage, change: dict[str, object]
) -> None:
    notice = await issue(stage)
    await gateway.confirm(notice)
    status, refused = await gateway.confirm(notice, **change)
    assert (status, refused["code"]) == (409, "CONFIRMATION_MISMATCH")


async def test_a_notice_is_settled_once(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    await gateway.confirm(notice)
    status, refused = await gateway.confirm(notice, "order-2")
    assert (status, refused["code"], refused["paid_by"]) == (409, "NOTICE_ALREADY_PAID", "order-1")


async def test_money_for_a_notice_paid_elsewhere_is_not_taken(
    gateway: Gateway, stage: Stage
) -> None:
    notice = await issue(stage)
    await command(stage, "POST", f"/finance/notices/{notice['pay_code']}/pay-elsewhere", {})
    refused = (await gateway.confirm(notice))[1]
    assert (refused["code"], refused["paid_by"]) == ("NOTICE_ALREADY_PAID", "ELSEWHERE")


async def test_money_for_a_withdrawn_notice_is_not_taken(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    await command(stage, "POST", f"/finance/notices/{notice['pay_code']}/void", {})
    assert (await gateway.confirm(notice))[1]["code"] == "NOTICE_VOIDED"


async def test_the_amount_is_that_of_the_day_of_payment(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage, due_in_days=-1)
    paid_at = stage.clock.now().isoformat()
    await stage.clock.advance(86400)
    status, refused = await gateway.confirm(notice)
    assert (status, refused["code"], refused["field"]) == (422, "AMOUNT_MISMATCH", "amount_fen")
    assert refused["expected"] == {"amount_fen": 212_00, "late_fee_fen": 12_00}
    assert (await gateway.confirm(notice, paid_at=paid_at))[0] == 200


async def test_the_late_fee_is_told_apart(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage, due_in_days=-1)
    refused = (await gateway.confirm(notice, late_fee_fen=0))[1]
    assert (refused["code"], refused["field"]) == ("AMOUNT_MISMATCH", "late_fee_fen")


async def test_nothing_is_paid_in_the_future(gateway: Gateway, stage: Stage) -> None:
    refused = (await gateway.confirm(await issue(stage), paid_at="2026-01-08T04:00:00Z"))[1]
    assert (refused["code"], refused["field"]) == ("INVALID_REQUEST", "paid_at")


@pytest.mark.parametrize(
    "wrong",
    [{"amount_fen": -1}, {"amount_fen": 2.5}, {"late_fee_fen": True}, {"paid_at": "yesterday"},
     {"paid_at": "2026-01-07T12:00:00"}, {"channel": ""}],
    ids=str,
)  # fmt: skip
async def test_a_wrongly_typed_member_is_named(
    gateway: Gateway, stage: Stage, wrong: dict[str, object]
) -> None:
    refused = (await gateway.confirm(await issue(stage), **wrong))[1]
    assert (refused["code"], refused["field"]) == ("INVALID_REQUEST", next(iter(wrong)))


async def test_an_unknown_confirmation_is_not_found(gateway: Gateway) -> None:
    status, refused = await gateway.call(QUERY, {"confirmation_no": "nobody"})
    assert (status, refused["code"]) == (404, "NOT_FOUND")


async def test_a_unit_without_the_right_is_refused(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    stage.faults.add("finance", "unit_may_not_charge", order=notice["pay_code"])
    status, refused = await gateway.confirm(notice)
    assert (status, refused["code"]) == (403, "18012")
    assert (await gateway.confirm(notice))[0] == 200


async def test_a_lost_answer_was_a_confirmation(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    stage.faults.add("finance", "reply_lost", operation="payments.confirm", order="order-1")
    body = {
        "confirmation_no": "order-1", "pay_code": notice["pay_code"], "amount_fen": 200_00,
        "late_fee_fen": 0, "paid_at": stage.clock.now().isoformat(), "channel": "alipay",
        "channel_transaction_no": "t",
    }  # fmt: skip
    lost = await gateway.send("/v1/payments/confirm", json.dumps(body).encode())
    assert lost.ending is Ending.LOST
    assert (await gateway.call(QUERY, {"confirmation_no": "order-1"}))[1]["state"] == "CONFIRMED"


async def test_the_record_can_be_behind(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    await gateway.confirm(notice)
    stage.faults.add("finance", "says_unpaid", order=notice["pay_code"])
    assert (await gateway.look_up(notice))["state"] == "UNPAID"
    assert (await gateway.look_up(notice))["state"] == "PAID"
