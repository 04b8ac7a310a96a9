"""Requests: what is signed, what travels where, and that `openssl` agrees."""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.account import Account
from adapters.alipay.open_platform.requests import gateway_request
from adapters.alipay.open_platform.sdk import Sdk
from channel_gateway.wire import HttpRequest
from tests.unit.alipay.alipay_side import AES_KEY, NOW

FEW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def built(account: Account, *, encrypts: bool = False, **biz: str) -> HttpRequest:
    sdk = Sdk(account.app_id, account.app_key)
    return gateway_request(
        account, sdk, "alipay.trade.query", biz, now=NOW, encrypts=encrypts, notify_url="http://a/b"
    )


def parts(request: HttpRequest) -> tuple[dict[str, str], dict[str, str]]:
    query = dict(parse_qsl(request.url.partition("?")[2], strict_parsing=True))
    return query, dict(parse_qsl(request.body.decode(), strict_parsing=True))


def signed_text(request: HttpRequest) -> str:
    query, body = parts(request)
    merged = {**query, **body}
    return "&".join(f"{name}={merged[name]}" for name in sorted(merged) if name != "sign")


def test_public_parameters_travel_in_the_query_and_the_business_in_the_body(
    account: Account,
) -> None:
    query, body = parts(built(account, subject="行政 费+100%&=测试"))

    assert set(query) == {
        "app_id", "charset", "method", "notify_url", "sign", "sign_type", "timestamp", "version",
    }  # fmt: skip
    assert query["charset"] == "utf-8"
    assert body == {"biz_content": '{"subject":"行政 费+100%&=测试"}'}


def test_the_timestamp_is_the_given_moment_in_beijing(account: Account) -> None:
    assert parts(built(account))[0]["timestamp"] == "2026-03-02 09:30:00"


def test_openssl_verifies_what_we_sign(account: Account, tmp_path: Path) -> None:
    request = built(account, subject="行政事业性收费")
    public = account.app_key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "sign").write_bytes(b64decode(parts(request)[0]["sign"]))

    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", tmp_path / "key.pem", "-signature",
         tmp_path / "sign"],
        input=signed_text(request).encode(), capture_output=True, check=False,
    )  # fmt: skip

    assert done.stdout == b"Verified OK\n"


def test_openssl_signs_the_same_bytes(app_key: RSAPrivateKey, tmp_path: Path) -> None:
    pem = app_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    text = 'app_id=1&biz_content={"a":"中"}'.encode()

    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", tmp_path / "key.pem"],
        input=text, capture_output=True, check=True,
    )  # fmt: skip

    assert b64decode(rsa2.sign(text, app_key)) == done.stdout


@FEW
@given(subject=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_any_text_is_signed_as_it_is_sent(account: Account, subject: str) -> None:
    request = built(account, subject=subject)
    query, body = parts(request)

    assert json.loads(body["biz_content"])["subject"] == subject
    public = account.app_key.public_key()
    assert rsa2.verifies(signed_text(request).encode(), query["sign"], public)


def test_encrypted_content_is_signed_as_ciphertext(account: Account) -> None:
    request = built(account, encrypts=True, out_trade_no="A1")
    query, body = parts(request)

    assert body["encrypt_type"] == "AES"
    assert content.decrypt(body["biz_content"], AES_KEY) == '{"out_trade_no":"A1"}'
    public = account.app_key.public_key()
    assert rsa2.verifies(signed_text(request).encode(), query["sign"], public)


def test_keys_are_read_as_pem_and_as_the_key_tool_writes_them(app_key: RSAPrivateKey) -> None:
    for encoding in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        pem = app_key.private_bytes(Encoding.PEM, encoding, NoEncryption()).decode()
        bare = "".join(line for line in pem.splitlines() if "-----" not in line)
        for text in (pem, bare):
            assert rsa2.private_key(text).private_numbers() == app_key.private_numbers()


def test_importing_the_sdk_leaves_logging_alone() -> None:
    program = (
        "import logging; ours = logging.StreamHandler(); logging.root.addHandler(ours)\n"
        "import adapters.alipay.open_platform.sdk\n"
        "quiet = logging.getLogger('python-alipay-sdk')\n"
        "assert quiet.handlers == [] and quiet.level == logging.NOTSET\n"
        "assert ours in [handler() for handler in logging._handlerList]\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert done.stderr == b""
