"""RSA2, Alipay's signature: SHA256withRSA (PKCS #1 v1.5) in Base64. Pure.

Keys are parsed once, at start: parsing a private key costs as much as 150 signatures.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from binascii import a2b_base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

_PADDING, _HASH = PKCS1v15(), SHA256()


def sign(text: bytes, key: RSAPrivateKey) -> str:
    return b64encode(key.sign(text, _PADDING, _HASH)).decode()


def verifies(text: bytes, signature: str | bytes, key: RSAPublicKey) -> bool:
    """Whether this key signed this text. What is not strict Base64 signs nothing."""
    try:
        key.verify(a2b_base64(signature, strict_mode=True), text, _PADDING, _HASH)
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True


def private_key(text: str) -> RSAPrivateKey:
    """Read PEM, or the bare Base64 Alipay's key tool writes; PKCS #8 or PKCS #1."""
    raw = text.strip().encode()
    pem = raw.startswith(b"-----")
    key = load_pem_private_key(raw, None) if pem else load_der_private_key(b64decode(raw), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("an application's key is an RSA key")  # noqa: TRY004 (a setting)
    return key


def public_key(text: str) -> RSAPublicKey:
    """Read PEM, or the bare Base64 Alipay's console shows."""
    raw = text.strip().encode()
    pem = raw.startswith(b"-----")
    key = load_pem_public_key(raw) if pem else load_der_public_key(b64decode(raw))
    if not isinstance(key, RSAPublicKey):
        raise ValueError("Alipay's key is an RSA key")  # noqa: TRY004 (a setting)
    return key
