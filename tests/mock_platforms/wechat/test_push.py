"""Message push: sealed and signed as the published samples are, in every mode and form."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from mock_platforms.wechat import push
from mock_platforms.wechat.pushes import SPOILS
from mock_platforms.wire import Outgoing, Response

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
        query = asked(call)
        sealed = json.loads(call.body)["Encrypt"]
        mark = push.signature(app.facts["push_token"], query["timestamp"], query["nonce"], sealed)
        assert (mark == query["msg_signature"]) is right
    assert opened(app, json.loads(good.body)["Encrypt"])["Event"] == message["Event"]


def opened(app: MiniProgram, sealed: str) -> dict[str, object]:
    value: dict[str, object] = json.loads(unsealed(app, sealed))
    return value


def unsealed(app: MiniProgram, sealed: str, *, anybodys: bool = False) -> str:
    """The message inside; with the appid behind it, of anybody's."""
    key = base64.b64decode(app.facts["encoding_aes_key"] + "=")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    plain = plain[16 : -plain[-1]]
    length = int.from_bytes(plain[:4], "big")
    if anybodys:
        return plain[4:].decode()
    assert plain[4 + length :].decode() == app.facts["app_id"]
    return plain[4 : 4 + length].decode()


async def test_a_push_address_is_checked_with_an_echo(app: MiniProgram) -> None:
    checked = await app.command("POST", "/wechat/check-push-url", {"url": "https://g.example/p"})
    assert checked["echoed"] is False
    assert "echostr=" in app.pushed[0].url


PUSH_URL = "https://gateway.example/push"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


def asked(call: Outgoing) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(call.url).query))


def read(body: bytes | str) -> Any:
    """What a body says, whatever its form."""
    text = body if isinstance(body, str) else body.decode()
    return json.loads(text) if text.startswith("{") else of_element(ElementTree.fromstring(text))  # noqa: S314 - the stand-in's own


