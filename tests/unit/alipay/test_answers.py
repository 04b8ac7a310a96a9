"""Cutting, verifying and reading the gateway's answers, and every way they can be wrong."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.answers import members_of, read_envelope, read_node
from adapters.alipay.open_platform.refusals import AlipayRefused, Unsigned, raise_refusal
from channel_gateway.domain.errors import Forged, GatewayError, Malformed, TooMany, Unavailable
from channel_gateway.wire import HttpResponse
from tests.unit.alipay.alipay_side import AES_KEY, refusal, signed_answer, success

METHOD = "alipay.trade.query"
MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def read(response: HttpResponse, key: RSAPrivateKey, aes_key: bytes | None = None) -> object:
    return read_node(read_envelope(response, METHOD), key.public_key(), aes_key)


@pytest.mark.parametrize("text", ["a}b", "a{b", 'say "alipay_trade_query_response":', "\\", "/"])
def test_braces_quotes_and_names_inside_strings_do_not_mislead(
    alipay_key: RSAPrivateKey, text: str
) -> None:
    node = success(sub_msg=text)

    assert read(signed_answer(alipay_key, METHOD, node), alipay_key) == node


@MANY
@given(members=st.dictionaries(st.text(max_size=8), JSON, min_size=1, max_size=4))
def test_members_are_cut_out_exactly_as_they_came(members: dict[str, object]) -> None:
    written = {name: json.dumps(value, ensure_ascii=False) for name, value in members.items()}
    document = ", ".join(f"{json.dumps(name)} : {text}" for name, text in written.items())

    assert members_of(f" {{{document}}}\n") == written


@pytest.mark.parametrize(
    "document",
    ["", "[]", "{", "{}x", '{"a":1}}', '{"a":1,"a":2}', "{1:2}", '{"a" 1}', "[" * 9999, "{}"],
)
def test_what_is_no_object_of_distinct_names_is_malformed(document: str) -> None:
    with pytest.raises(Malformed):
        members_of(document)


@MANY
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_byte_never_passes(alipay_key: RSAPrivateKey, at: int, bit: int) -> None:
    node = success(out_trade_no="A1", trade_status="TRADE_SUCCESS", subject="行政 / 收费")
    body = bytearray(signed_answer(alipay_key, METHOD, node).body)
    body[at % len(body)] ^= 1 << bit

    try:
        heard = read(HttpResponse(200, body=bytes(body)), alipay_key)
    except GatewayError:
        return
    assert heard == node


def test_an_answer_in_gbk_verifies_over_its_own_bytes(alipay_key: RSAPrivateKey) -> None:
    node = json.dumps(success(subject="行政事业性收费"), ensure_ascii=False)
    sign = rsa2.sign(node.encode("gbk"), alipay_key)
    body = f'{{"alipay_trade_query_response":{node},"sign":"{sign}"}}'.encode("gbk")

    assert read(HttpResponse(200, body=body), alipay_key) == json.loads(node)


def test_an_answer_without_a_signature_is_never_success() -> None:
    body = json.dumps({"alipay_trade_query_response": success()}).encode()

    with pytest.raises(Unsigned):
        read_envelope(HttpResponse(200, body=body), METHOD)


def test_an_unsigned_refusal_keeps_its_sub_code() -> None:
    node = refusal("isv.invalid-app-id", "40002")
    body = json.dumps({"alipay_trade_query_response": node}).encode()

    with pytest.raises(Unsigned) as raised:
        read_envelope(HttpResponse(200, body=body), METHOD)

    assert raised.value.sub_code == "isv.invalid-app-id"


def test_a_signature_by_another_key_is_forged(
    alipay_key: RSAPrivateKey, app_key: RSAPrivateKey
) -> None:
    with pytest.raises(Forged):
        read(signed_answer(app_key, METHOD, success()), alipay_key)


def test_error_response_is_where_some_methods_put_their_refusals(
    alipay_key: RSAPrivateKey,
) -> None:
    node = refusal("isv.code-invalid", "40002")

    with pytest.raises(AlipayRefused) as raised:
        read(signed_answer(alipay_key, METHOD, node, where="error_response"), alipay_key)

    assert raised.value.sub_code == "isv.code-invalid"


def test_an_encrypted_answer_is_verified_with_its_quotes_and_then_opened(
    alipay_key: RSAPrivateKey,
) -> None:
    node = success(out_trade_no="A1")
    cipher = json.dumps(content.encrypt(json.dumps(node), AES_KEY))
    sign = rsa2.sign(cipher.encode(), alipay_key)
    body = f'{{"alipay_trade_query_response":{cipher},"sign":"{sign}"}}'.encode()

    assert read(HttpResponse(200, body=body), alipay_key, AES_KEY) == node
    for other in (None, bytes(16)):
        with pytest.raises(Unavailable):
            read(HttpResponse(200, body=body), alipay_key, other)


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(502, body=b"<html>Bad Gateway</html>"),
        HttpResponse(200, body=b"<html>busy</html>"),
        HttpResponse(200, body=b""),
        HttpResponse(200, body=b"\xff\xfe\x00"),
        HttpResponse(200, body=b'{"another_response":{"code":"10000"},"sign":"AA=="}'),
        HttpResponse(200, body=b'{"alipay_trade_query_response":{"code":"10000"'),
    ],
    ids=["502", "html", "empty", "no text", "another node", "truncated"],
)
def test_what_is_no_answer_leaves_it_unknown_whether_alipay_acted(response: HttpResponse) -> None:
    with pytest.raises(Unavailable):
        read_envelope(response, METHOD)


@pytest.mark.parametrize(
    ("code", "sub_code", "error"),
    [
        ("20000", "isp.unknow-error", Unavailable),
        ("20000", "aop.unknow-error", Unavailable),
        ("40004", "ACQ.SYSTEM_ERROR", Unavailable),
        ("40004", "aop.ACQ.SYSTEM_ERROR", Unavailable),
        ("40004", "UNKNOW_ERROR", Unavailable),
        ("10003", "", Unavailable),
        ("99999", "never.heard-of", Unavailable),
        ("40005", "isv.app-call-limited", TooMany),
        ("40004", "SYSTEM_RATE_LIMIT", TooMany),
        ("20001", "aop.invalid-auth-token", AlipayRefused),
        ("40001", "isv.missing-signature", AlipayRefused),
        ("40002", "isv.invalid-signature", AlipayRefused),
        ("40003", "isv.invalid-auth-relations", AlipayRefused),
        ("40004", "ACQ.TRADE_NOT_EXIST", AlipayRefused),
        ("40006", "isv.insufficient-isv-permissions", AlipayRefused),
    ],
)
def test_each_code_says_either_no_or_nobody_knows(
    code: str, sub_code: str, error: type[GatewayError]
) -> None:
    with pytest.raises(error) as raised:
        raise_refusal(refusal(sub_code, code))

    assert type(raised.value) is error
    assert "不行" not in str(raised.value)  # a sub_msg may quote the whole request


@pytest.mark.parametrize(
    ("sub_code", "passing"),
    [
        ("ACQ.SELLER_BALANCE_NOT_ENOUGH", True),
        ("isv.invalid-signature", True),
        ("isv.app-cert-expired", True),
        ("isv.invalid-timestamp", True),
        ("ACQ.TRADE_STATUS_ERROR", False),
        ("ACQ.TRADE_HAS_FINISHED", False),
        ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", False),
        ("isv.insufficient-isv-permissions", False),
    ],
)
def test_a_refusal_that_passes_by_itself_is_told_from_one_for_good(
    sub_code: str, passing: bool
) -> None:
    assert AlipayRefused("40004", sub_code).passing is passing
