"""Who comes in, in which order it is checked, and what the answers are signed with."""

from __future__ import annotations

import subprocess
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from mock_platforms.wire import Headers, Request

from .conftest import Merchant, rs256_verifies, words

CERTIFICATES = "/v3/certificates"


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"User_Agent": ""}, "Http头缺少Accept或User-Agent"),
        (
            {"Authorization": ""},
            "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
        ),
        ({"Authorization": "Bearer abc"}, "HTTP头Authorization认证类型不正确"),
    ],
)
async def test_a_missing_header_is_named_before_anything_else(
    merchant: Merchant, headers: dict[str, str], message: str
) -> None:
    answer = await merchant.call("GET", CERTIFICATES, **headers)
    assert words(answer)["message"] == message


@pytest.mark.parametrize("kind", ["", "application/x-www-form-urlencoded", "text/plain"])
async def test_a_body_must_say_that_it_is_json(merchant: Merchant, kind: str) -> None:
    target = "/v3/pay/transactions/jsapi"
    answer = await merchant.call("POST", target, merchant.order(), Content_Type=kind)
    assert (answer.status, words(answer)["code"]) == (400, "INVALID_REQUEST")


async def test_orders_refuse_a_lacking_authorization_in_other_words(merchant: Merchant) -> None:
    answer = await merchant.call("POST", "/v3/pay/transactions/jsapi", {}, Authorization="")
    assert words(answer)["message"] == "签名信息错误，验签失败"
    assert "Request-ID" not in answer.headers


@pytest.mark.parametrize(("age", "status"), [(299, 200), (301, 401), (-299, 200), (-301, 401)])
async def test_a_signature_lives_five_minutes(merchant: Merchant, age: int, status: int) -> None:
    at = str(int(merchant.stage.signing_now().timestamp()) - age)
    header = merchant.authorization("GET", CERTIFICATES, b"", timestamp=at)
    answer = await merchant.call("GET", CERTIFICATES, Authorization=header)
    assert answer.status == status


async def test_age_is_checked_before_the_signature(merchant: Merchant) -> None:
    header = merchant.authorization("GET", CERTIFICATES, b"", timestamp="1", signature="AAAA")
    answer = await merchant.call("GET", CERTIFICATES, Authorization=header)
    assert "不得超过5分钟" in words(answer)["message"]


async def test_another_certificate_is_refused(merchant: Merchant) -> None:
    header = merchant.authorization("GET", CERTIFICATES, b"", serial_no="7" * 40)
    answer = await merchant.call("GET", CERTIFICATES, Authorization=header)
    assert words(answer)["code"] == "SIGN_ERROR"
    assert "证书序列号有误" in words(answer)["message"]


async def test_a_wrong_signature_is_shown_what_should_have_been_signed(merchant: Merchant) -> None:
    target = f"{CERTIFICATES}?algorithm_type=RSA"
    header = merchant.authorization("GET", CERTIFICATES, b"")
    answer = await merchant.call("GET", target, Authorization=header)
    signed = words(answer)["detail"]["sign_information"]
    assert answer.status == 401
    assert signed["url"] == target
    assert signed["truncated_sign_message"].startswith(f"GET\n{target}\n")


async def test_one_flipped_byte_of_the_body_is_refused(merchant: Merchant) -> None:
    target = "/v3/pay/transactions/jsapi"
    header = merchant.authorization("POST", target, b'{"a":1}')
    names = {"Accept": "*/*", "User-Agent": "x", "Content-Type": "application/json; charset=utf-8"}
    given = Headers({"Authorization": header, **names})
    request = Request("POST", target, given, b'{"a":1}')
    passed = await merchant.stage.handle("wechat_pay", request)
    refused = await merchant.stage.handle("wechat_pay", replace(request, body=b'{"a":2}'))
    assert passed.status == 400
    assert refused.status == 401


async def test_refusals_are_unsigned(merchant: Merchant) -> None:
    answer = await merchant.call("GET", "/v3/refund/domestic/refunds/none")
    assert answer.status == 404
    assert "Wechatpay-Signature" not in answer.headers


async def test_an_answer_is_signed_with_the_certificate_by_default(merchant: Merchant) -> None:
    answer = await merchant.prepay()
    assert answer.headers["Wechatpay-Serial"] == merchant.facts["platform_serial"]
    assert rs256_verifies(merchant.platform_key(), answer.headers, answer.body)


