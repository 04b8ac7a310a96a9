"""The self-test: said back in the clear and sealed, and told to the merchant's address."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from mock_platforms.wire import Response

from .conftest import NOTIFY_URL, Merchant, private_key, rs256_verifies, words

OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303


def sealed_for(key: Any, text: str) -> str:
    return base64.b64encode(key.encrypt(text.encode(), OAEP)).decode()


def opened_by(merchant: Merchant, sealed: str) -> str:
    key = private_key(merchant.facts["merchant_key_file"])
    return str(key.decrypt(base64.b64decode(sealed), OAEP).decode())


async def echo(merchant: Merchant, serial: str, **more: str) -> Response:
    ask = {"echo_message": "hello", **more}
    answer = await merchant.call("POST", "/v3/security/echo", ask, Wechatpay_Serial=serial)
    await merchant.stage.clock.run_due()
    return answer


@pytest.mark.parametrize("trust", ["certificate", "public key"])
async def test_all_four_paths_are_proven_by_one_call(merchant: Merchant, trust: str) -> None:
    by_certificate = trust == "certificate"
    key = merchant.platform_key() if by_certificate else merchant.public_key()
    serial = merchant.facts["platform_serial" if by_certificate else "public_key_id"]
    secret = sealed_for(key, "你好")
    answer = await echo(merchant, serial, encrypted_echo_message=secret, notify_url=NOTIFY_URL)
    assert rs256_verifies(key, answer.headers, answer.body)
    assert words(answer)["echo_message"] == "hello"
    assert opened_by(merchant, words(answer)["encrypted_echo_message"]) == "你好"
    (told,) = merchant.notified
    assert rs256_verifies(key, told.headers, told.body)
    assert merchant.opened() == words(answer)


async def test_the_notice_is_sealed_along_with_nothing(merchant: Merchant) -> None:
    await echo(merchant, merchant.facts["public_key_id"], notify_url=NOTIFY_URL)
    envelope = json.loads(merchant.notified[0].body)
    assert envelope["event_type"] == "SECURITY_ECHO.SUCCESS"
    assert envelope["resource"]["original_type"] == "security"
    assert envelope["resource"]["associated_data"] == ""


async def test_without_an_address_nobody_is_told(merchant: Merchant) -> None:
    answer = await echo(merchant, merchant.facts["public_key_id"])
    assert words(answer) == {"echo_message": "hello"}
    assert not merchant.notified


async def test_a_certificate_the_merchant_does_not_have_cannot_be_named(
    merchant: Merchant,
) -> None:
    await merchant.command("POST", "/wechat_pay/settings", {"certificates": False})
    answer = await echo(merchant, merchant.facts["platform_serial"])
    assert (answer.status, words(answer)["code"]) == (400, "PARAM_ERROR")


async def test_the_key_must_be_named_and_be_the_one_it_was_sealed_for(merchant: Merchant) -> None:
    own = private_key(merchant.facts["merchant_key_file"]).public_key()
    foreign = sealed_for(own, "hello")
    unnamed = await echo(merchant, "")
    sealed = await echo(merchant, merchant.facts["public_key_id"], encrypted_echo_message=foreign)
    assert words(unnamed)["message"] == "平台证书序列号Wechatpay-Serial错误"
    assert words(sealed)["detail"]["field"] == "/encrypted_echo_message"
