"""Subscribe messages and the city service's cards: consents, fields, and the phone."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.wechat.template_fields import wrong_with

from .conftest import MiniProgram

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
DATA = {"thing1": {"value": "不动产登记"}, "time2": {"value": "2026年3月11日 09:30"}}


async def send(app: MiniProgram, **change: Any) -> int:
    body = {"touser": OPENID, "template_id": "T-1", "data": DATA} | change
    answer = await app.post("/cgi-bin/message/subscribe/send", body, access_token=await app.token())
    return int(answer["errcode"])


async def with_template(app: MiniProgram, **more: Any) -> None:
    template = {"template_id": "T-1", "keys": ["thing1", "time2"], **more}
    await app.command("POST", "/wechat/templates", template)


async def consent(app: MiniProgram) -> None:
    await app.command("POST", "/wechat/consents", {"openid": OPENID, "template_id": "T-1"})


async def test_one_consent_is_one_message(app: MiniProgram) -> None:
    await with_template(app)
    await consent(app)
    assert [await send(app), await send(app)] == [0, 43101]
    inbox = await app.command("GET", f"/wechat/phones/{OPENID}/messages")
    assert [message["data"]["thing1"] for message in inbox["messages"]] == ["不动产登记"]


async def test_a_long_term_template_is_consented_to_once(app: MiniProgram) -> None:
    await with_template(app, long_term=True)
    await consent(app)
    assert [await send(app), await send(app)] == [0, 0]


async def test_a_refused_message_uses_no_consent_up(app: MiniProgram) -> None:
    await with_template(app)
    await consent(app)
    assert await send(app, data={**DATA, "thing1": {"value": ""}}) == 47003
    assert await send(app) == 0


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"template_id": "T-2"}, 40037),
        ({"touser": "2088"}, 40003),
        ({"data": "text"}, 47001),
        ({"miniprogram_state": "beta"}, 47001),
        ({"lang": "fr"}, 47001),
    ],
)
async def test_a_bad_message_is_refused(
    app: MiniProgram, change: dict[str, Any], errcode: int
) -> None:
    await with_template(app)
    await consent(app)
    assert await send(app, **change) == errcode


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "一" * 20, "一" * 21),
        ("number2", "12.5", "twelve"),
        ("letter3", "ABC", "A1"),
        ("symbol4", "#!", "a"),
        ("character_string5", "AB-12", "编号12"),
        ("time6", "15:01", "下午三点"),
        ("time6", "2019年10月1日 15:01", "2019-10-01 15:01"),
        ("date7", "2019年10月1日", "2019-10-01"),
        ("amount8", "¥80.00元", "八十元"),
        ("phone_number9", "010-12345678", "x"),
        ("car_number10", "粤A8Z888挂", "粤A8Z888挂车辆号"),
        ("name11", "张三", "一" * 11),
        ("phrase12", "已受理", "已经受理了吗"),
    ],
)
def test_each_kind_of_field_has_its_rule(key: str, good: str, bad: str) -> None:
    assert wrong_with(key, good) == ""
    assert wrong_with(key, bad) == f"argument invalid! data.{key}.value invalid"


async def test_refusing_a_window_takes_no_earlier_consent_back(app: MiniProgram) -> None:
    await with_template(app)
    await consent(app)
    answer = {"openid": OPENID, "template_id": "T-1", "answer": "reject"}
    assert await app.command("POST", "/wechat/consents", answer) == {"left": 1}
    assert await send(app) == 0


@pytest.mark.parametrize("long_term", [True, False])
async def test_what_is_withdrawn_in_the_settings_is_gone(app: MiniProgram, long_term: bool) -> None:
    await with_template(app, long_term=long_term)
    await consent(app)
    withdrawn = {"openid": OPENID, "template_id": "T-1"}
    await app.command("POST", "/wechat/consents/withdraw", withdrawn)
    assert await send(app) == 43101


async def test_a_message_the_system_loses_costs_its_consent(app: MiniProgram) -> None:
    await with_template(app)
    await consent(app)
    app.stage.faults.add("wechat", "message_undelivered", operation="subscribe.send")
    assert [await send(app), await send(app)] == [0, 43101]
    inbox = await app.command("GET", f"/wechat/phones/{OPENID}/messages")
    assert inbox["messages"] == []


async def account_token(app: MiniProgram) -> str:
    account = {"appid": app.facts["city_app_id"], "secret": app.facts["city_app_secret"]}
    return str((await app.stable_token(**account))["access_token"])


async def send_card(app: MiniProgram, token: str | None = None, **change: Any) -> int:
    body = {
        "openid": OPENID,
        "biz_template_id": "C-1",
        "order_no": "N-1",
        "data": {"keynote1": {"value": "已寄出"}},
    } | change
    token = token or await account_token(app)
    return int((await app.post("/cityservice/sendmsgdata", body, access_token=token))["errcode"])


async def with_city_template(app: MiniProgram) -> None:
    template = {"biz_template_id": "C-1", "keys": ["keynote1"]}
    await app.command("POST", "/wechat/city-templates", template)


async def test_one_order_number_is_one_card_and_the_inbox_has_what_was_new(
    app: MiniProgram,
) -> None:
    await with_city_template(app)
    signed = {"keynote1": {"value": "已签收"}}
    assert [await send_card(app), await send_card(app), await send_card(app, data=signed)] == [
        0
    ] * 3
    assert await send_card(app, order_no="N-2") == 0
    cards = (await app.command("GET", f"/wechat/phones/{OPENID}/cards"))["cards"]
    assert [(card["order_no"], card["data"]["keynote1"], card["merged"]) for card in cards] == [
        ("N-1", "已签收", 2),
        ("N-2", "已寄出", 0),
    ]
    inbox = (await app.command("GET", f"/wechat/phones/{OPENID}/messages"))["messages"]
    assert [(each["order_no"], each["data"]["keynote1"]) for each in inbox] == [
        ("N-1", "已寄出"),
        ("N-1", "已签收"),
        ("N-2", "已寄出"),
    ]


async def test_the_inbox_shows_messages_and_cards_in_the_order_they_came(app: MiniProgram) -> None:
    await with_template(app, long_term=True)
    await with_city_template(app)
    await consent(app)
    for sending in (send(app), send_card(app), send(app)):
        assert await sending == 0
    inbox = (await app.command("GET", f"/wechat/phones/{OPENID}/messages"))["messages"]
    assert [each["template_id"] for each in inbox] == ["T-1", "C-1", "T-1"]


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"openid": "2088"}, 40003),
        ({"biz_template_id": "C-2"}, 40037),
        ({"order_no": ""}, 47001),
        ({"data": "text"}, 47001),
        ({"data": {}}, 47003),
        ({"deal_msg_style_id": 1}, 47001),
    ],
)
async def test_a_bad_card_is_refused(
    app: MiniProgram, change: dict[str, Any], errcode: int
) -> None:
    await with_city_template(app)
    assert await send_card(app, **change) == errcode


async def test_each_account_has_tokens_of_its_own(app: MiniProgram) -> None:
    await with_template(app)
    await with_city_template(app)
    await consent(app)
    token = await account_token(app)
    body = {"touser": OPENID, "template_id": "T-1", "data": DATA}
    refused = await app.post("/cgi-bin/message/subscribe/send", body, access_token=token)
    assert refused["errcode"] == 48001
    assert await send_card(app, await app.token()) == 48001
    assert await send_card(app, "made-up") == 40014
    assert await send_card(app, token) == 0


async def test_nobody_logs_in_to_an_official_account(app: MiniProgram) -> None:
    code = (await app.command("POST", "/wechat/login-codes", {}))["code"]
    account = {"appid": app.facts["city_app_id"], "secret": app.facts["city_app_secret"]}
    assert (await app.login(code, **account))["errcode"] == 40013
    assert "openid" in await app.login(code)
