"""Content encryption: AES-128-CBC with a zero IV, PKCS7, Base64. Pure.

`biz_content` is encrypted before it is signed, an answer decrypted after it is verified; what
`my.getPhoneNumber` hands out is the same cipher. Source: opendocs.alipay.com, "content encryption".
"""

from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from channel_gateway.domain.errors import Malformed

_ZERO_IV = bytes(16)  # the platform's rule: authenticity comes from the signature alone


def content_key(text: str) -> bytes:
    """Read the key as the console shows it. Raises ValueError unless it is 16 bytes in Base64."""
    key = b64decode(text, validate=True)
    if len(key) != 16:
        raise ValueError("aes_key is 16 bytes, written as 24 characters of Base64")
    return key


def encrypt(text: str, key: bytes) -> str:
    padder, encryptor = PKCS7(128).padder(), Cipher(AES(key), CBC(_ZERO_IV)).encryptor()
    padded = padder.update(text.encode()) + padder.finalize()
    return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt(ciphertext: str, key: bytes, codec: str = "utf-8") -> str:
    """Raises `Malformed` when this is no ciphertext of this key."""
    unpadder, decryptor = PKCS7(128).unpadder(), Cipher(AES(key), CBC(_ZERO_IV)).decryptor()
    try:
        raw = b64decode(ciphertext, validate=True)
        padded = decryptor.update(raw) + decryptor.finalize()
        return (unpadder.update(padded) + unpadder.finalize()).decode(codec)
    except ValueError as error:
        raise Malformed("not a ciphertext of our content key") from error
