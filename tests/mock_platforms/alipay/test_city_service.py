"""City messages and order cards: taken strictly, brought once, asked about."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Merchant, command
from tests.mock_platforms.alipay.phone import (
    ANOTHER,
    CITY_QUERY,
    OPEN_ID,
    ORDER,
    city_message,
    look,
    order,
    send_city,
    template,
)

Section = dict[str, Any]


@pytest.fixture(autouse=True)
async def templates(stage: Stage) -> None:
    await template(stage, "301", "city", "service")
    await template(stage, "302", "city", "service", "hall")
    await template(stage, "card", "order")


async def test_a_city_message_arrives_without_any_subscription(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    assert (await send_city(merchant, city_message(section)))["code"] == "10000"

    (arrived,) = await look(stage)
    assert (arrived["kind"], arrived["number"]) == ("city", "U1")
    assert arrived["values"] == {"service": "换领驾驶证"}


async def test_the_same_message_under_its_uuid_arrives_once(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    for _ in range(3):
        assert (await send_city(merchant, city_message(section)))["code"] == "10000"

    assert len(await look(stage)) == 1


async def test_another_message_under_a_used_uuid_is_refused(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    await send_city(merchant, city_message(section))

    refused = await send_city(merchant, city_message(section, ext_info='{"service":"其他"}'))

    assert refused["sub_code"] == "INVALID_PARAMETER"
    assert len(await look(stage)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"uuid": ""},
        {"uuid": "u" * 65},
        {"open_id": ""},
        {"open_id": "", "alipay_user_id": "2088102100000009"},
        {"app_code": "other"},
        {"city_code": "110000"},
        {"industry_type": 13},
        {"msg_type": "301"},
        {"msg_type": 999},
        {"msg_type": True},
        {"ext_info": {"service": "换领驾驶证"}},
        {"ext_info": "{}"},
        {"ext_info": '{"service":"a","more":"b"}'},
        {"ext_info": '{"service":""}'},
        {"ext_info": "换领驾驶证"},
        {"target_url": ""},
    ],
)
async def test_a_city_message_that_does_not_fit_is_refused(
    merchant: Merchant, stage: Stage, section: Section, changes: dict[str, Any]
) -> None:
    refused = await send_city(merchant, city_message(section, **changes))

    assert refused["sub_code"] == "INVALID_PARAMETER"
    assert await look(stage) == []


@pytest.mark.parametrize(
    "changes", [{"batch_size": 2}, {"batch_size": "1"}, {"encrypt_type": "aes"}, {"msg_list": {}}]
)
async def test_the_batch_has_to_be_what_it_says(
    merchant: Merchant, section: Section, changes: dict[str, Any]
) -> None:
    refused = await send_city(merchant, city_message(section), **changes)

    assert refused["sub_code"] == "INVALID_PARAMETER"


async def test_of_a_batch_with_one_wrong_message_none_arrives(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    wrong = city_message(section, uuid="U2", msg_type=999)

    await send_city(merchant, city_message(section), wrong)

    assert await look(stage) == []


async def test_a_batch_names_each_uuid_once(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    refused = await send_city(merchant, city_message(section), city_message(section))

    assert refused["sub_code"] == "INVALID_PARAMETER"
    assert await look(stage) == []


async def test_who_switches_city_messages_on_again_gets_them(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    for off in (True, False):
        who = {"open_id": OPEN_ID, "off": off}
        await command(stage, "POST", "/alipay/city-messages", who)

    await send_city(merchant, city_message(section))

    assert len(await look(stage)) == 1


async def test_whether_a_city_message_arrived_can_be_asked(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    who = {"open_id": OPEN_ID}
    await send_city(merchant, city_message(section))
    await command(stage, "POST", "/alipay/city-messages", {**who, "off": True})
    await send_city(merchant, city_message(section, uuid="U2"))
    asked = {"encrypt_type": "md5", **who}

    good = await merchant.call(CITY_QUERY, {**asked, "uuid": "U1"})
    failed = await merchant.call(CITY_QUERY, {**asked, "uuid": "U2"})
    unknown = await merchant.call(CITY_QUERY, {**asked, "uuid": "U3"})
    foreign = await merchant.call(CITY_QUERY, {**asked, "open_id": ANOTHER, "uuid": "U1"})

    assert (good["uuid"], good["send_status"]) == ("U1", "SUCCESS")
    assert failed["send_status"] == "FAIL"
    assert [unknown["sub_code"], foreign["sub_code"]] == ["MESSAGE_NOT_EXIST"] * 2
    assert len(await look(stage)) == 1


async def test_a_card_shows_each_state_of_its_order(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    moved = order(
        section,
        status=section["order_statuses"]["moved"],
        order_update_time="2026-01-07 12:00:01",
        ext_info={"name": "市政务大厅", "start_time": "2026-01-09 09:30:00", "reason": "改期"},
    )

    assert (await merchant.call(ORDER, order(section)))["code"] == "10000"
    assert (await merchant.call(ORDER, moved))["code"] == "10000"

    assert [(each["number"], each["status"]) for each in await look(stage)] == [
        ("A1", "BOOKED"),
        ("A1", "CHANGED"),
    ]


async def test_the_same_state_told_again_changes_nothing(
    merchant: Merchant, stage: Stage, section: Section
) -> None:
    for _ in range(2):
        assert (await merchant.call(ORDER, order(section)))["code"] == "10000"

    assert len(await look(stage)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"order_update_time": "2026-01-07 12:00:00"},
        {"order_update_time": "2026-01-07 11:59:59"},
        {"order_create_time": "2026-01-07 12:00:01"},
        {"open_id": ANOTHER},
        {"ext_info": {"name": "市政务大厅"}},  # the reason of the change is missing
    ],
)
async def test_a_next_state_has_to_follow_the_one_before(
    merchant: Merchant, stage: Stage, section: Section, changes: dict[str, Any]
) -> None:
    reason = {"name": "市政务大厅", "reason": "大厅停电"}
    await merchant.call(ORDER, order(section, ext_info=reason))
    following = {"status": "CHANGED", "order_update_time": "2026-01-07 12:00:01"}

    refused = await merchant.call(ORDER, order(section, ext_info=reason) | following | changes)

    assert refused["sub_code"] == "INVALID_PARAMETER"
    assert len(await look(stage)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"out_order_no": ""},
        {"status": "SOMEHOW"},
        {"template_id": "301"},
        {"industry_id": "other"},
        {"scene_type": ""},
        {"app_code": ""},
        {"order_update_time": "2026-1-7 12:00"},
        {"ext_info": '{"name":"市政务大厅"}'},
        {"ext_info": {"start_time": "2026-01-08 09:30:00"}},
        {"ext_info": {"name": "市政务大厅", "start_time": "明天"}},
        {"ext_info": {"name": "市政务大厅", "weather": "晴"}},
        {"target_url": ""},
    ],
)
async def test_a_card_that_does_not_fit_is_refused(
    merchant: Merchant, stage: Stage, section: Section, changes: dict[str, Any]
) -> None:
    refused = await merchant.call(ORDER, order(section, **changes))

    assert refused["sub_code"] == "INVALID_PARAMETER"
    assert await look(stage) == []
