"""Whether WeChat Pay said it: age, key and signature over the raw bytes. Pure.

The platform signs with a certificate's key or with the merchant's «WeChat Pay public key»; while
a merchant moves from the one to the other, with either. So a serial names the key, and all of
them are held. Source: pay.weixin.qq.com, "APIv3 signature verification", 4013053420.
"""

from binascii import a2b_base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import load_pem_x509_certificate

from channel_gateway.domain.days import moment_from_rfc3339
from channel_gateway.domain.errors import Forged, Malformed, Stale, UnknownKey
from payment.connectors.wechat_pay.signing import HASH, PADDING

MAX_AGE_S = 300  # official SDKs refuse at five minutes, in either direction
SIGNATURE_LENGTH = 344  # 256 bytes of RSA 2048 in base64

Keys = Mapping[str, RSAPublicKey]  # a certificate's serial or a public key's id → its key


def check(headers: Mapping[str, str], body: bytes, keys: Keys, now: datetime) -> None:
    """Return if these very bytes were signed just now with a key we hold; cheapest checks first.

    Raises `Stale`, `UnknownKey`, `Forged`. A signature probe (`WECHATPAY/SIGNTEST/…`) is forged
    like any other: the platform wants to see it refused.
    """
    try:
        timestamp = headers["wechatpay-timestamp"]
        nonce = headers["wechatpay-nonce"]
        serial = headers["wechatpay-serial"]
        signature = headers["wechatpay-signature"]
    except KeyError as missing:
        raise Forged(f"not signed: there is no {missing.args[0]}") from None
    check_age(timestamp, now)
    key = keys.get(serial)
    if key is None:
        raise UnknownKey(serial)
    if len(signature) != SIGNATURE_LENGTH:
        raise Forged("the signature has a wrong length")
    try:
        key.verify(
            a2b_base64(signature, strict_mode=True),
            signed_text(timestamp, nonce, body),
            PADDING,
            HASH,
        )
    except (InvalidSignature, ValueError):
        raise Forged("the signature does not hold") from None


def check_age(timestamp: str, now: datetime) -> None:
    """`timestamp`: seconds since 1970, in digits. Raises `Stale`, `Forged`."""
    if not timestamp.isdecimal() or len(timestamp) > 12:
        raise Forged("the timestamp is no number of seconds")
    if not -MAX_AGE_S < now.timestamp() - int(timestamp) < MAX_AGE_S:
        raise Stale("signed five minutes or more away from our clock")


def signed_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    # A header may hold bytes that are no UTF-8; they are signed as they came.
    return f"{timestamp}\n{nonce}\n".encode("utf-8", "surrogateescape") + body + b"\n"


def opened(aead: AESGCM, resource: Mapping[str, Any]) -> bytes:
    """Decrypt a resource of a callback or certificate. Raises `Malformed`."""
    try:
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise Malformed("encrypted in a way we do not know", field="algorithm")
        return aead.decrypt(
            resource["nonce"].encode(),
            a2b_base64(resource["ciphertext"], strict_mode=True),
            (resource.get("associated_data") or "").encode(),
        )
    except InvalidTag:
        raise Malformed("does not open with our APIv3 key", field="ciphertext") from None


def read_certificates(body: bytes, aead: AESGCM, now: datetime) -> dict[str, RSAPublicKey]:
    """Read `/v3/certificates`: the keys of all that have not expired. Raises `Malformed`.

    Opening with the APIv3 key is what the first download is trusted by; the caller then checks
    the answer's own signature with the keys found. A certificate has to bear the serial it is
    listed under, since only the certificate itself is inside the encryption.
    """
    keys: dict[str, RSAPublicKey] = {}
    try:
        for entry in orjson.loads(body)["data"]:
            certificate = load_pem_x509_certificate(opened(aead, entry["encrypt_certificate"]))
            key = certificate.public_key()
            if int(entry["serial_no"], 16) != certificate.serial_number:
                raise Malformed("a certificate listed under another's serial", field="serial_no")
            if not isinstance(key, RSAPublicKey):
                raise Malformed("a certificate without an RSA key", field="encrypt_certificate")
            if moment_from_rfc3339(entry["expire_time"]) > now:
                keys[entry["serial_no"]] = key
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("not a list of platform certificates", field="data") from error
    return keys
