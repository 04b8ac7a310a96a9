"""PyPI wechatpy, unmodified, against the stand-in of WeChat's open platform.

Its addresses are written into its methods, but it speaks through a `requests` session of its own,
where a transport adapter leads one address elsewhere.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import fromstring

import pytest
import requests
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException, WeChatClientException
from wechatpy.utils import check_signature

from tests.sdk.stand_ins import Callback, Receiver, StandIns

pytestmark = [
    pytest.mark.sdk,
    # The SDK's mini-program calls still go through methods that the SDK itself has deprecated.
    pytest.mark.filterwarnings("ignore:`_(get|post)` method of `WeChatClient` is deprecated"),
]

OFFICIAL = "https://api.weixin.qq.com"
TEMPLATE = "TEMPLATE-1"
CERTIFICATE = {
    "cert_type": "IDENTITY_CARD",
    "cert_name": "林示例",
    "cert_no": "990101199001010019",  # of a region that does not exist
}
# By `openssl dgst -sha256`, over `cert_type=…&cert_name=…&cert_no=…` in Base64.
CERT_HASH = "86fc71e7820af61d90510a1f31a4bb765200a9c86733f9cf920d75aac23b9220"


class Elsewhere(HTTPAdapter):
    """Sends to another root address what is meant for the official one."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        request.url = self.root + str(request.url).removeprefix(OFFICIAL)
        return super().send(request, *args, **kwargs)


@pytest.fixture
def sdk(stand_ins: StandIns) -> WeChatClient:
    wechat = stand_ins.section("wechat")
    client = WeChatClient(wechat["app_id"], wechat["app_secret"])
    client._http.mount(OFFICIAL, Elsewhere(wechat["base_url"]))
    return client


@pytest.fixture
def crypto(stand_ins: StandIns) -> WeChatCrypto:
    wechat = stand_ins.section("wechat")
    return WeChatCrypto(wechat["push_token"], wechat["encoding_aes_key"], wechat["app_id"])


def opened(crypto: WeChatCrypto, push: Callback) -> str:
    """Return what a pushed message says. Raises when its signature is not WeChat's."""
    query = dict(parse_qsl(urlsplit(push.target).query))
    signed = (query["msg_signature"], query["timestamp"], query["nonce"])
    # Of forms it knows XML; of JSON it takes what was read already.
    body = push.body if push.body.startswith(b"<") else json.loads(push.body)
    return crypto.decrypt_message(body, *signed)


def test_a_login_code_becomes_a_session_once(sdk: WeChatClient, stand_ins: StandIns) -> None:
    login = stand_ins.command("POST", "/wechat/login-codes")
    session = sdk.wxa.code_to_session(login["code"])
    assert session["openid"] == login["openid"]
    with pytest.raises(WeChatClientException) as refused:
        sdk.wxa.code_to_session(login["code"])
    assert refused.value.errcode == 40163


def test_a_phone_code_becomes_a_number(sdk: WeChatClient, stand_ins: StandIns) -> None:
    code = stand_ins.command("POST", "/wechat/phone-codes", phone="13800000000")["code"]
    url = f"{OFFICIAL}/wxa/business/getuserphonenumber"
    answer = sdk.post(url, data={"code": code})
    assert answer["phone_info"]["purePhoneNumber"] == "13800000000"


def test_a_face_proves_who_the_citizen_is(sdk: WeChatClient, stand_ins: StandIns) -> None:
    openid = stand_ins.command("POST", "/wechat/login-codes")["openid"]
    face = f"{OFFICIAL}/cityservice/face/identify"
    begun = sdk.post(
        f"{face}/getverifyid",
        data={"out_seq_no": "PROOF-1", "cert_info": CERTIFICATE, "openid": openid},
    )
    stand_ins.command("POST", f"/wechat/face/{begun['verify_id']}/pass")
    asked = {
        "verify_id": begun["verify_id"],
        "out_seq_no": "PROOF-1",
        "cert_hash": CERT_HASH,
        "openid": openid,
    }
    assert sdk.post(f"{face}/queryverifyinfo", data=asked)["verify_ret"] == 10000
    with pytest.raises(WeChatClientException) as refused:
        sdk.post(f"{face}/queryverifyinfo", data=asked | {"cert_hash": "0" * 64})
    assert 84000 < refused.value.errcode < 84100


@pytest.fixture
def citizen(stand_ins: StandIns) -> str:
    """The openid of a citizen who has agreed to one message."""
    openid = stand_ins.command("POST", "/wechat/login-codes")["openid"]
    stand_ins.command("POST", "/wechat/templates", template_id=TEMPLATE, keys=["thing1"])
    stand_ins.command("POST", "/wechat/consents", openid=openid, template_id=TEMPLATE)
    return openid


