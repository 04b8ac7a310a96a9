"""The official alipay-sdk-python, unmodified, sends messages and asks about them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sdk.alipay_official.calls import Sdk
from tests.sdk.stand_ins import StandIns

pytestmark = pytest.mark.sdk

OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"


def template(stand_ins: StandIns, template_id: str, kind: str, *fields: str) -> None:
    row = {"template_id": template_id, "kind": kind, "fields": dict.fromkeys(fields, "…")}
    stand_ins.command("POST", "/alipay/message-templates", **row)


def test_one_subscription_is_one_message(stand_ins: StandIns, sdk: Sdk) -> None:
    template(stand_ins, "booked", "onetime", "keyword1")
    stand_ins.command("POST", "/alipay/subscriptions", template_id="booked", open_id=OPEN_ID)
    message = {
        "to_open_id": OPEN_ID,
        "user_template_id": "booked",
        "page": "pages/index/index",
        "data": json.dumps({"keyword1": {"value": "换领驾驶证 a+b"}}, ensure_ascii=False),
    }
    asked: dict[str, Any] = {"open_id": OPEN_ID, "template_id_list": ["booked"]}

    before = sdk.subscriptions(**asked).subscribe_relations[0].subscribe_state
    sent, again = sdk.send_message(**message), sdk.send_message(**message)
    after = sdk.subscriptions(**asked).subscribe_relations[0].subscribe_state

    assert (sent.is_success(), again.sub_code) == (True, "USER_NOT_SUBSCRIBED")
    assert (before, after) == ("1", "0")
    (arrived,) = stand_ins.command("GET", "/alipay/messages")
    assert arrived["values"] == {"keyword1": "换领驾驶证 a+b"}


def test_a_city_message_arrives_and_can_be_asked_about(stand_ins: StandIns, sdk: Sdk) -> None:
    template(stand_ins, "301", "city", "service")
    section = stand_ins.section("alipay")
    message = {
        "uuid": "U1",
        "open_id": OPEN_ID,
        "app_code": section["city_app_code"],
        "city_code": section["city_code"],
        "industry_type": section["city_industry_type"],
        "msg_type": 301,
        "ext_info": json.dumps({"service": "换领驾驶证"}, ensure_ascii=False),
        "target_url": section["city_target_url"],
    }

    sent = sdk.send_city_messages(batch_size=1, encrypt_type="md5", msg_list=[message])
    told = sdk.city_message(uuid="U1", open_id=OPEN_ID, encrypt_type="md5")

    assert (sent.is_success(), told.send_status) == (True, "SUCCESS")


def test_an_order_card_shows_its_states(stand_ins: StandIns, sdk: Sdk) -> None:
    template(stand_ins, "card", "order")
    section = stand_ins.section("alipay")
    order = {
        "out_order_no": "A1",
        "open_id": OPEN_ID,
        "scene_type": section["order_scene_type"],
        "template_id": "card",
        "industry_id": section["order_industry_id"],
        "app_code": section["city_app_code"],
        "city_code": section["city_code"],
        "order_create_time": "2026-01-07 12:00:00",
        "target_url": section["city_target_url"],
        "ext_info": {"name": "市政务大厅", "start_time": "2026-01-08 09:30:00"},
    }
    words = section["order_statuses"]

    booked = sdk.order_card(
        **order, status=words["booked"], order_update_time="2026-01-07 12:00:00"
    )
    stale = sdk.order_card(**order, status=words["moved"], order_update_time="2026-01-07 12:00:00")
    moved = sdk.order_card(**order, status=words["moved"], order_update_time="2026-01-07 12:00:01")

    assert (booked.is_success(), moved.is_success()) == (True, True)
    assert stale.sub_code == "INVALID_PARAMETER"
