"""What an authority decides about a notice after it was issued: waived, reduced, paused."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.finance.gateway import Gateway, command, issue


async def tell(stage: Stage, notice: dict[str, Any], what: str, **how: Any) -> Any:
    return await command(stage, "POST", f"/finance/notices/{notice['pay_code']}/{what}", how)


async def test_a_waived_notice_takes_no_money_and_is_not_owed(
    gateway: Gateway, stage: Stage
) -> None:
    notice = await issue(stage)
    assert (await tell(stage, notice, "waive"))["state"] == "WAIVED"
    status, refused = await gateway.confirm(notice)
    assert (status, refused["code"]) == (409, "NOTICE_WAIVED")
    who = {"id_number": notice["id_number"], "payer_name": notice["payer_name"]}
    owed = (await gateway.call("/v1/notices/owed", who))[1]["notices"]
    assert notice["pay_code"] not in [each["pay_code"] for each in owed]
    voided = {"pay_code": notice["pay_code"], "reason": "x"}
    assert (await gateway.call("/v1/notices/void", voided))[1]["code"] == "NOTICE_WAIVED"


async def test_a_paid_notice_is_not_waived(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage)
    await gateway.confirm(notice)
    assert "PAID" in str(await tell(stage, notice, "waive"))
    assert (await gateway.look_up(notice))["state"] == "PAID"


async def test_what_is_taken_off_an_item_is_not_owed(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage, due_in_days=-1)
    await tell(stage, notice, "reduce", by_fen=100_00)
    found = await gateway.look_up(notice)
    (item,) = found["items"]
    assert (item["amount_fen"], item["reduced_fen"], found["total_fen"]) == (
        100_00, 100_00, 103_00,
    )  # fmt: skip
    assert (await gateway.confirm(found))[0] == 200


@pytest.mark.parametrize("by_fen", [0, -1, 200_01])
async def test_no_more_is_taken_off_than_there_is(
    gateway: Gateway, stage: Stage, by_fen: int
) -> None:
    notice = await issue(stage)
    await tell(stage, notice, "reduce", by_fen=by_fen)
    assert (await gateway.look_up(notice))["principal_fen"] == 200_00


async def test_a_late_fee_rests_while_a_review_runs(gateway: Gateway, stage: Stage) -> None:
    notice = await issue(stage, due_in_days=-2)  # 2026-01-05
    assert notice["late_fee_fen"] == 12_00
    await tell(stage, notice, "pauses", first="2026-01-07")
    found = await gateway.look_up(notice)
    assert (found["late_fee_fen"], found["valid_until"]) == (6_00, None)
    assert found["pauses"] == [{"first": "2026-01-07", "last": None}]


async def test_a_notice_is_made_with_a_late_rule_of_its_own(gateway: Gateway, stage: Stage) -> None:
    item = {
        "code": "103044609", "name": "水土保持补偿费", "amount_fen": 100_00,
        "standard": "1.40元/平方米",
        "late_rate_per_10000": 5, "late_cap_fen": 10, "late_starts_on": "2026-01-02",
        "late_code": "103044699", "late_name": "水土保持补偿费滞纳金",
    }  # fmt: skip
    notice = await issue(
        stage, items=[item], pauses=[{"first": "2026-01-03", "last": "2026-01-05"}]
    )
    (told,) = notice["items"]
    assert told["late"] == {
        "rate_per_10000": 5, "cap_fen": 10, "starts_on": "2026-01-02",
        "code": "103044699", "name": "水土保持补偿费滞纳金",
    }  # fmt: skip
    assert (told["standard"], notice["late_fee_fen"]) == ("1.40元/平方米", 10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pauses": [{"first": "2026-01-07", "last": "2026-01-06"}]},
        {"pauses": [{}]},
        {"pauses": "never"},
        {
            "items": [
                {"code": "1", "name": "x", "amount_fen": 1, "late_odd": 1, "late_rate_per_10000": 1}
            ]
        },
    ],
)
async def test_what_cannot_be_made_is_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    assert "pay_code" not in await issue(stage, **wrong)
