"""Message push to the mini-program's own server, in three modes and two forms. Pure.

Source: developers.weixin.qq.com, "message push": AES-256-CBC under a key whose head is the IV,
padded to 32 bytes; signatures are the SHA-1 of the sorted parts.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32
MODES = ("plain", "compatible", "safe")
FORMS = ("json", "xml")


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


def in_form(message: Mapping[str, Any], form: str) -> str:
    """Return a message as the console's setting writes it."""
    if form == "xml":
        return f"<xml>{_xml(message)}</xml>"
    return json.dumps(message, ensure_ascii=False)


def listing(event: str, entries: Sequence[Mapping[str, Any]], form: str) -> dict[str, Any]:
    """Return what an event lists: JSON gives one entry as an object, several as an array; XML has
    all inside an element named as the event is.
    """
    listed = entries[0] if len(entries) == 1 else list(entries)
    if form == "json":
        return {"List": listed}
    return {"".join(word.capitalize() for word in event.split("_")): {"List": listed}}


def body(message: Mapping[str, Any], encrypted: str, mode: str, form: str) -> bytes:
    """Return what travels: the message, the sealed message, or both."""
    if mode == "plain":
        return in_form(message, form).encode()
    envelope = {"ToUserName": message["ToUserName"], "Encrypt": encrypted}
    return in_form({**(message if mode == "compatible" else {}), **envelope}, form).encode()


def query(
    token: str, timestamp: int, nonce: str, encrypted: str, openid: str, mode: str = "safe"
) -> str:
    """Return the query under which a push is sent; `msg_signature` is the one to check of sealed
    ones.
    """
    plain = {
        "signature": signature(token, str(timestamp), nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": openid,
    }
    sealed = {
        "encrypt_type": "aes",
        "msg_signature": signature(token, str(timestamp), nonce, encrypted),
    }
    return urlencode(plain if mode == "plain" else {**plain, **sealed})


def _xml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(
            f"<{name}>{_xml(each)}</{name}>"
            for name, given in value.items()
            for each in (given if isinstance(given, list) else [given])
        )
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return escape(text) if "]]>" in text else f"<![CDATA[{text}]]>"
