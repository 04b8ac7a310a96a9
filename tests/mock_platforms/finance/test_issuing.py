"""A unit has notices made and withdrawn through the interface: once in effect, safe to repeat."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.finance.gateway import Gateway, command

ISSUE, VOID = "/v1/notices/issue", "/v1/notices/void"
ITEM = {
    "code": "103043211",
    "name": "不动产登记费",
    "unit": "件",
    "quantity": 1,
    "amount_fen": 80_00,
}
DRAFT = {
    "number": "case-1",
    "unit_code": "330199021",
    "unit_name": "示例市不动产登记中心",
    "payer_name": "林示例",
    "id_number": "990101199001010019",
    "items": [ITEM],
    "due_on": "2026-01-22",
}


async def issued(gateway: Gateway, **changes: Any) -> dict[str, Any]:
    status, answer = await gateway.call(ISSUE, DRAFT | changes)
    assert status == 200, answer
    return {**answer["notice"], "check_code": answer["check_code"]}


async def test_an_issued_notice_is_found_by_its_check_code(gateway: Gateway) -> None:
    notice = await issued(gateway)
    found = await gateway.look_up(notice)

    assert (found["total_fen"], found["issued_on"], found["due_on"]) == (
        80_00, "2026-01-07", "2026-01-22",
    )  # fmt: skip
    assert found["items"] == [{**ITEM, "late": None, "standard": "", "reduced_fen": 0}]
    assert len(notice["check_code"]) == 4


async def test_the_same_number_gives_the_same_notice_on_any_day(
    gateway: Gateway, stage: Stage
) -> None:
    first = await issued(gateway)
    await stage.clock.advance(30 * 86400)

    assert await issued(gateway) == first


async def test_the_notice_of_a_number_is_told_as_it_is_now(gateway: Gateway) -> None:
    notice = await issued(gateway)
    await gateway.confirm(notice)

    assert (await issued(gateway))["state"] == "PAID"


async def test_a_notice_may_be_due_today(gateway: Gateway) -> None:
    assert (await issued(gateway, due_on="2026-01-07"))["due_on"] == "2026-01-07"


@pytest.mark.parametrize(
    "change", [{"payer_name": "周样张"}, {"due_on": "2026-01-23"}, {"items": [ITEM, ITEM]}]
)
async def test_other_content_under_a_used_number_is_refused(
    gateway: Gateway, change: dict[str, Any]
) -> None:
    await issued(gateway)
    status, refused = await gateway.call(ISSUE, DRAFT | change)
    assert (status, refused["code"], refused["field"]) == (409, "NOTICE_MISMATCH", "number")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"due_on": "2026-01-06"}, "due_on"),
        ({"due_on": "soon"}, "due_on"),
        ({"items": []}, "items"),
        ({"items": ["fee"]}, "items"),
        ({"items": [ITEM | {"amount_fen": 0}]}, "amount_fen"),
        ({"items": [ITEM | {"quantity": 1.5}]}, "quantity"),
        ({"items": [ITEM | {"late": None}]}, "late"),
        ({"items": [{"code": "1"}]}, "amount_fen"),
        ({"more": 1}, "more"),
    ],
    ids=str,
)
async def test_a_draft_is_read_strictly(
    gateway: Gateway, stage: Stage, change: dict[str, Any], field: str
) -> None:
    before = len(await command(stage, "GET", "/finance/notices"))
    status, refused = await gateway.call(ISSUE, DRAFT | change)

    assert (status, refused["code"], refused["field"]) == (400, "INVALID_REQUEST", field)
    assert len(await command(stage, "GET", "/finance/notices")) == before


async def test_a_unit_without_the_right_issues_nothing(gateway: Gateway, stage: Stage) -> None:
    stage.faults.add("finance", "unit_may_not_charge", operation="notices.issue", order="case-1")
    status, refused = await gateway.call(ISSUE, DRAFT)

    assert (status, refused["code"], refused["field"]) == (403, "18012", "items")


@pytest.mark.parametrize("by", ["number", "pay_code"])
async def test_a_voided_notice_stays_void_with_the_first_answer(
    gateway: Gateway, stage: Stage, by: str
) -> None:
    notice = await issued(gateway)
    named = {"number": DRAFT["number"], "pay_code": notice["pay_code"]}[by]
    first = await gateway.call(VOID, {by: named, "reason": "重复开单"})
    await stage.clock.advance(60)

    assert first == (
        200,
        {
            "state": "VOIDED",
            "pay_code": notice["pay_code"],
            "voided_at": "2026-01-07T04:00:00+00:00",
        },
    )
    assert await gateway.call(VOID, {by: named, "reason": "办事人撤回"}) == first
    assert (await gateway.confirm(notice))[1]["code"] == "NOTICE_VOIDED"


async def test_a_paid_notice_is_not_voided(gateway: Gateway) -> None:
    notice = await issued(gateway)
    await gateway.confirm(notice)
    status, refused = await gateway.call(VOID, {"number": "case-1", "reason": "重复开单"})

    assert (status, refused["code"], refused["field"]) == (409, "VOID_AFTER_PAYMENT", "pay_code")
    assert (await gateway.look_up(notice))["state"] == "PAID"


@pytest.mark.parametrize("named", [{"number": "nobody"}, {"pay_code": "33019926300000009999"}])
async def test_what_was_never_issued_is_not_found(gateway: Gateway, named: dict[str, str]) -> None:
    status, refused = await gateway.call(VOID, {**named, "reason": "重复开单"})
    assert (status, refused["code"], refused["field"]) == (404, "NOT_FOUND", next(iter(named)))


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "重复开单"},
        {"number": "case-1", "pay_code": "b", "reason": "重复开单"},
        {"number": "case-1"},
        {"number": "case-1", "reason": ""},
    ],
    ids=["neither", "both", "no reason", "empty reason"],
)
async def test_a_withdrawal_names_one_notice_and_says_why(
    gateway: Gateway, body: dict[str, str]
) -> None:
    await issued(gateway)
    status, refused = await gateway.call(VOID, body)
    assert (status, refused["code"]) == (400, "INVALID_REQUEST")


async def test_a_notice_due_on_the_calendars_last_day_is_issued_and_found(gateway: Gateway) -> None:
    notice = await issued(gateway, due_on="9999-12-31")

    assert notice["valid_until"] is None
    assert (await gateway.look_up(notice))["due_on"] == "9999-12-31"


async def test_a_notice_that_is_due_beyond_the_calendar_is_not_made(stage: Stage) -> None:
    answer = await command(stage, "POST", "/finance/notices", {"due_in_days": 10**7})
    assert answer["field"] == "due_in_days"
