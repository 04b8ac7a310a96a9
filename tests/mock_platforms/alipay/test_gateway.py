"""What the gateway checks, in which order, and how it answers."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.alipay.ciphers import decrypt_content, encrypt_content
from mock_platforms.stage import Stage
from mock_platforms.wire import Request
from tests.mock_platforms.alipay.merchant import (
    Merchant,
    command,
    form,
    node,
    openssl_says,
    signed_node,
    verify,
)

QUERY = "alipay.trade.query"
NOBODY = {"out_trade_no": "nobody"}


async def test_an_answer_is_verified_by_openssl(
    merchant: Merchant, section: dict[str, Any], tmp_path: Path
) -> None:
    response = await merchant.send(merchant.sign(merchant.params(QUERY, NOBODY)))
    text, sign = signed_node(response.body.decode())
    assert openssl_says(text, sign, section["alipay_public_key_file"], tmp_path) == "Verified OK"


async def test_every_answer_is_http_200_and_calls_itself_html(merchant: Merchant) -> None:
    response = await merchant.send(merchant.sign(merchant.params(QUERY, NOBODY)))
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html;charset=utf-8")


async def test_every_answer_has_a_trace_id_of_its_own(merchant: Merchant) -> None:
    params = merchant.sign(merchant.params(QUERY, NOBODY))
    traces = {(await merchant.send(params)).headers["trace_id"] for _ in range(2)}
    assert {len(trace) for trace in traces} == {30}
    assert len(traces) == 2


async def test_node_comes_first_and_sign_last_without_white_space(merchant: Merchant) -> None:
    response = await merchant.send(merchant.sign(merchant.params(QUERY, NOBODY)))
    text = response.body.decode()
    assert text.startswith('{"alipay_trade_query_response":{"code":"40004","msg":')
    assert text.endswith('=="}')


# Each row is wrong in all the ways below it too: the first check wins.
WRONG = (
    ({"app_id": ""}, "isv.missing-app-id"),
    ({"app_id": "9021000000000000"}, "isv.invalid-app-id"),
    ({"method": ""}, "isv.missing-method"),
    ({"sign_type": ""}, "isv.missing-signature-type"),
    ({"timestamp": ""}, "isv.missing-timestamp"),
    ({"version": ""}, "isv.missing-version"),
    ({"charset": "latin-1"}, "isv.invalid-charset"),
    ({"timestamp": "2026-01-05T10:00:00Z"}, "isv.invalid-timestamp"),
    ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
    ({"sign": "Zm9yZ2Vk"}, "isv.invalid-signature"),
)


@pytest.mark.parametrize("rank", range(len(WRONG)))
async def test_the_first_failing_check_answers(merchant: Merchant, rank: int) -> None:
    params = merchant.params("alipay.trade.nonsense", "not json")
    params["sign"] = "Zm9yZ2Vk"
    for changes, _ in reversed(WRONG[rank:]):
        params |= changes
    assert node(await merchant.send(params))["sub_code"] == WRONG[rank][1]


async def test_a_missing_signature_is_named(merchant: Merchant) -> None:
    refused = node(await merchant.send(merchant.params(QUERY, NOBODY)))
    assert (refused["code"], refused["sub_code"]) == ("40001", "isv.missing-signature")


async def test_without_a_known_app_nothing_is_signed(merchant: Merchant) -> None:
    unknown = merchant.params(QUERY, NOBODY, app_id="9021000000000000")
    response = await merchant.send(merchant.sign(unknown))
    assert "sign" not in json.loads(response.body)
    assert node(response)["sub_code"] == "isv.invalid-app-id"


async def test_a_known_app_s_errors_are_signed(merchant: Merchant, section: dict[str, Any]) -> None:
    params = merchant.sign(merchant.params(QUERY, NOBODY))
    response = await merchant.send({**params, "version": "1.1"})
    text, sign = signed_node(response.body.decode())
    verify(text, sign, section["alipay_public_key_file"])
    assert node(response)["sub_code"] == "isv.invalid-signature"


@pytest.mark.parametrize(
    ("method", "code", "sub_code"),
    [
        ("alipay.trade.nonsense", "40002", "isv.invalid-method"),
        ("alipay.trade.precreate", "40006", "isv.insufficient-isv-permissions"),
    ],
)
async def test_methods_not_played_are_refused_as_the_platform_does(
    merchant: Merchant, method: str, code: str, sub_code: str
) -> None:
    refused = await merchant.call(method, {})
    assert (refused["code"], refused["sub_code"]) == (code, sub_code)


async def test_nobody_has_authorised_an_app_to_call_in_its_name(merchant: Merchant) -> None:
    refused = await merchant.call(QUERY, NOBODY, app_auth_token="202601BB")
    assert (refused["code"], refused["sub_code"]) == ("20001", "aop.invalid-app-auth-token")


@pytest.mark.parametrize("content", ["{", "[]", "", '{"a":' * 20_000], ids=range(4))
async def test_content_that_is_no_json_object_is_refused(merchant: Merchant, content: str) -> None:
    assert (await merchant.call(QUERY, content))["sub_code"] == "isv.illegal-json"


@pytest.mark.parametrize("charset", ["utf8", "gb18030", "latin-1"])
async def test_only_the_documented_charsets_are_taken(merchant: Merchant, charset: str) -> None:
    refused = await merchant.call(QUERY, NOBODY, charset=charset)
    assert refused["sub_code"] == "isv.invalid-charset"


async def test_only_json_is_a_format(merchant: Merchant) -> None:
    assert (await merchant.call(QUERY, NOBODY, format="xml"))["sub_code"] == "isv.invalid-format"


async def test_only_aes_is_an_encryption(merchant: Merchant) -> None:
    refused = await merchant.call(QUERY, NOBODY, encrypt_type="SM4")
    assert refused["sub_code"] == "isv.invalid-encrypt-type"


async def test_a_get_with_everything_in_the_query_is_taken(merchant: Merchant) -> None:
    params = merchant.sign(merchant.params(QUERY, NOBODY))
    assert node(await merchant.send(params, method="GET"))["sub_code"] == "ACQ.TRADE_NOT_EXIST"


async def test_a_form_with_everything_in_the_body_is_taken(
    merchant: Merchant, stage: Stage
) -> None:
    params = merchant.sign(merchant.params(QUERY, NOBODY))
    body = form(params, "utf-8").encode()
    response = await stage.handle("alipay", Request("POST", "/gateway.do", body=body))
    assert node(response)["sub_code"] == "ACQ.TRADE_NOT_EXIST"


async def test_signed_empty_values_are_taken_as_sdks_sign_them(merchant: Merchant) -> None:
    assert (await merchant.call(QUERY, NOBODY, return_url=""))["code"] == "40004"


async def test_gbk_is_spoken_both_ways(merchant: Merchant, section: dict[str, Any]) -> None:
    params = merchant.params(QUERY, '{"out_trade_no":"无"}', charset="gbk")
    response = await merchant.send(merchant.sign(params))
    text, sign = signed_node(response.body.decode("gbk"))
    assert "交易不存在" in text
    verify(text, sign, section["alipay_public_key_file"], "gbk")


async def test_encrypted_content_is_answered_encrypted(
    merchant: Merchant, section: dict[str, Any]
) -> None:
    cipher = encrypt_content(json.dumps(NOBODY).encode(), section["aes_key"])
    params = merchant.sign(merchant.params(QUERY, cipher, encrypt_type="AES"))
    response = await merchant.send(params)
    text, sign = signed_node(response.body.decode())
    verify(text, sign, section["alipay_public_key_file"])
    opened = json.loads(decrypt_content(json.loads(text), section["aes_key"]))
    assert opened["sub_code"] == "ACQ.TRADE_NOT_EXIST"


async def test_content_that_cannot_be_decrypted_is_refused_in_the_open(merchant: Merchant) -> None:
    refused = await merchant.call(QUERY, "bm90IGFlcw==", encrypt_type="AES")
    assert refused["sub_code"] == "isv.invalid-encrypt"


async def test_an_app_without_a_key_cannot_encrypt(cert_merchant: Merchant) -> None:
    refused = await cert_merchant.call(QUERY, "bm90IGFlcw==", encrypt_type="AES")
    assert refused["sub_code"] == "isv.missing-encrypt-key"


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"app_cert_sn": ""}, "isv.missing-app-cert-sn"),
        ({"alipay_root_cert_sn": ""}, "isv.missing-alipay-root-cert-sn"),
        ({"app_cert_sn": "0" * 32}, "isv.app-cert-not-exist"),
        ({"alipay_root_cert_sn": "0" * 32}, "isv.invalid-alipay-root-cert-sn"),
    ],
)
async def test_certificate_mode_asks_for_both_serial_numbers(
    cert_merchant: Merchant, changes: dict[str, str], sub_code: str
) -> None:
    assert (await cert_merchant.call(QUERY, NOBODY, **changes))["sub_code"] == sub_code


async def test_a_renewed_certificate_can_be_downloaded_by_its_serial_number(
    cert_merchant: Merchant, stage: Stage
) -> None:
    fresh = await command(stage, "POST", "/alipay/certificates/renew", {})
    response = await cert_merchant.send(cert_merchant.sign(cert_merchant.params(QUERY, NOBODY)))
    assert json.loads(response.body)["alipay_cert_sn"] == fresh["alipay_cert_sn"]
    content = await cert_merchant.call("alipay.open.app.alipaycert.download", fresh)
    assert b64decode(content["alipay_cert_content"]).startswith(b"-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("kind", ["reply_forged", "reply_unsigned", "reply_unknown_cert_sn"])
async def test_an_answer_can_be_spoiled(cert_merchant: Merchant, stage: Stage, kind: str) -> None:
    params = cert_merchant.sign(cert_merchant.params(QUERY, NOBODY))
    whole = json.loads((await cert_merchant.send(params)).body)
    stage.faults.add("alipay", kind)
    spoiled = json.loads((await cert_merchant.send(params)).body)
    differing = {name for name in whole if whole[name] != spoiled.get(name)}
    assert differing == {"alipay_cert_sn" if kind == "reply_unknown_cert_sn" else "sign"}


async def test_a_certificate_nobody_issued_cannot_be_downloaded(cert_merchant: Merchant) -> None:
    wanted = {"alipay_cert_sn": "0" * 32}
    refused = await cert_merchant.call("alipay.open.app.alipaycert.download", wanted)
    assert refused["sub_code"] == "isv.alipay-cert-not-exist"


async def test_being_busy_is_said_in_the_platform_s_words(merchant: Merchant, stage: Stage) -> None:
    stage.faults.add("alipay", "server_error")
    assert (await merchant.query())["sub_code"] == "isp.unknow-error"
    stage.faults.add("alipay", "server_error", parameters={"status": 502})
    response = await merchant.send(merchant.sign(merchant.params(QUERY, NOBODY)))
    assert (response.status, response.body[:6]) == (502, b"<html>")
