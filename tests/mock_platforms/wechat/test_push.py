"""Message push: sealed and signed as the published samples are."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from mock_platforms.wechat import push

from .conftest import MiniProgram
from .test_login import VECTORS


def test_sealing_gives_the_published_ciphertexts() -> None:
    for name in ("push-secure-json", "push-encrypt-wxjava", "push-secure-reply"):
        vector = VECTORS[name]
        sealed = push.encrypt(
            vector["plaintext"],
            vector["appid"],
            vector["encoding_aes_key"],
            vector["random16"].encode(),
        )
        assert sealed == vector["encrypt"]


def test_signing_gives_the_published_signatures() -> None:
    plain, secure = VECTORS["push-url-verify"], VECTORS["push-secure-json"]
    assert push.signature(plain["token"], plain["timestamp"], plain["nonce"]) == plain["signature"]
    query = secure["query"]
    parts = (secure["token"], query["timestamp"], query["nonce"])
    assert push.signature(*parts) == query["signature"]
    assert push.signature(*parts, secure["encrypt"]) == query["msg_signature"]


async def test_a_good_and_a_forged_push_come_on_demand(app: MiniProgram) -> None:
    message = {"MsgType": "event", "Event": "subscribe_msg_popup_event", "FromUserName": "o1"}
    ask = {"url": "https://gateway.example/push", "message": message}
    await app.command("POST", "/wechat/send-push", ask)
    good, forged = app.pushed
    for call, right in ((good, True), (forged, False)):
        query = {name: values[0] for name, values in parse_qs(urlsplit(call.url).query).items()}
        sealed = json.loads(call.body)["Encrypt"]
        mark = push.signature(app.facts["push_token"], query["timestamp"], query["nonce"], sealed)
        assert (mark == query["msg_signature"]) is right
    assert opened(app, json.loads(good.body)["Encrypt"])["Event"] == message["Event"]


def opened(app: MiniProgram, sealed: str) -> dict[str, object]:
    key = base64.b64decode(app.facts["encoding_aes_key"] + "=")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    plain = plain[16 : -plain[-1]]
    length = int.from_bytes(plain[:4], "big")
    assert plain[4 + length :].decode() == app.facts["app_id"]
    value: dict[str, object] = json.loads(plain[4 : 4 + length])
    return value


async def test_a_push_address_is_checked_with_an_echo(app: MiniProgram) -> None:
    checked = await app.command("POST", "/wechat/check-push-url", {"url": "https://g.example/p"})
    assert checked["echoed"] is False
    assert "echostr=" in app.pushed[0].url
