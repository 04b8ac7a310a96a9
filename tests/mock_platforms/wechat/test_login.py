"""Logins, sessions and phone numbers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from mock_platforms.wire import Request

from .conftest import MiniProgram

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[2] / "vectors" / "wechat.json").read_text(encoding="utf-8")
    )
}


async def test_a_login_code_gives_the_citizens_openid(app: MiniProgram) -> None:
    given = await app.command("POST", "/wechat/login-codes", {})
    session = await app.login(given["code"])
    assert session["openid"] == given["openid"]
    assert "errcode" not in session


async def test_a_session_key_is_sixteen_bytes_in_strict_base64(app: MiniProgram) -> None:
    for _ in range(20):
        code = (await app.command("POST", "/wechat/login-codes", {}))["code"]
        key = (await app.login(code))["session_key"]
        assert len(base64.b64decode(key, validate=True)) == 16
        assert base64.b64encode(base64.b64decode(key)).decode() == key


async def test_a_session_comes_as_text_though_it_is_json(app: MiniProgram) -> None:
    response = await app.stage.handle("wechat", Request("GET", "/sns/jscode2session"))
    assert response.headers["Content-Type"] == "text/plain"


async def test_a_call_says_which_method_it_wants(app: MiniProgram) -> None:
    assert (await app.post("/sns/jscode2session", {}))["errcode"] == 43001
    assert (await app.get("/cgi-bin/stable_token"))["errcode"] == 43002


async def test_a_code_works_once(app: MiniProgram) -> None:
    code = (await app.command("POST", "/wechat/login-codes", {}))["code"]
    await app.login(code)
    assert (await app.login(code))["errcode"] == 40163


async def test_a_code_lives_five_minutes(app: MiniProgram) -> None:
    code = (await app.command("POST", "/wechat/login-codes", {}))["code"]
    await app.stage.clock.advance(300)
    assert (await app.login(code))["errcode"] == 40029


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"js_code": ""}, 41008),
        ({"appid": "wx0"}, 40013),
        ({"secret": "guess"}, 40125),
        ({"grant_type": "magic"}, 40002),
        ({"js_code": "invented"}, 40029),
    ],
)
async def test_a_bad_login_is_refused(
    app: MiniProgram, change: dict[str, str], errcode: int
) -> None:
    answer = await app.login("invented", **change)
    assert answer["errcode"] == errcode
    assert " rid: " in answer["errmsg"]


async def test_a_session_is_checked_by_its_keys_text(app: MiniProgram) -> None:
    given = await app.command("POST", "/wechat/login-codes", {})
    key = (await app.login(given["code"]))["session_key"]
    token = await app.token()
    mark = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
    ask = {"access_token": token, "openid": given["openid"], "sig_method": "hmac_sha256"}
    assert (await app.get("/wxa/checksession", signature=mark, **ask))["errcode"] == 0
    assert (await app.get("/wxa/checksession", signature="0" * 64, **ask))["errcode"] == 87009


def test_the_check_of_a_session_is_the_published_one() -> None:
    vector = VECTORS["checksession-empty-message"]
    mark = hmac.new(vector["session_key"].encode(), b"", hashlib.sha256).hexdigest()
    assert mark == vector["hmac_sha256"]


async def test_a_phone_code_gives_the_number_once(app: MiniProgram) -> None:
    token = await app.token()
    code = (await app.command("POST", "/wechat/phone-codes", {"phone": "13800000000"}))["code"]
    path = "/wxa/business/getuserphonenumber"
    first = await app.post(path, {"code": code}, access_token=token)
    again = await app.post(path, {"code": code}, access_token=token)
    assert first["phone_info"]["purePhoneNumber"] == "13800000000"
    assert again["errcode"] == 40029


async def test_trouble_is_told_with_http_200(app: MiniProgram) -> None:
    app.stage.faults.add("wechat", "server_error")
    app.stage.faults.add("wechat", "too_many_requests")
    assert [(await app.login("x"))["errcode"] for _ in range(2)] == [45011, -1]