async def test_an_answer_is_signed_with_the_public_key_when_asked(merchant: Merchant) -> None:
    key_id = merchant.facts["public_key_id"]
    answer = await merchant.call("GET", CERTIFICATES, Wechatpay_Serial=key_id)
    assert answer.headers["Wechatpay-Serial"] == key_id
    assert rs256_verifies(merchant.public_key(), answer.headers, answer.body)


async def test_a_public_key_not_put_to_use_signs_nothing(merchant: Merchant) -> None:
    settings = {"public_key_enabled": False, "notify_pubkey_ratio": 1}
    await merchant.command("POST", "/wechat_pay/settings", settings)
    key_id = merchant.facts["public_key_id"]
    answer = await merchant.call("GET", CERTIFICATES, Wechatpay_Serial=key_id)
    await merchant.paid_order()
    assert answer.headers["Wechatpay-Serial"] == merchant.facts["platform_serial"]
    assert merchant.notified[0].headers["Wechatpay-Serial"] == merchant.facts["platform_serial"]
    nothing = await merchant.command("POST", "/wechat_pay/settings", {"certificates": False})
    assert nothing.status == 400


async def test_an_empty_answer_is_signed_too(merchant: Merchant) -> None:
    await merchant.prepay()
    answer = await merchant.close()
    assert (answer.status, answer.body) == (204, b"")
    assert rs256_verifies(merchant.platform_key(), answer.headers, b"")


async def test_openssl_agrees_with_both_signatures(merchant: Merchant, tmp_path: Path) -> None:
    """The command signs the request and verifies the answer."""
    now = int(merchant.stage.signing_now().timestamp())
    signature = openssl_signs(
        merchant.facts["merchant_key_file"],
        f"GET\n{CERTIFICATES}\n{now}\nNONCE\n\n".encode(),
        tmp_path / "asked",
    )
    header = merchant.authorization("GET", CERTIFICATES, b"", signature=signature)
    key_id = merchant.facts["public_key_id"]
    answer = await merchant.call("GET", CERTIFICATES, Authorization=header, Wechatpay_Serial=key_id)
    stamp = f"{answer.headers['Wechatpay-Timestamp']}\n{answer.headers['Wechatpay-Nonce']}\n"
    assert answer.status == 200
    assert openssl_verifies(
        merchant.facts["public_key_file"],
        stamp.encode() + answer.body + b"\n",
        answer.headers["Wechatpay-Signature"],
        tmp_path / "answered",
    )


def openssl_signs(key_file: str, text: bytes, draft: Path) -> str:
    draft.write_bytes(text)
    return b64encode(
        subprocess.check_output(["openssl", "dgst", "-sha256", "-sign", key_file, str(draft)])
    ).decode()


def openssl_verifies(key_file: str, text: bytes, signature: str, draft: Path) -> bool:
    draft.write_bytes(text)
    mark = draft.with_suffix(".signature")
    mark.write_bytes(b64decode(signature))
    command = ["openssl", "dgst", "-sha256", "-verify", key_file, "-signature", str(mark)]
    return subprocess.check_output([*command, str(draft)]).strip() == b"Verified OK"


@pytest.mark.parametrize("kind", ["reply_wrong_signature", "reply_probe"])
async def test_a_spoiled_answer_does_not_verify(merchant: Merchant, kind: str) -> None:
    merchant.stage.faults.add("wechat_pay", kind)
    answer = await merchant.prepay()
    again = await merchant.prepay()
    assert not rs256_verifies(merchant.platform_key(), answer.headers, answer.body)
    assert rs256_verifies(merchant.platform_key(), again.headers, again.body)


async def test_a_skewed_answer_verifies_at_its_wrong_moment(merchant: Merchant) -> None:
    merchant.stage.faults.add("wechat_pay", "clock_skew", parameters={"seconds": -301})
    answer = await merchant.prepay()
    age = merchant.stage.signing_now().timestamp() - int(answer.headers["Wechatpay-Timestamp"])
    assert 301 <= age < 302
    assert rs256_verifies(merchant.platform_key(), answer.headers, answer.body)
