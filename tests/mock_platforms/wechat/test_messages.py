"""Subscribe messages: consent, fields, and the phone they arrive on."""

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
