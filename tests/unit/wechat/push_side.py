"""WeChat's side of the message push, written by hand: nothing of ours and no SDK is used."""

import hashlib
import json
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from channel_gateway.wire import Headers, HttpRequest
from tests.unit.wechat_pay.platform_side import NOW

TOKEN = "AAAAA"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP = "wx1"
CITIZEN = "otFpruAK8D-E6EfStSYonYSBZ8_4"
NONCE = "1514711492"


def marked(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def sealed(
    message: bytes, *, app: str = APP, padding: bytes | None = None, length: int = -1
) -> str:
    """The Encrypt field; `padding` and `length` as somebody would write them who knows the key."""
    key = b64decode(AES_KEY + "=")
    told = (len(message) if length < 0 else length).to_bytes(4, "big")
    plain = b"a8eedb185eb2fecf" + told + message + app.encode()
    missing = 32 - len(plain) % 32
    plain += bytes([missing]) * missing if padding is None else padding
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def written(fields: dict[str, Any], form: str) -> bytes:
    if form == "json":
        return json.dumps(fields, ensure_ascii=False).encode()
    return f"<xml>{_xml(fields)}</xml>".encode()


def _xml(value: Any) -> str:
    if not isinstance(value, dict):
        return f"<![CDATA[{value}]]>"
    return "".join(
        f"<{name}>{_xml(each)}</{name}>"
        for name, given in value.items()
        for each in (given if isinstance(given, list) else [given])
    )


def asked(at: datetime = NOW, *, encrypted: str = "", token: str = TOKEN, **more: str) -> str:
    """The query of a push."""
    timestamp = str(int(at.timestamp()))
    fields = {
        "signature": marked(token, timestamp, NONCE),
        "timestamp": timestamp,
        "nonce": NONCE,
        "openid": CITIZEN,
    }
    if encrypted:
        mark = marked(token, timestamp, NONCE, encrypted)
        fields |= {"encrypt_type": "aes", "msg_signature": mark}
    return urlencode(fields | more)


def request(body: bytes, query: str, method: str = "POST") -> HttpRequest:
    return HttpRequest(method, f"/callbacks/wechat/messages?{query}", Headers(), body)


def pushed(
    fields: dict[str, Any], mode: str = "safe", form: str = "json", at: datetime = NOW
) -> HttpRequest:
    """A message as WeChat pushes it."""
    message = written(fields, form)
    if mode == "plain":
        return request(message, asked(at))
    encrypted = sealed(message)
    envelope = {"ToUserName": "gh_1", "Encrypt": encrypted}
    beside = fields if mode == "compatible" else {}
    return request(written({**beside, **envelope}, form), asked(at, encrypted=encrypted))


def event(name: str, *entries: dict[str, str], form: str = "json", at: datetime = NOW) -> Any:
    """An event that lists something, in the fields of a form."""
    listed: Any = entries[0] if len(entries) == 1 else list(entries)
    around = "".join(word.capitalize() for word in name.split("_"))
    return {
        "ToUserName": "gh_1",
        "FromUserName": CITIZEN,
        "CreateTime": int(at.timestamp()),
        "MsgType": "event",
        "Event": name,
        **({"List": listed} if form == "json" else {around: {"List": listed}}),
    }


def popup(*answers: tuple[str, str], form: str = "json", at: datetime = NOW) -> Any:
    entries = [
        {"TemplateId": template, "SubscribeStatusString": answer, "PopupScene": "0"}
        for template, answer in answers
    ]
    return event("subscribe_msg_popup_event", *entries, form=form, at=at)