def of_element(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text
    said: dict[str, Any] = {}
    for each in element:
        value = of_element(each)
        said[each.tag] = [*said[each.tag], value] if each.tag in said else [value]
    return {tag: values[0] if len(values) == 1 else values for tag, values in said.items()}


async def set_address(app: MiniProgram, mode: str = "safe", form: str = "json") -> None:
    address = {"url": PUSH_URL, "mode": mode, "form": form}
    assert await app.command("POST", "/wechat/push-address", address) == address
    for template in ("T-1", "T-2"):
        body = {"template_id": template, "keys": ["thing1"]}
        await app.command("POST", "/wechat/templates", body)


async def agree(app: MiniProgram, *also: str, **more: Any) -> None:
    body = {"openid": OPENID, "template_id": "T-1", "also": list(also), **more}
    await app.command("POST", "/wechat/consents", body)
    await app.stage.clock.run_due()


def inside(app: MiniProgram, call: Outgoing, mode: str) -> Any:
    if mode == "plain":
        return read(call.body)
    return read(unsealed(app, read(call.body)["Encrypt"]))


@pytest.mark.parametrize(
    ("mode", "sealed", "clear"),
    [("plain", False, True), ("compatible", True, True), ("safe", True, False)],
)
@pytest.mark.parametrize("form", ["json", "xml"])
async def test_each_mode_sends_what_it_says_in_either_form(
    app: MiniProgram, mode: str, sealed: bool, clear: bool, form: str
) -> None:
    await set_address(app, mode, form)
    await agree(app)
    (call,) = app.pushed
    envelope = read(call.body)
    assert ("Encrypt" in envelope, "Event" in envelope) == (sealed, clear)
    assert ("msg_signature" in asked(call)) is sealed
    assert call.headers["content-type"] == ("application/json" if form == "json" else "text/xml")
    assert inside(app, call, mode)["Event"] == "subscribe_msg_popup_event"


@pytest.mark.parametrize("mode", push.MODES)
async def test_json_lists_one_as_an_object_and_several_as_an_array(
    app: MiniProgram, mode: str
) -> None:
    await set_address(app, mode, "json")
    await agree(app)
    await agree(app, "T-2", answer="reject")
    one, two = (inside(app, call, mode)["List"] for call in app.pushed)
    accepted = {"SubscribeStatusString": "accept", "PopupScene": "0"}
    assert one == {"TemplateId": "T-1", **accepted}
    assert [(each["TemplateId"], each["SubscribeStatusString"]) for each in two] == [
        ("T-1", "reject"),
        ("T-2", "reject"),
    ]


async def test_xml_lists_inside_an_element_named_as_the_event(app: MiniProgram) -> None:
    await set_address(app, "plain", "xml")
    await agree(app, "T-2")
    said = read(app.pushed[0].body)
    assert [each["TemplateId"] for each in said["SubscribeMsgPopupEvent"]["List"]] == ["T-1", "T-2"]


async def test_what_is_withdrawn_is_told(app: MiniProgram) -> None:
    await set_address(app)
    withdrawn = {"openid": OPENID, "template_id": "T-1"}
    await app.command("POST", "/wechat/consents/withdraw", withdrawn)
    await app.stage.clock.run_due()
    told = inside(app, app.pushed[0], "safe")
    assert told["Event"] == "subscribe_msg_change_event"
    assert told["List"] == {"TemplateId": "T-1", "SubscribeStatusString": "reject"}


async def test_each_decision_of_a_citizen_has_a_second_of_its_own(app: MiniProgram) -> None:
    """Or two windows were one, by sender, moment and event."""
    await set_address(app)
    await agree(app, times=3)
    await agree(app)
    body = {"openid": OPENID, "template_id": "T-1"}
    await app.command("POST", "/wechat/consents/withdraw", body)
    await app.stage.clock.run_due()

    moments = [inside(app, call, "safe")["CreateTime"] for call in app.pushed]
    assert moments == [moments[0] + second for second in range(5)]


@pytest.mark.parametrize("undelivered", [True, False])
async def test_each_message_is_followed_by_how_it_ended(
    app: MiniProgram, undelivered: bool
) -> None:
    await set_address(app)
    await agree(app)
    if undelivered:
        app.stage.faults.add("wechat", "message_undelivered", operation="subscribe.send")
    message = {"touser": OPENID, "template_id": "T-1", "data": {"thing1": {"value": "已寄出"}}}
    token = await app.token()
    answer = await app.post("/cgi-bin/message/subscribe/send", message, access_token=token)
    await app.stage.clock.run_due()
    told = inside(app, app.pushed[-1], "safe")
    assert told["Event"] == "subscribe_msg_sent_event"
    assert told["List"]["MsgID"] == str(answer["msgid"])
    assert (told["List"]["ErrorCode"] == "0") is not undelivered


async def test_without_an_address_nothing_is_pushed(app: MiniProgram) -> None:
    await app.command("POST", "/wechat/templates", {"template_id": "T-1", "keys": ["thing1"]})
    await agree(app)
    assert app.pushed == []
    refused = await app.command("POST", "/wechat/push", {"message": {"MsgType": "text"}})
    assert "no address" in refused["error"]


async def test_what_is_not_acknowledged_is_tried_three_times_within_fifteen_seconds(
    app: MiniProgram,
) -> None:
    await set_address(app)
    app.answer = Response(200, body=b"fail")
    await agree(app)
    assert len(app.pushed) == 1
    await app.stage.clock.advance(15)
    assert len(app.pushed) == 3
    await app.stage.clock.advance(3600)
    assert len(app.pushed) == 3
    attempts = app.stage.deliveries.attempts()
    assert {attempt.outcome for attempt in attempts} == {"refused"}


@pytest.mark.parametrize("body", [b"success", b"", b'{"Encrypt":"x"}', b"<xml></xml>"])
async def test_success_nothing_and_a_reply_end_the_repeats(app: MiniProgram, body: bytes) -> None:
    await set_address(app)
    app.answer = Response(200, body=body)
    await agree(app)
    await app.stage.clock.advance(3600)
    assert len(app.pushed) == 1


@pytest.mark.parametrize("spoil", SPOILS)
async def test_each_way_of_spoiling_a_push_spoils_one_thing(app: MiniProgram, spoil: str) -> None:
    await set_address(app)
    app.stage.faults.add("wechat", spoil, operation="push.popup")
    await agree(app)
    (call,) = app.pushed
    query, sealed = asked(call), read(call.body)["Encrypt"]
    token = app.facts["push_token"]
    mark = push.signature(token, query["timestamp"], query["nonce"], sealed)
    age = int(app.stage.signing_now().timestamp()) - int(query["timestamp"])
    assert (mark == query["msg_signature"]) is (spoil not in ("push_forged", "push_flipped"))
    assert (age > 300) is (spoil == "push_stale")
    if spoil != "push_flipped":
        other = unsealed(app, sealed, anybodys=True).endswith("wx0000000000000000")
        assert other is (spoil == "push_wrong_app")


@pytest.mark.parametrize("wrong", [{"mode": "clear"}, {"form": "yaml"}])
async def test_a_mode_or_form_there_is_not_is_refused(
    app: MiniProgram, wrong: dict[str, str]
) -> None:
    refused = await app.command("POST", "/wechat/push-address", {"url": PUSH_URL, **wrong})
    assert refused["field"] in wrong
