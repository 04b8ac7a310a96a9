"""Logging in, and what an app may learn about a person."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_platforms.alipay.ciphers import decrypt_content
from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Merchant, command, node, verify

TOKEN = "alipay.system.oauth.token"


async def log_in(merchant: Merchant, stage: Stage, **who: str) -> dict[str, Any]:
    citizen = await command(stage, "POST", "/alipay/auth-codes", who)
    return citizen | {
        "token": await merchant.call(
            TOKEN, grant_type="authorization_code", code=citizen["auth_code"]
        )
    }


async def test_a_code_is_good_once_and_its_success_has_no_code(
    merchant: Merchant, stage: Stage
) -> None:
    citizen = await log_in(merchant, stage)
    assert citizen["token"]["open_id"] == citizen["open_id"]
    assert "code" not in citizen["token"]
    params = merchant.params(TOKEN, grant_type="authorization_code", code=citizen["auth_code"])
    response = await merchant.send(merchant.sign(params))
    assert list(json.loads(response.body)) == ["error_response", "sign"]
    assert node(response)["sub_code"] == "isv.code-invalid"


async def test_a_code_of_another_app_or_of_yesterday_is_refused(
    merchant: Merchant, stage: Stage
) -> None:
    other = {"app_id": merchant.section["cert_app"]["app_id"]}
    assert (await log_in(merchant, stage, **other))["token"]["sub_code"] == "isv.code-invalid"
    citizen = await command(stage, "POST", "/alipay/auth-codes", {})
    await stage.clock.advance(86400)
    late = await merchant.call(TOKEN, grant_type="authorization_code", code=citizen["auth_code"])
    assert late["sub_code"] == "isv.code-invalid"


async def test_the_same_person_has_one_open_id_per_app(merchant: Merchant, stage: Stage) -> None:
    first = await log_in(merchant, stage)
    again = await log_in(merchant, stage, user_id=first["user_id"])
    other = {"user_id": first["user_id"], "app_id": merchant.section["cert_app"]["app_id"]}
    elsewhere = await command(stage, "POST", "/alipay/auth-codes", other)
    assert again["open_id"] == first["open_id"] != elsewhere["open_id"]


@pytest.mark.parametrize(
    ("kind", "ids"),
    [("open_id", {"open_id"}), ("user_id", {"user_id"}), ("both", {"open_id", "user_id"})],
)
async def test_an_app_sees_the_ids_it_was_given(
    merchant: Merchant, stage: Stage, kind: str, ids: set[str]
) -> None:
    app_id = merchant.section["app_id"]
    await command(stage, "POST", f"/alipay/apps/{app_id}/id-kind", {"id_kind": kind})
    token = (await log_in(merchant, stage))["token"]
    assert token.keys() & {"open_id", "user_id"} == ids


async def test_a_person_s_profile_needs_their_consent(merchant: Merchant, stage: Stage) -> None:
    method = "alipay.user.info.share"
    agreed = await log_in(merchant, stage)
    profile = await merchant.call(method, auth_token=agreed["token"]["access_token"])
    assert (profile["code"], profile["open_id"]) == ("10000", agreed["open_id"])
    silent = await log_in(merchant, stage, scope="auth_base")
    refused = await merchant.call(method, auth_token=silent["token"]["access_token"])
    assert refused["code"] == "40006"
    assert (await merchant.call(method, auth_token="x"))["sub_code"] == "aop.invalid-auth-token"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/alipay/auth-codes", {"app_id": "1"}, "app_id"),
        ("/alipay/auth-codes", {"open_id": "?"}, "open_id"),
        ("/alipay/trades/nobody/pay", {}, "trade"),
        ("/alipay/notify-statuses", {"statuses": {"PAID": True}}, "statuses"),
        ("/alipay/apps/9021000100000001/id-kind", {"id_kind": "name"}, "id_kind"),
    ],
)
async def test_a_command_that_cannot_be_obeyed_names_its_field(
    stage: Stage, path: str, body: dict[str, Any], field: str
) -> None:
    assert (await command(stage, "POST", path, body))["field"] == field


async def test_a_grant_of_no_kind_is_refused(merchant: Merchant) -> None:
    refused = await merchant.call(TOKEN, grant_type="password")
    assert refused["sub_code"] == "isv.grant-type-invalid"


async def test_a_token_can_be_refreshed_once(merchant: Merchant, stage: Stage) -> None:
    token = (await log_in(merchant, stage))["token"]["refresh_token"]
    renewed = await merchant.call(TOKEN, grant_type="refresh_token", refresh_token=token)
    assert renewed["access_token"]
    again = await merchant.call(TOKEN, grant_type="refresh_token", refresh_token=token)
    assert again["sub_code"] == "isv.refresh-token-invalid"


async def test_a_refresh_token_lives_thirty_days(merchant: Merchant, stage: Stage) -> None:
    token = (await log_in(merchant, stage))["token"]["refresh_token"]
    await stage.clock.advance(2_592_000)
    late = await merchant.call(TOKEN, grant_type="refresh_token", refresh_token=token)
    assert late["sub_code"] == "isv.refresh-token-time-out"


async def test_a_phone_number_comes_signed_and_encrypted(
    stage: Stage, section: dict[str, Any]
) -> None:
    mobile = "13800000000"
    given = await command(stage, "POST", "/alipay/phone-numbers", {"mobile": mobile})
    payload = json.loads(given["response"])
    verify(f'"{payload["response"]}"', payload["sign"], section["alipay_public_key_file"])
    opened = json.loads(decrypt_content(payload["response"], section["aes_key"]))
    assert opened == {"code": "10000", "msg": "Success", "mobile": mobile}
