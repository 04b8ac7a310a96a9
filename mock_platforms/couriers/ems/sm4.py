"""Opening what a customer sealed: Base64 after `|$4|`, SM4-ECB, PKCS#7, the key's text at the end.

Source: public clients of api.ems.com.cn. Pure.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from mock_platforms.couriers.ems.refusals import NOT_SEALED, Refused

BLOCK = 16


def unseal(text: str, sign_key: str) -> bytes:
    """Raises Refused: another key, another mode, no padding, no key behind the text."""
    if not text.startswith("|$4|"):
        raise Refused(*NOT_SEALED)
    try:
        boxed = b64decode(text[4:], validate=True)
    except NotBase64 as error:
        raise Refused(*NOT_SEALED) from error
    if not boxed or len(boxed) % BLOCK:
        raise Refused(*NOT_SEALED)
    opener = Cipher(algorithms.SM4(b64decode(sign_key)), modes.ECB()).decryptor()  # noqa: S305
    plain = opener.update(boxed) + opener.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise Refused(*NOT_SEALED)
    content, tail = plain[:-padding], sign_key.encode()
    if not content.endswith(tail):
        raise Refused(*NOT_SEALED)
    return content[: -len(tail)]
