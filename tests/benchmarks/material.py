"""Keys and signed callbacks, made before anything is measured. No two callbacks are the same."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.unit.alipay_pay.callback_side import CALLBACK, signed_form
from tests.unit.wechat_pay.platform_side import APIV3_KEY, TRANSACTION, Signer, callback_body

PUBLIC_KEY_ID = "PUB_KEY_ID_0000000000000024101100397200000006"
PATH = "/callbacks/wechat_pay"
# What travels beside the signature when WeChat Pay calls.
PLAIN_HEADERS = {
    "Host": "127.0.0.1",
    "User-Agent": "Mozilla/4.0",
    "Accept": "*/*",
    "Content-Type": "application/json",
}


@dataclass(frozen=True)
class SignedCallback:
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Keys:
    """The platform's key and the merchant's, as objects and as the texts SDKs are given."""

    platform: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    merchant: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    aead: AESGCM = field(default_factory=lambda: AESGCM(APIV3_KEY))

    @cached_property
    def platform_public_pem(self) -> str:
        key = self.platform.public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @cached_property
    def merchant_pem(self) -> str:
        plain = NoEncryption()
        return self.merchant.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, plain).decode()


def wechat_callback(keys: Keys, number: int, at: datetime) -> SignedCallback:
    """A payment of order `number`, as WeChat Pay signs and encrypts it."""
    paid = TRANSACTION | {
        "out_trade_no": order_id(number),
        "transaction_id": f"42000000{number:020}",
        "success_time": "2026-01-05T11:59:58+08:00",
    }
    body = callback_body("TRANSACTION.SUCCESS", paid)
    signed = Signer(PUBLIC_KEY_ID, keys.platform).headers(body, at=at, nonce=f"{number:032}")
    return SignedCallback(PLAIN_HEADERS | signed, body)


def alipay_callback(keys: Keys, number: int) -> bytes:
    """A payment of order `number`, as Alipay posts it: a form of 26 fields, as long as theirs."""
    said = (
        CALLBACK
        | MORE_OF_A_CALLBACK
        | {
            "out_trade_no": order_id(number),
            "trade_no": f"2026030222{number:018}",
        }
    )
    return signed_form(keys.platform, said)


def order_id(number: int) -> str:
    return f"G{number:027}"


MORE_OF_A_CALLBACK = {
    "buyer_pay_amount": "12.30",
    "invoice_amount": "12.30",
    "point_amount": "0.00",
    "receipt_amount": "12.30",
    "body": "非税收入缴款",
    "passback_params": "channel=citizen-hall",
    "buyer_logon_id": "159****5620",
}
