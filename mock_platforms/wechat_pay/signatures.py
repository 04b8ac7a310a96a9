"""APIv3 signatures and sealing. Pure: moments, nonces and keys are parameters.

Source: pay.weixin.qq.com, "APIv3 signature generation", "signature verification" and "decryption of
certificates and notifications" (doc/v3/merchant/4012365336, 4013053420, 4012071382).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PROBE = "WECHATPAY/SIGNTEST/"  # how a signature begins that is wrong on purpose

_PAIRS = re.compile(r'\w+="[^"]*"(,\w+="[^"]*")*')
_NAMES = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}


class Malformed(Exception):
    """An Authorization header that says less than it must."""


class WrongScheme(Exception):
    """An Authorization header of another kind."""


@dataclass(frozen=True, slots=True)
class Authorization:
    mchid: str
    nonce_str: str
    signature: str
    timestamp: int
    serial_no: str


def read_authorization(header: str) -> Authorization:
    """Return the five values, which may stand in any order."""
    scheme, _, rest = header.partition(" ")
    if not rest:
        raise Malformed(header)
    if scheme != SCHEME:
        raise WrongScheme(scheme)
    if not _PAIRS.fullmatch(rest):
        raise Malformed(header)
    pairs = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    if pairs.keys() != _NAMES or not all(pairs.values()):
        raise Malformed(header)
    if not re.fullmatch("[0-9]{1,10}", pairs["timestamp"]):
        raise Malformed(header)
    return Authorization(**{**pairs, "timestamp": int(pairs["timestamp"])})


def request_text(method: str, target: str, timestamp: int, nonce: str, body: bytes) -> bytes:
    """Return what a request's signature covers: five lines, each closed by a line feed."""
    head = f"{method}\n{target}\n{timestamp}\n{nonce}\n"
    # Bytes outside UTF-8 reach us as surrogates; they go back as they came.
    return head.encode(errors="surrogateescape") + body + b"\n"


def answer_text(timestamp: int, nonce: str, body: bytes) -> bytes:
    """Return what the signature of an answer or a notification covers: three lines."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def sign(key: RSAPrivateKey, text: bytes) -> str:
    return b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def verifies(key: RSAPublicKey, text: bytes, signature: str) -> bool:
    try:
        key.verify(b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def probe(signature: str) -> str:
    """Return a wrong signature of the same length that says what it is."""
    return PROBE + signature[len(PROBE) :]


def seal(plain: bytes, apiv3_key: str, nonce: str, associated_data: str) -> str:
    """Return AEAD_AES_256_GCM ciphertext with its tag, in Base64."""
    sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain, associated_data.encode())
    return b64encode(sealed).decode()


def seal_field(key: RSAPublicKey, plain: str) -> str:
    """Return a sensitive field as it travels: RSA-OAEP with SHA-1, in Base64."""
    return b64encode(key.encrypt(plain.encode(), _oaep())).decode()


def unseal_field(key: RSAPrivateKey, text: str) -> str:
    """Return a sensitive field in the clear. Raises ValueError."""
    return key.decrypt(b64decode(text, validate=True), _oaep()).decode()


def _oaep() -> OAEP:
    return OAEP(MGF1(SHA1()), SHA1(), None)  # noqa: S303 - the platform's choice
