"""Message push to the mini-program's own server, in safe mode. Pure but for its nonces.

Source: developers.weixin.qq.com, "message push": AES-256-CBC under a key whose head is the IV,
padded to 32 bytes; signatures are the SHA-1 of the sorted parts.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32


def signature(*parts: str) -> str:
    """Return the hex SHA-1 of the parts, sorted and joined."""
    return sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypt(message: str, app_id: str, encoding_aes_key: str, random16: bytes) -> str:
    """Return the Encrypt field: 16 random bytes, length, message, appid."""
    key = b64decode(encoding_aes_key + "=")
    text = message.encode()
    plain = random16 + len(text).to_bytes(4, "big") + text + app_id.encode()
    missing = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    sealed = encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
    return b64encode(sealed).decode()


def to_xml(message: Mapping[str, Any]) -> str:
    """Return a flat message as the XML setting sends it."""
    cells = (
        f"<{name}>{value if isinstance(value, int) else f'<![CDATA[{value}]]>'}</{name}>"
        for name, value in message.items()
    )
    return f"<xml>{''.join(cells)}</xml>"


def envelope(to_user: str, encrypted: str, form: str) -> bytes:
    """Return the body of a push: only whom it is for, and what is sealed."""
    if form == "xml":
        return to_xml({"ToUserName": escape(to_user), "Encrypt": encrypted}).encode()
    return json.dumps({"ToUserName": to_user, "Encrypt": encrypted}).encode()


def query(token: str, timestamp: int, nonce: str, encrypted: str, openid: str) -> str:
    """Return the query under which a push is sent; `msg_signature` is the one to check."""
    return urlencode(
        {
            "signature": signature(token, str(timestamp), nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": signature(token, str(timestamp), nonce, encrypted),
        }
    )
