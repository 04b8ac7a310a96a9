"""PyPI python-alipay-sdk, unmodified, sends and asks about messages, and verifies one it gets.

It has no helpers for these methods: `server_api` builds, signs, sends and verifies any of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from alipay import AliPay

from tests.sdk.stand_ins import Receiver, StandIns, beijing_time

pytestmark = pytest.mark.sdk

OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"


@pytest.fixture(autouse=True)
def beijing() -> Iterator[None]:
    with beijing_time():
        yield


@pytest.fixture
def sdk(stand_ins: StandIns) -> Any:
    section = stand_ins.section("alipay")
    sdk: Any = AliPay(
        appid=section["app_id"],
        app_notify_url=None,
        app_private_key_string=Path(section["app_key_file"]).read_text(),
        alipay_public_key_string=Path(section["alipay_public_key_file"]).read_text(),
        sign_type="RSA2",
    )
    sdk._gateway = section["gateway_url"]
    return sdk


def ask(sdk: Any, method: str, content: dict[str, Any]) -> dict[str, Any]:
    """The SDK verifies the answer, or raises; lists it takes as a text only."""
    node: dict[str, Any] = sdk.server_api(method, biz_content=content)
    return node


def template(stand_ins: StandIns, template_id: str, kind: str, *fields: str) -> None:
    stand_ins.command(
        "POST",
        "/alipay/message-templates",
        template_id=template_id,
        kind=kind,
        fields=dict.fromkeys(fields, "…"),
    )


def test_the_sdk_sends_a_subscribed_message(stand_ins: StandIns, sdk: Any) -> None:
    template(stand_ins, "booked", "onetime", "keyword1")
    stand_ins.command("POST", "/alipay/subscriptions", template_id="booked", open_id=OPEN_ID)
    message = {
        "to_open_id": OPEN_ID,
        "user_template_id": "booked",
        "page": "pages/index/index",
        "data": json.dumps({"keyword1": {"value": "换领驾驶证 a+b"}}),
    }

    sent = ask(sdk, "alipay.open.app.mini.templatemessage.send", message)
    again = ask(sdk, "alipay.open.app.mini.templatemessage.send", message)

    assert (sent["code"], again["sub_code"]) == ("10000", "USER_NOT_SUBSCRIBED")
    (arrived,) = stand_ins.command("GET", "/alipay/messages")
    assert arrived["values"] == {"keyword1": "换领驾驶证 a+b"}


def test_the_sdk_asks_who_subscribed(stand_ins: StandIns, sdk: Any) -> None:
    template(stand_ins, "booked", "longterm", "keyword1")
    stand_ins.command("POST", "/alipay/subscriptions", template_id="booked", open_id=OPEN_ID)
    asked = {"open_id": OPEN_ID, "template_id_list": ["booked"]}

    told = ask(sdk, "alipay.open.app.messagetemplate.subscribe.query", asked)

    (relation,) = told["subscribe_relations"]
    assert (relation["subscribe_state"], relation["subscribe_type"]) == ("1", "longterm")


def test_the_sdk_sends_a_city_message_and_asks_whether_it_arrived(
    stand_ins: StandIns, sdk: Any
) -> None:
    template(stand_ins, "301", "city", "service")
    section = stand_ins.section("alipay")
    message = {
        "uuid": "U1",
        "open_id": OPEN_ID,
        "app_code": section["city_app_code"],
        "city_code": section["city_code"],
        "industry_type": section["city_industry_type"],
        "msg_type": 301,
        "ext_info": json.dumps({"service": "换领驾驶证"}),
        "target_url": section["city_target_url"],
    }
    batch = {"batch_size": 1, "encrypt_type": "md5", "msg_list": [message]}

    sent = ask(sdk, "alipay.eco.cityservice.message.send", batch)
    asked = {"uuid": "U1", "open_id": OPEN_ID, "encrypt_type": "md5"}
    told = ask(sdk, "alipay.eco.cityservice.message.query", asked)

    assert (sent["code"], told["send_status"]) == ("10000", "SUCCESS")


def test_the_sdk_makes_an_order_card(stand_ins: StandIns, sdk: Any) -> None:
    template(stand_ins, "card", "order")
    section = stand_ins.section("alipay")
    order = {
        "out_order_no": "A1",
        "open_id": OPEN_ID,
        "status": section["order_statuses"]["booked"],
        "scene_type": section["order_scene_type"],
        "template_id": "card",
        "industry_id": section["order_industry_id"],
        "app_code": section["city_app_code"],
        "city_code": section["city_code"],
        "order_create_time": "2026-01-07 12:00:00",
        "order_update_time": "2026-01-07 12:00:00",
        "target_url": section["city_target_url"],
        "ext_info": {"name": "市政务大厅", "start_time": "2026-01-08 09:30:00"},
    }

    assert ask(sdk, "alipay.eco.cityservice.message.order.create", order)["code"] == "10000"


def test_the_sdks_key_verifies_a_message_to_the_application_gateway(
    stand_ins: StandIns, sdk: Any, merchant: Receiver
) -> None:
    """Its `verify` knows the V1 rule alone: the V2 text is put together here."""
    stand_ins.command("POST", "/alipay/application-gateway", url=merchant.url)
    stand_ins.command(
        "POST",
        "/alipay/gateway-messages",
        msg_method="alipay.some.message",
        biz_content={"note": "费 用/+"},
    )
    stand_ins.advance()

    params = dict(parse_qsl(merchant.next().body.decode()))
    sign = params.pop("sign")
    text = "&".join(f"{name}={params[name]}" for name in sorted(params))
    assert sdk._verify(text, sign)
    assert not sdk.verify(dict(params), sign)
