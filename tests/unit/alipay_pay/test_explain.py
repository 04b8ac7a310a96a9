"""Each mistake people make with Alipay's signatures is named."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.alipay.open_platform import rsa2
from adapters.alipay.open_platform.account import Account, Certified
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.requests import gateway_request
from adapters.alipay.open_platform.sdk import Sdk
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import SignatureExplainer
from channel_gateway.wire import HttpRequest
from payment.connectors.alipay.callbacks import read_callback
from payment.connectors.alipay.explain import Explainer
from tests.unit.alipay.alipay_side import NOW, FixedClock, Gateway
from tests.unit.alipay_pay.callback_side import CALLBACK, form, signed_form

WHOSE = (CALLBACK["app_id"], CALLBACK["seller_id"])
Change = Callable[[RSAPrivateKey, RSAPrivateKey], bytes]


@pytest.fixture
def explainer(platform: OpenPlatform) -> Explainer:
    return Explainer("alipay_pay", platform, seller_id=CALLBACK["seller_id"])


def verdict(explainer: Explainer, request: HttpRequest) -> str:
    return explainer.explain(request, NOW)[-1].words


def posted(body: bytes) -> HttpRequest:
    return HttpRequest("POST", "/callbacks/alipay_pay", body=body)


def signed_otherwise(key: RSAPrivateKey, text: str, **more: str) -> bytes:
    return form({**CALLBACK, "sign_type": "RSA2", "sign": rsa2.sign(text.encode(), key), **more})


def joined(parameters: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted(parameters.items()))


def by_sha1(alipay: RSAPrivateKey, _: RSAPrivateKey) -> bytes:
    sign = b64encode(alipay.sign(joined(CALLBACK).encode(), PKCS1v15(), SHA1()))  # noqa: S303
    return form({**CALLBACK, "sign_type": "RSA2", "sign": sign.decode()})


MISTAKES: dict[str, Change] = {
    "missing: sign": lambda _, __: form({**CALLBACK, "sign_type": "RSA2"}),
    "sign_type was signed too": lambda alipay, _: signed_otherwise(
        alipay, joined({**CALLBACK, "sign_type": "RSA2"})
    ),
    "empty parameters were signed": lambda alipay, _: signed_otherwise(
        alipay, joined({**CALLBACK, "body": ""}), body=""
    ),
    "_url was added": lambda alipay, _: signed_form(alipay, CALLBACK) + b"&_url=%2Fcallbacks",
    "twice: app_id": lambda alipay, _: signed_form(alipay, CALLBACK) + b"&app_id=1",
    "total_amount was altered: digit 2": lambda alipay, _: signed_form(alipay, CALLBACK).replace(
        b"total_amount=12.30", b"total_amount=19.30"
    ),
    "holds spaces": lambda alipay, _: signed_form(
        alipay, {**CALLBACK, "subject": "+"}
    ).replace(b"%2B", b"+"),
    "encoded twice": lambda alipay, _: signed_form(alipay, CALLBACK).replace(b"%2B", b"%252B"),
    "is no Base64": lambda alipay, _: signed_form(alipay, CALLBACK) + b"*",
    "was decoded before": lambda alipay, _: unquote(
        signed_form(alipay, CALLBACK).decode()
    ).encode(),
    "HTML entities": lambda alipay, _: signed_form(alipay, CALLBACK).replace(b"%22", b"%26quot%3B"),
    "application's own key": lambda _, app: signed_form(app, CALLBACK),
    "SHA-1": by_sha1,
    "ours is 2021000000000001": lambda alipay, _: signed_form(alipay, {**CALLBACK, "app_id": "9"}),
    "a replay": lambda alipay, _: signed_form(
        alipay, {**CALLBACK, "notify_time": "2026-02-01 09:29:31"}
    ),
    "says no time": lambda alipay, _: signed_form(alipay, {**CALLBACK, "notify_time": "noon"}),
    "encoded: %73eller_id": lambda alipay, _: signed_form(alipay, CALLBACK).replace(
        b"seller_id", b"%73eller_id"
    ),
    "ours is 2088102100000001": lambda alipay, _: signed_form(
        alipay, {**CALLBACK, "seller_id": "2088000000000009"}
    ),
    "left a field out (trade_no)": lambda alipay, _: signed_form(
        alipay, {**CALLBACK, "trade_no": ""}
    ),
    "altered on the way": lambda alipay, _: signed_form(alipay, CALLBACK).replace(
        b"trade_status=TRADE_SUCCESS", b"trade_status=TRADE_CLOSED"
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", MISTAKES)
def test_each_mistake_in_a_callback_is_named(
    explainer: Explainer, alipay_key: RSAPrivateKey, app_key: RSAPrivateKey, words: str
) -> None:
    told = verdict(explainer, posted(MISTAKES[words](alipay_key, app_key)))

    assert told.startswith("refused: ")
    assert words in told


UNMINDED: dict[str, Change] = {
    "says nothing": lambda alipay, _: signed_form(alipay, CALLBACK).replace(
        b"&sign_type=RSA2", b""
    ),
    "another kind than RSA2": lambda alipay, _: signed_form(alipay, CALLBACK).replace(
        b"sign_type=RSA2", b"sign_type=RSA"
    ),
    "says no charset": lambda alipay, _: signed_form(alipay, {**CALLBACK, "charset": ""}),
    "says utf-8, but the values are in another one": lambda alipay, _: signed_form(
        alipay, {**CALLBACK, "charset": "utf-8"}, "gbk"
    ),
    "was decoded before it came here": lambda alipay, _: signed_form(alipay, CALLBACK).replace(
        b"+%2B+1", b" %2B 1"
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", UNMINDED)
def test_what_the_gateway_does_not_mind_is_told_and_accepted(
    explainer: Explainer, alipay_key: RSAPrivateKey, app_key: RSAPrivateKey, words: str
) -> None:
    body = UNMINDED[words](alipay_key, app_key)

    findings = explainer.explain(posted(body), NOW)

    assert read_callback(body, [alipay_key.public_key()], NOW) is not None
    assert findings[-1].words == "accepted"
    assert all(finding.holds for finding in findings)
    assert any(words in finding.words for finding in findings)


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_verdict_is_the_gateways_own_whatever_came(
    explainer: Explainer, alipay_key: RSAPrivateKey, data: st.DataObject
) -> None:
    body = signed_form(alipay_key, CALLBACK)
    at = data.draw(st.integers(0, len(body) - 1))
    put = data.draw(st.sampled_from([b"", b"&", b"=", b"%", b"+", b" ", b"\xff", b"0", b"&a=1"]))
    body = body[:at] + put + body[at + data.draw(st.integers(0, 2)) :]

    try:
        taken = read_callback(body, [alipay_key.public_key()], NOW)
        refused = taken is not None and (taken.app, taken.merchant) != WHOSE
    except GatewayError:
        refused = True

    assert explainer.explain(posted(body), NOW)[-1].holds is not refused


def test_a_good_callback_is_accepted(explainer: Explainer, alipay_key: RSAPrivateKey) -> None:
    port: SignatureExplainer = explainer
    request = posted(signed_form(alipay_key, CALLBACK))

    assert port.recognises(request)
    assert all(finding.holds for finding in port.explain(request, NOW))


def test_a_good_callback_in_gbk_is_accepted(
    explainer: Explainer, alipay_key: RSAPrivateKey
) -> None:
    body = signed_form(alipay_key, {**CALLBACK, "charset": "GBK"}, "gbk")

    assert verdict(explainer, posted(body)) == "accepted"


def called(account: Account, **changes: str) -> HttpRequest:
    sdk = Sdk(account.app_id, account.app_key)
    request = gateway_request(
        account, sdk, "alipay.trade.query", {"a": "中"}, now=NOW, encrypts=False
    )
    url, body = request.url, request.body.decode()
    for old, new in changes.items():
        url, body = url.replace(old, new), body.replace(old, new)
    return HttpRequest("POST", url, body=body.encode())


def test_a_good_call_is_accepted(explainer: Explainer, account: Account) -> None:
    assert explainer.recognises(called(account))
    assert verdict(explainer, called(account)) == "accepted"


def test_in_certificate_mode_both_serial_numbers_are_compared(
    account: Account, gateway: Gateway, clock: FixedClock
) -> None:
    certified = replace(account, certified=Certified("app", "root", (), ()))
    explainer = Explainer("alipay_pay", OpenPlatform(certified, gateway, clock), seller_id="")

    assert verdict(explainer, called(certified)) == "accepted"
    told = verdict(
        explainer, called(replace(certified, certified=Certified("old", "root", (), ())))
    )
    assert told == "refused: app_cert_sn ours is app"


def test_a_call_in_utc_is_eight_hours_behind(explainer: Explainer, account: Account) -> None:
    findings = explainer.explain(called(account), NOW + timedelta(hours=8))

    assert "UTC" in findings[-1].words


def test_content_written_anew_is_named(explainer: Explainer, account: Account) -> None:
    request = called(account)
    content = {"biz_content": json.dumps({"a": "中"})}

    told = verdict(explainer, HttpRequest("POST", request.url, body=form(content)))

    assert "biz_content was written anew" in told


def test_a_call_of_another_application_is_named(explainer: Explainer, account: Account) -> None:
    told = verdict(explainer, called(account, **{account.app_id: "2021000000000009"}))

    assert "app_id ours is" in told


def test_a_call_signed_with_alipays_key_is_named(
    explainer: Explainer, account: Account, alipay_key: RSAPrivateKey
) -> None:
    swapped = Account(account.gateway_url, account.app_id, alipay_key, {})

    assert "signed with Alipay's key" in verdict(explainer, called(swapped))


def test_a_charset_in_the_body_is_named(explainer: Explainer, account: Account) -> None:
    request = called(account)
    moved = HttpRequest(
        "POST", request.url.replace("charset=utf-8&", ""), body=request.body + b"&charset=utf-8"
    )

    assert "callbacks come in GBK" in verdict(explainer, moved)


def test_what_is_no_message_of_alipay_is_not_recognised(explainer: Explainer) -> None:
    for body in (b"", b"{}", b"notify=1", b"method=wechat.pay"):
        assert not explainer.recognises(posted(body))


def test_noise_is_explained_without_an_error(explainer: Explainer) -> None:
    for body in (b"", b"\xff=\xff", b"sign=%", b"notify_id=1&sign=AAAA&charset=gbk&subject=%FF"):
        assert verdict(explainer, posted(body)).startswith("refused")
