"""What is owed, who may see it, and how it changes with the day."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.finance.gateway import Gateway, command, issue


async def test_the_play_begins_with_notices_of_several_citizens(stage: Stage) -> None:
    notices = await command(stage, "GET", "/finance/notices")
    assert len({notice["id_number"] for notice in notices}) == 3
    assert all(len(notice["pay_code"]) == 20 for notice in notices)
    overdue = notices[0]
    assert (overdue["principal_fen"], overdue["late_fee_fen"], overdue["total_fen"]) == (
        200_00, 60_00, 260_00,
    )  # fmt: skip


async def test_a_notice_is_shown_to_who_knows_its_check_code(
    gateway: Gateway, stage: Stage
) -> None:
    notice = await issue(stage)
    seen = await gateway.look_up(notice)
    assert {**seen, "check_code": "", "id_number": ""} == {
        **notice, "check_code": "", "id_number": "",
    }  # fmt: skip
    guessed = {"pay_code": notice["pay_code"], "check_code": "????"}
    status, refused = await gateway.call("/v1/notices/look-up", guessed)
    assert (status, refused["code"]) == (404, "NOT_FOUND")


async def test_a_person_s_notices_need_name_and_number(gateway: Gateway, stage: Stage) -> None:
    mine = await issue(stage)
    who = {"id_number": mine["id_number"], "payer_name": mine["payer_name"]}
    owed = (await gateway.call("/v1/notices/owed", who))[1]["notices"]
    assert mine["pay_code"] in [notice["pay_code"] for notice in owed]
    stranger = {**who, "payer_name": "周样张"}
    assert (await gateway.call("/v1/notices/owed", stranger))[1] == {"notices": []}


async def test_the_total_holds_until_the_next_midnight_of_beijing(
    gateway: Gateway, stage: Stage
) -> None:
    notice = await issue(stage, due_in_days=-1)
    assert (notice["late_fee_fen"], notice["valid_until"]) == (6_00, "2026-01-07T16:00:00+00:00")
    await stage.clock.advance(12 * 3600 - 1)
    assert (await gateway.look_up(notice))["late_fee_fen"] == 6_00
    await stage.clock.advance(1)
    assert (await gateway.look_up(notice))["late_fee_fen"] == 12_00


@pytest.mark.parametrize("due_in_days", [-34, -400])
async def test_a_capped_total_does_not_change_any_more(stage: Stage, due_in_days: int) -> None:
    notice = await issue(stage, due_in_days=due_in_days)
    assert (notice["total_fen"], notice["valid_until"]) == (400_00, None)


async def test_each_item_bears_its_own_late_fee(stage: Stage) -> None:
    items: list[dict[str, Any]] = [
        {"code": "1", "name": "罚款", "amount_fen": 150_55, "late_rate_per_10000": 300},
        {"code": "2", "name": "工本费", "amount_fen": 10_00, "unit": "本", "quantity": 2},
    ]
    notice = await issue(stage, items=items, due_in_days=-7)
    assert (notice["principal_fen"], notice["late_fee_fen"]) == (160_55, 31_62)
    assert notice["items"][1]["late"] is None


async def test_a_notice_paid_elsewhere_or_withdrawn_is_not_owed(
    gateway: Gateway, stage: Stage
) -> None:
    paid, voided = await issue(stage), await issue(stage)
    path = "/finance/notices/{}/{}"
    await command(stage, "POST", path.format(paid["pay_code"], "pay-elsewhere"), {})
    await command(stage, "POST", path.format(voided["pay_code"], "void"), {})
    seen = await gateway.look_up(paid)
    assert (seen["state"], seen["paid_elsewhere"]) == ("PAID", True)
    assert (await gateway.look_up(voided))["state"] == "VOIDED"
    who = {"id_number": paid["id_number"], "payer_name": paid["payer_name"]}
    owed = (await gateway.call("/v1/notices/owed", who))[1]["notices"]
    assert {paid["pay_code"], voided["pay_code"]}.isdisjoint(one["pay_code"] for one in owed)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/finance/notices", {"payer_name": "无名氏"}, "id_number"),
        ("/finance/notices", {"items": []}, "items"),
        ("/finance/notices", {"items": [{"name": "费"}]}, "items"),
        ("/finance/notices", {"items": [{"code": "1", "name": "费", "amount_fen": 0}]}, "items"),
        ("/finance/notices/33019926300000000000/void", {}, "pay_code"),
    ],
)
async def test_a_command_that_cannot_be_obeyed_names_its_field(
    stage: Stage, path: str, body: dict[str, Any], field: str
) -> None:
    assert (await command(stage, "POST", path, body))["field"] == field


@pytest.mark.parametrize("twice", ["void", "pay-elsewhere"])
async def test_a_notice_is_paid_or_withdrawn_once(stage: Stage, twice: str) -> None:
    path = f"/finance/notices/{(await issue(stage))['pay_code']}/{twice}"
    assert "error" not in await command(stage, "POST", path, {})
    assert (await command(stage, "POST", path, {}))["field"] == "pay_code"


async def test_the_same_seed_issues_the_same_notice(gateway: Gateway, stage: Stage) -> None:
    first = await issue(stage)
    stage.reset()
    assert await issue(stage) == first
