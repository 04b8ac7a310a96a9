"""What we sign is what the `openssl` command signs, and what our public key verifies."""

import re
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from yarl import URL

from payment.connectors.wechat_pay.signing import (
    HASH,
    PADDING,
    Merchant,
    authorization,
    pay_parameters,
    target_of,
)

POST_TEXT = b'POST\n/v3/pay/transactions/jsapi\n1554208460\nNONCE\n{"total":100}\n'
GET_TEXT = b"GET\n/v3/certificates?algorithm_type=RSA\n1554208460\nNONCE\n\n"
PAY_TEXT = b"wx2421b1c4370ec43b\n1554208460\nNONCE\nprepay_id=wx201410272009395522657\n"


@pytest.fixture
def openssl(merchant: Merchant, tmp_path: Path) -> Any:
    """Sign with `openssl dgst -sha256 -sign merchant.pem`: PKCS#1 v1.5 gives one answer only."""
    file = tmp_path / "merchant.pem"
    file.write_bytes(merchant.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def sign(text: bytes) -> str:
        command = ["openssl", "dgst", "-sha256", "-sign", str(file)]
        return b64encode(subprocess.run(command, input=text, stdout=-1, check=True).stdout).decode()

    return sign


def test_a_request_is_signed_as_openssl_signs_it(merchant: Merchant, openssl: Any) -> None:
    header = authorization(
        merchant,
        "POST",
        "/v3/pay/transactions/jsapi",
        b'{"total":100}',
        timestamp=1554208460,
        nonce="NONCE",
    )

    assert header == (
        'WECHATPAY2-SHA256-RSA2048 mchid="1230000109",nonce_str="NONCE",'
        f'signature="{openssl(POST_TEXT)}",timestamp="1554208460",'
        'serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"'
    )


def test_a_request_without_body_ends_in_an_empty_line(merchant: Merchant, openssl: Any) -> None:
    header = authorization(
        merchant,
        "GET",
        "/v3/certificates?algorithm_type=RSA",
        b"",
        timestamp=1554208460,
        nonce="NONCE",
    )

    assert f'signature="{openssl(GET_TEXT)}"' in header


def test_the_page_gets_parameters_signed_as_openssl_signs_them(
    merchant: Merchant, openssl: Any
) -> None:
    parameters = pay_parameters(
        merchant,
        "wx2421b1c4370ec43b",
        "wx201410272009395522657",
        timestamp=1554208460,
        nonce="NONCE",
    )

    assert parameters == {
        "timeStamp": "1554208460",
        "nonceStr": "NONCE",
        "package": "prepay_id=wx201410272009395522657",
        "signType": "RSA",
        "paySign": openssl(PAY_TEXT),
    }


def test_the_published_pay_sign_is_over_the_same_four_lines(
    vectors: dict[str, dict[str, Any]], merchant: Merchant
) -> None:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    vector = vectors["paysign-jsapi"]
    key: Any = load_der_public_key(b64decode(vectors["req-sign-post"]["public_key_spki_b64"]))
    lines = (vector["appid"], vector["timestamp"], vector["nonce"], vector["package"])
    published_text = "".join(f"{line}\n" for line in lines).encode()
    key.verify(b64decode(vector["signature"]), published_text, PADDING, HASH)

    ours = pay_parameters(
        merchant,
        vector["appid"],
        vector["package"].removeprefix("prepay_id="),
        timestamp=int(vector["timestamp"]),
        nonce=vector["nonce"],
    )

    merchant.key.public_key().verify(b64decode(ours["paySign"]), published_text, PADDING, HASH)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.mch.weixin.qq.com/v3/pay/transactions/out-trade-no/A1?mchid=1230000109",
        "http://127.0.0.1:8123/v3/billdownload/file?token=6XIv5TUPto7pByrT%7E3|x",
    ],
)
def test_what_is_signed_is_the_target_an_encoded_url_sends(url: str) -> None:
    assert target_of(url) == URL(url, encoded=True).raw_path_qs


def test_a_merchant_prints_no_key(merchant: Merchant) -> None:
    assert not re.search("key", repr(merchant))