def test_one_consent_lets_one_message_through(
    sdk: WeChatClient, citizen: str, stand_ins: StandIns
) -> None:
    said = {"thing1": {"value": "证照已寄出"}}
    sdk.wxa.send_subscribe_message(citizen, TEMPLATE, said)
    got = stand_ins.command("GET", f"/wechat/phones/{citizen}/messages")["messages"]
    assert [message["data"] for message in got] == [{"thing1": "证照已寄出"}]
    with pytest.raises(WeChatClientException) as refused:
        sdk.wxa.send_subscribe_message(citizen, TEMPLATE, said)
    assert refused.value.errcode == 43101


def test_a_killed_token_is_replaced_by_the_sdk(
    sdk: WeChatClient, citizen: str, stand_ins: StandIns
) -> None:
    stand_ins.break_once("wechat", "token_killed", "access_token")
    sdk.wxa.send_subscribe_message(citizen, TEMPLATE, {"thing1": {"value": "证照已寄出"}})
    seen = stand_ins.command("GET", "/requests?platform=wechat")["requests"]
    operations = [call["operation"] for call in seen]
    assert operations == ["token", "subscribe.send", "token", "subscribe.send"]


def test_a_pushed_message_opens_and_a_forged_one_does_not(
    crypto: WeChatCrypto, stand_ins: StandIns, merchant: Receiver
) -> None:
    message = {"MsgType": "event", "Event": "subscribe_msg_popup_event", "FromUserName": "oCitizen"}
    stand_ins.command("POST", "/wechat/send-push", url=merchant.url, message=message, form="xml")
    good, forged = merchant.next(), merchant.next()
    assert "subscribe_msg_popup_event" in opened(crypto, good)
    with pytest.raises(InvalidSignatureException):
        opened(crypto, forged)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("mode", ["compatible", "safe"])
def test_wechatpy_opens_what_is_sealed_in_either_mode_and_form(
    crypto: WeChatCrypto, stand_ins: StandIns, merchant: Receiver, mode: str, form: str
) -> None:
    message = {
        "MsgType": "text",
        "Content": "什么时候能办好？",
        "FromUserName": "oCitizen",
        "MsgId": 1,
    }
    command = {"url": merchant.url, "message": message, "mode": mode, "form": form}
    stand_ins.command("POST", "/wechat/send-push", **command)
    inside = opened(crypto, merchant.next())
    said = json.loads(inside) if form == "json" else {e.tag: e.text for e in fromstring(inside)}  # noqa: S314 - the stand-in's own
    assert said["Content"] == message["Content"]
    with pytest.raises(InvalidSignatureException):
        opened(crypto, merchant.next())


def test_wechatpy_believes_the_signature_of_a_push_in_clear(
    stand_ins: StandIns, merchant: Receiver
) -> None:
    message = {"MsgType": "event", "Event": "user_enter_tempsession", "FromUserName": "oCitizen"}
    command = {"url": merchant.url, "message": message, "mode": "plain"}
    stand_ins.command("POST", "/wechat/send-push", **command)
    good, forged = merchant.next(), merchant.next()
    token = stand_ins.section("wechat")["push_token"]

    def check(push: Callback) -> None:
        query = dict(parse_qsl(urlsplit(push.target).query))
        check_signature(token, query["signature"], query["timestamp"], query["nonce"])

    check(good)
    assert message.items() <= json.loads(good.body).items()
    with pytest.raises(InvalidSignatureException):
        check(forged)


def test_an_official_account_sends_city_messages_with_its_own_token(stand_ins: StandIns) -> None:
    wechat = stand_ins.section("wechat")
    client = WeChatClient(wechat["city_app_id"], wechat["city_app_secret"])
    client._http.mount(OFFICIAL, Elsewhere(wechat["base_url"]))
    template = stand_ins.command("POST", "/wechat/city-templates", keys=["keynote1"])
    card = {
        "openid": "oCitizen",
        "biz_template_id": template["biz_template_id"],
        "order_no": "N1",
        "data": {"keynote1": {"value": "已签收"}},
    }
    url = f"{OFFICIAL}/cityservice/sendmsgdata"
    assert client.post(url, data=card)["errcode"] == 0
    with pytest.raises(WeChatClientException) as refused:
        client.post(url, data=card | {"biz_template_id": "another"})
    assert refused.value.errcode == 40037
