"""How calls to departments are signed and sealed, and their answers opened. Pure.

**Inferred**: the platform's paper about it is not public. It is done as in WeChat's message push:
the SHA-1 of token, timestamp, nonce and Encrypt, sorted; AES-256-CBC under a key whose head is the
IV, padded to 32 bytes. Public are the name `wxnontaxstr` of the nonce in the address, and that an
answer is decrypted too (`third_resp_data`).
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from mock_platforms.wechat import push
from mock_platforms.wire import Headers, Outgoing

STRANGER = "another token"


@dataclass(frozen=True, slots=True)
class Keys:
    app_id: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)


def sealed_call(
    keys: Keys, url: str, message: Mapping[str, Any], *, timestamp: int, nonce: str, chance: str
) -> Outgoing:
    """Return a call to a department; `chance` is 16 letters."""
    text = json.dumps(message, ensure_ascii=False)
    encrypted = push.encrypt(text, keys.app_id, keys.encoding_aes_key, chance.encode())
    query = urlencode(
        {
            "timestamp": timestamp,
            "wxnontaxstr": nonce,
            "msg_signature": push.signature(keys.token, str(timestamp), nonce, encrypted),
        }
    )
    body = json.dumps({"appid": keys.app_id, "Encrypt": encrypted}).encode()
    joint = "&" if "?" in url else "?"
    headers = Headers({"Content-Type": "application/json"})
    return Outgoing("POST", f"{url}{joint}{query}", headers, body)


def errcode_of(answer: str) -> int | None:
    """Return what a department answered; None: nothing that can be read."""
    try:
        errcode = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError):
        return None
    return errcode if isinstance(errcode, int) else None


def opened_answer(keys: Keys, answer: str) -> dict[str, Any] | None:
    """Return what a department sealed into its answer; None when it does not hold or open."""
    try:
        said = json.loads(answer)
        parts = (str(said["TimeStamp"]), said["Nonce"], said["Encrypt"])
        if said["MsgSignature"] != push.signature(keys.token, *parts):
            return None
        key = b64decode(keys.encoding_aes_key + "=")
        decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
        plain = decryptor.update(b64decode(said["Encrypt"])) + decryptor.finalize()
        content = plain[16 : -plain[-1]]
        end = 4 + int.from_bytes(content[:4], "big")
        if content[end:].decode() != keys.app_id:
            return None
        told = json.loads(content[4:end])
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return told if isinstance(told, dict) else None
