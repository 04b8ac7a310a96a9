"""Each way a signature goes wrong in practice is named; the last finding is the verdict."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from channel_gateway.domain.findings import Finding
from channel_gateway.ports import SignatureExplainer
from channel_gateway.wire import Headers, HttpRequest
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.explain import Explainer
from payment.connectors.wechat_pay.signing import Merchant, authorization
from tests.unit.wechat_pay.platform_side import NOW, TRANSACTION, Signer, callback_body

PAID = callback_body("TRANSACTION.SUCCESS", TRANSACTION)
TARGET = "/v3/pay/transactions/out-trade-no/A1?mchid=1230000109"


@pytest.fixture
def explainer(account: Account, api: Api) -> SignatureExplainer:
    return Explainer("wechat_pay", account, api)


@pytest.fixture
def callback(public: Signer) -> HttpRequest:
    return public.callback(PAID)


@pytest.fixture
def request_(merchant: Merchant) -> HttpRequest:
    return signed(merchant, b'{"mchid":"1230000109"}')


def signed(merchant: Merchant, body: bytes, target: str = TARGET, at: int = 0) -> HttpRequest:
    header = authorization(
        merchant, "POST", target, body, timestamp=int(NOW.timestamp()) + at, nonce="NONCE"
    )
    return HttpRequest("POST", TARGET, Headers({"Authorization": header}), body)


def with_header(request: HttpRequest, name: str, value: str) -> HttpRequest:
    return replace(request, headers=Headers({**request.headers, name.lower(): value}))


def the_wrong_one(findings: tuple[Finding, ...]) -> Finding:
    """The first part that does not hold, after a look at the verdict."""
    assert findings[-1].part == "verdict"
    assert not findings[-1].holds
    return next(finding for finding in findings if not finding.holds)


def resigned(signer: Signer, request: HttpRequest, text: bytes) -> HttpRequest:
    signature = b64encode(signer.key.sign(text, PKCS1v15(), SHA256())).decode()
    return with_header(request, "Wechatpay-Signature", signature)


def test_it_recognises_its_own_by_their_form(
    explainer: SignatureExplainer, callback: HttpRequest, request_: HttpRequest
) -> None:
    assert explainer.recognises(callback)
    assert explainer.recognises(request_)
    assert not explainer.recognises(HttpRequest("POST", "/x", Headers({"Authorization": "Bearer"})))


def test_of_a_good_callback_every_part_holds(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    findings = explainer.explain(callback, NOW)

    assert all(finding.holds for finding in findings)
    assert [finding.part for finding in findings] == [
        "headers",
        "timestamp",
        "serial",
        "signature",
        "body",
        "resource",
        "verdict",
    ]


def test_missing_headers_are_listed(explainer: SignatureExplainer, callback: HttpRequest) -> None:
    kept = {k: v for k, v in callback.headers.items() if k != "wechatpay-nonce"}

    wrong = the_wrong_one(explainer.explain(replace(callback, headers=Headers(kept)), NOW))

    assert (wrong.part, wrong.words) == ("headers", "missing: Wechatpay-Nonce")


@pytest.mark.parametrize(
    ("timestamp", "words"),
    [
        ("yesterday", "is no number of seconds"),
        (str(int(NOW.timestamp()) * 1000), "is in milliseconds; seconds are meant"),
        ("9" * 40, "is no number of seconds"),
    ],
)
def test_a_malformed_timestamp_is_named(
    explainer: SignatureExplainer, callback: HttpRequest, timestamp: str, words: str
) -> None:
    request = with_header(callback, "Wechatpay-Timestamp", timestamp)

    wrong = the_wrong_one(explainer.explain(request, NOW))

    assert (wrong.part, wrong.words) == ("timestamp", words)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (301, "is 301 s old: a replay, or our clock is ahead"),
        (-400, "is 400 s in the future: our clock is behind"),
    ],
)
def test_a_clock_that_is_off_is_told_with_by_how_much(
    explainer: SignatureExplainer, callback: HttpRequest, seconds: int, words: str
) -> None:
    wrong = the_wrong_one(explainer.explain(callback, NOW + timedelta(seconds=seconds)))

    assert (wrong.part, wrong.words) == ("timestamp", words)


def test_an_unknown_serial_is_told_with_those_we_hold(
    explainer: SignatureExplainer, callback: HttpRequest, public: Signer
) -> None:
    request = with_header(callback, "Wechatpay-Serial", "PUB_KEY_ID_9")

    wrong = the_wrong_one(explainer.explain(request, NOW))

    assert wrong.words == f"names a key we do not hold; we hold: {public.serial}"


def test_a_serial_of_the_other_trust_mode_is_told_with_what_to_set(
    explainer: SignatureExplainer,
    account: Account,
    api: Api,
    callback: HttpRequest,
    certified: Signer,
) -> None:
    by_certificate = with_header(callback, "Wechatpay-Serial", certified.serial)
    assert "set certificates = true" in the_wrong_one(explainer.explain(by_certificate, NOW)).words

    api.keys = {certified.serial: certified.key.public_key()}
    assert "set public_key_id" in the_wrong_one(explainer.explain(callback, NOW)).words


def test_our_own_serial_in_a_callback_is_told(
    explainer: SignatureExplainer, callback: HttpRequest, merchant: Merchant
) -> None:
    request = with_header(callback, "Wechatpay-Serial", merchant.serial)

    assert "our own certificate's" in the_wrong_one(explainer.explain(request, NOW)).words


def test_a_signature_in_the_serials_place_is_told(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    signature = callback.headers["Wechatpay-Signature"]

    wrong = the_wrong_one(
        explainer.explain(with_header(callback, "Wechatpay-Serial", signature), NOW)
    )

    assert (wrong.part, wrong.words) == (
        "serial",
        "is as long as a signature: headers are mixed up",
    )


def test_another_kind_of_signature_is_told(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    request = with_header(callback, "Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3")
    signed = with_header(request, "Wechatpay-Signature", b64encode(b"s" * 70).decode())

    assert the_wrong_one(explainer.explain(signed, NOW)).part == "scheme"


def test_a_kind_that_is_named_wrongly_is_told_and_does_not_matter(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    request = with_header(callback, "Wechatpay-Signature-Type", "WECHATPAY2-SM2-WITH-SM3")

    findings = explainer.explain(request, NOW)

    assert "the gateway does not mind" in next(f.words for f in findings if f.part == "scheme")
    assert findings[-1] == Finding("verdict", True, "accepted")


def test_what_only_the_gateway_finds_is_told_in_its_words(
    explainer: SignatureExplainer, public: Signer
) -> None:
    for body, words in (
        (callback_body("COUPON.USE", TRANSACTION), "an event we do not know (event_type)"),
        (callback_body("TRANSACTION.SUCCESS", TRANSACTION | {"mchid": "1"}), "another merchant"),
        (callback_body("TRANSACTION.SUCCESS", TRANSACTION | {"appid": "wx1"}), "another app"),
    ):
        assert words in the_wrong_one(explainer.explain(public.callback(body), NOW)).words


def test_a_callback_stays_one_with_a_proxys_authorization(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    request = with_header(callback, "Authorization", "Basic eDp5")

    assert explainer.explain(request, NOW)[-1].words == "accepted"


def test_a_probe_is_told(explainer: SignatureExplainer, callback: HttpRequest) -> None:
    request = with_header(callback, "Wechatpay-Signature", "WECHATPAY/SIGNTEST/AAAA")

    assert "probe" in the_wrong_one(explainer.explain(request, NOW)).words


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda signature: signature.replace("=", "%3D"), "is not base64"),
        (lambda signature: signature[:340], "has 340 characters instead of 344"),
    ],
)
def test_a_broken_signature_is_told(
    explainer: SignatureExplainer,
    callback: HttpRequest,
    spoil: Callable[[str], str],
    words: str,
) -> None:
    signature = spoil(callback.headers["Wechatpay-Signature"])

    wrong = the_wrong_one(
        explainer.explain(with_header(callback, "Wechatpay-Signature", signature), NOW)
    )

    assert wrong.part == "signature"
    assert wrong.words.startswith(words)


@pytest.mark.parametrize(
    ("sent", "arrived", "words"),
    [
        (PAID + b"\n", PAID, "a line feed at the body's end was stripped"),
        (PAID + b"\r\n", PAID, "a CR LF at the body's end was stripped"),
        (PAID, PAID + b"\n", "white space was added round the body"),
        (b"\xef\xbb\xbf" + PAID, PAID, "a byte order mark before the body was stripped"),
        (PAID, b"\xef\xbb\xbf" + PAID, "a byte order mark was put before the body"),
        (
            json.dumps(json.loads(PAID), indent=2, ensure_ascii=False).encode(),
            json.dumps(json.loads(PAID), indent=2, ensure_ascii=False)
            .replace("\n", "\r\n")
            .encode(),
            "line feeds in the body became CR LF",
        ),
        (
            PAID,
            json.dumps(json.loads(PAID)).encode(),
            "the JSON was parsed and written anew (it was compact UTF-8)",
        ),
        (
            json.dumps(json.loads(PAID)).encode(),
            PAID,
            "the JSON was parsed and written anew (it was ASCII with blanks)",
        ),
        (b"", PAID, "the signer signed an empty body"),
        (PAID, PAID.replace(b"SUCCESS", b"FAILURE"), "this body, with this timestamp and nonce"),
    ],
)
def test_an_altered_body_is_told_with_how_it_was_altered(
    explainer: SignatureExplainer, public: Signer, sent: bytes, arrived: bytes, words: str
) -> None:
    request = replace(public.callback(sent), body=arrived)

    wrong = the_wrong_one(explainer.explain(request, NOW))

    assert wrong.part == "body"
    assert wrong.words.startswith(words)


def test_a_forgotten_last_line_feed_is_told(
    explainer: SignatureExplainer, callback: HttpRequest, public: Signer
) -> None:
    headers = callback.headers
    text = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + PAID

    wrong = the_wrong_one(explainer.explain(resigned(public, callback, text), NOW))

    assert wrong.words == "the signer left out the last line feed"


def test_swapped_timestamp_and_nonce_are_told(
    explainer: SignatureExplainer, public: Signer
) -> None:
    timestamp, nonce = str(int(NOW.timestamp())), str(int(NOW.timestamp()) + 1)
    request = HttpRequest("POST", "/x", Headers(public.headers(PAID, nonce=nonce)), PAID)
    swapped = with_header(request, "Wechatpay-Timestamp", nonce)
    swapped = with_header(swapped, "Wechatpay-Nonce", timestamp)

    wrong = the_wrong_one(explainer.explain(swapped, NOW))

    assert wrong.words == "timestamp and nonce are swapped"


def test_a_nonce_in_the_timestamps_place_is_told(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    timestamp, nonce = (callback.headers[f"Wechatpay-{n}"] for n in ("Timestamp", "Nonce"))
    swapped = with_header(callback, "Wechatpay-Timestamp", nonce)
    swapped = with_header(swapped, "Wechatpay-Nonce", timestamp)

    findings = explainer.explain(swapped, NOW)

    assert the_wrong_one(findings).words.endswith("it and the nonce look swapped")
    assert Finding("body", False, "timestamp and nonce are swapped") in findings


def test_a_callback_signed_with_the_merchants_key_is_told(
    explainer: SignatureExplainer, merchant: Merchant, public: Signer
) -> None:
    request = Signer(public.serial, merchant.key).callback(PAID)

    wrong = the_wrong_one(explainer.explain(request, NOW))

    assert wrong.words == "unaltered, but signed with the merchant's own key"


def test_a_callback_signed_with_another_key_than_it_names_is_told(
    explainer: SignatureExplainer, api: Api, public: Signer, certified: Signer
) -> None:
    api.keys = {s.serial: s.key.public_key() for s in (public, certified)}
    request = Signer(public.serial, certified.key).callback(PAID)

    wrong = the_wrong_one(explainer.explain(request, NOW))

    assert wrong.words == f"unaltered, but signed with the key of {certified.serial}"


def test_a_wrong_apiv3_key_is_told(account: Account, api: Api, callback: HttpRequest) -> None:
    explainer = Explainer("wechat_pay", replace(account, aead=AESGCM(b"x" * 32)), api)

    wrong = the_wrong_one(explainer.explain(callback, NOW))

    assert (wrong.part, wrong.words) == ("resource", "does not open with our APIv3 key")


def test_of_a_good_request_every_part_holds(
    explainer: SignatureExplainer, request_: HttpRequest
) -> None:
    findings = explainer.explain(request_, NOW)

    assert all(finding.holds for finding in findings)
    assert findings[-1] == Finding("verdict", True, "accepted")


def test_a_request_may_be_explained_by_its_whole_address(
    explainer: SignatureExplainer, request_: HttpRequest
) -> None:
    whole = replace(request_, url="https://api.mch.weixin.qq.com" + TARGET)

    assert explainer.explain(whole, NOW)[-1].holds


@pytest.mark.parametrize(
    ("old", "new", "part", "words"),
    [
        (
            "WECHATPAY2-SHA256-RSA2048",
            "WECHATPAY2-SM2-WITH-SM3",
            "scheme",
            "WECHATPAY2-SHA256-RSA2048 is",
        ),
        ("nonce_str=", "nonce=", "pairs", "missing: nonce_str"),
        ('mchid="1230000109"', 'mchid="1900000001"', "mchid", "ours is 1230000109"),
        ('serial_no="408B', 'serial_no="408b', "serial", "differs in upper and lower case"),
        ('serial_no="408B', 'serial_no="5157', "serial", "is not our certificate's"),
        ('signature="', 'signature="%', "signature", "is not base64"),
    ],
)
def test_a_wrong_part_of_the_authorization_is_named(
    explainer: SignatureExplainer,
    request_: HttpRequest,
    old: str,
    new: str,
    part: str,
    words: str,
) -> None:
    header = request_.headers["Authorization"].replace(old, new)

    wrong = the_wrong_one(explainer.explain(with_header(request_, "Authorization", header), NOW))

    assert wrong.part == part
    assert wrong.words.startswith(words)


def test_the_platforms_serial_in_a_request_is_told(
    explainer: SignatureExplainer, merchant: Merchant, public: Signer
) -> None:
    request = signed(replace(merchant, serial=public.serial), b"")

    assert "the platform's key" in the_wrong_one(explainer.explain(request, NOW)).words


def test_an_old_request_is_told(explainer: SignatureExplainer, merchant: Merchant) -> None:
    wrong = the_wrong_one(explainer.explain(signed(merchant, b"", at=-600), NOW))

    assert wrong.words.startswith("is 600 s old")


def test_a_request_signed_without_its_query_is_told(
    explainer: SignatureExplainer, merchant: Merchant
) -> None:
    request = signed(merchant, b"", target=TARGET.partition("?")[0])

    assert the_wrong_one(explainer.explain(request, NOW)).words == "the signer left out the query"


def test_a_request_body_written_anew_is_told(
    explainer: SignatureExplainer, request_: HttpRequest
) -> None:
    anew = replace(request_, body=b'{"mchid": "1230000109"}')

    wrong = the_wrong_one(explainer.explain(anew, NOW))

    assert wrong.words == "the JSON was parsed and written anew (it was compact UTF-8)"


def test_what_is_explained_shows_no_signature_and_no_payer(
    explainer: SignatureExplainer, callback: HttpRequest
) -> None:
    words = repr(explainer.explain(callback, NOW))

    assert callback.headers["Wechatpay-Signature"] not in words
    assert "ciphertext" not in words


def test_header_bytes_that_are_no_utf8_are_explained_and_no_crash(
    explainer: SignatureExplainer, callback: HttpRequest, request_: HttpRequest
) -> None:
    header = request_.headers["Authorization"].replace("NONCE", "\udcff")

    for spoilt in (
        with_header(callback, "Wechatpay-Nonce", "\udcff"),
        with_header(request_, "Authorization", header),
    ):
        assert the_wrong_one(explainer.explain(spoilt, NOW)).part == "body"


def test_a_body_that_is_no_callback_is_told(explainer: SignatureExplainer, public: Signer) -> None:
    wrong = the_wrong_one(explainer.explain(public.callback(b"<xml/>"), NOW))

    assert (wrong.part, wrong.words) == ("resource", "the body is no callback with a resource")
