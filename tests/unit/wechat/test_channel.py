"""Who the citizen is, and the number they share."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError

from adapters.wechat import Settings, build
from adapters.wechat.app import App
from adapters.wechat.channel import WechatChannel
from channel_gateway.domain.errors import Malformed, Refused, TooMany, Unavailable
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import (
    Channel,
    LoginCodeExpired,
    LoginCodeInvalid,
    LoginCodeUsed,
    Store,
    Tools,
)
from channel_gateway.service import Table
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpResponse
from tests.unit.wechat.server_side import SESSION_KEY, FakeWechat, fails, says
from tests.unit.wechat_pay.platform_side import FakeClock, FakeRandomness

LOGIN = "/sns/jscode2session"
PHONE = "/wxa/business/getuserphonenumber"


def test_it_is_a_channel(channel: WechatChannel) -> None:
    port: Channel = channel

    assert (port.name, port.app) == ("wechat", "wx1")


async def test_a_login_code_becomes_an_openid_without_any_token(
    channel: WechatChannel, wechat: FakeWechat
) -> None:
    openid = await channel.login("0a b&c")

    split = urlsplit(wechat.sent[0].url)
    assert openid == OpenId("openid-of-0a b&c")
    assert [split.path] == wechat.paths() == [LOGIN]
    assert dict(parse_qsl(split.query)) == {
        "appid": "wx1",
        "secret": "the-app-secret",
        "js_code": "0a b&c",
        "grant_type": "authorization_code",
    }


async def test_of_a_login_only_the_openid_comes_back(channel: WechatChannel) -> None:
    openid = await channel.login("code")

    assert SESSION_KEY not in openid.reveal()
    assert not hasattr(openid, "session_key")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (fails(40029, "invalid code"), LoginCodeInvalid),
        (fails(40163, "code been used"), LoginCodeUsed),
        (fails(42003), LoginCodeExpired),
        (fails(40226), Refused),
        (fails(40013), Refused),
        (fails(45011), TooMany),
        (fails(45009), TooMany),
        (fails(-1), Unavailable),
        (HttpResponse(502), Unavailable),
        (HttpResponse(200, body=b'{"openid":'), Unavailable),
        (HttpResponse(200, body=b"[]"), Unavailable),
        (says(session_key=SESSION_KEY), Malformed),
    ],
)
async def test_each_failure_of_a_login_has_its_own_name(
    channel: WechatChannel, wechat: FakeWechat, answer: HttpResponse, error: type[Exception]
) -> None:
    wechat.answers[LOGIN] = answer

    with pytest.raises(error) as raised:
        await channel.login("the-code")

    assert type(raised.value) is error
    for secret in ("the-code", "the-app-secret", SESSION_KEY):
        assert secret not in str(raised.value)


async def test_a_shared_number_is_read(channel: WechatChannel, wechat: FakeWechat) -> None:
    assert await channel.phone("phone-code") == Phone("13800000000")
    assert json.loads(wechat.sent[-1].body) == {"code": "phone-code"}


async def test_a_number_shared_with_another_app_is_not_taken(
    channel: WechatChannel, wechat: FakeWechat
) -> None:
    info = {"purePhoneNumber": "13800000000", "watermark": {"appid": "wx2"}}
    wechat.answers[PHONE] = says(errcode=0, phone_info=info)

    with pytest.raises(Malformed, match="another app"):
        await channel.phone("code")


async def test_an_answer_without_a_number_is_malformed(
    channel: WechatChannel, wechat: FakeWechat
) -> None:
    wechat.answers[PHONE] = says(errcode=0)

    with pytest.raises(Malformed):
        await channel.phone("code")


async def test_a_wrong_phone_code_is_refused(channel: WechatChannel, wechat: FakeWechat) -> None:
    wechat.answers[PHONE] = fails(40029, "invalid code")

    with pytest.raises(Refused, match="40029"):
        await channel.phone("code")


def test_an_app_prints_no_secret(app: App) -> None:
    assert "the-app-secret" not in repr(app)


@pytest.mark.parametrize(
    ("section", "named"),
    [
        ({"app_id": "wx1", "app_secret": "s"}, "base_url"),
        ({"base_url": "http://x", "app_secret": "s"}, "app_id"),
        ({"base_url": "http://x", "app_id": "wx1"}, "app_secret"),
        ({"base_url": "http://x", "app_id": "wx1", "app_secret": "s", "appid": ""}, "appid"),
    ],
)
def test_a_wrong_section_is_named(section: dict[str, str], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate(section)


def test_the_secret_may_stand_in_the_section() -> None:
    section = {"base_url": "http://x/", "app_id": "wx1", "app_secret": "the-app-secret"}

    app = Settings.model_validate(section).app()

    assert (app.base_url, app.secret) == ("http://x", "the-app-secret")


def test_building_offers_the_channel(
    store: Store, wechat: FakeWechat, clock: FakeClock, vault: Vault, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("the-app-secret\n")
    secret_file = str(tmp_path / "secret")
    table = Table()
    tools = Tools(
        name="wechat",
        section={"base_url": "http://x/", "app_id": "wx1", "app_secret_file": secret_file},
        store=store,
        http=wechat,
        clock=clock,
        randomness=FakeRandomness(),
        vault=vault,
        identities=None,  # type: ignore[arg-type]  # a channel asks nobody who somebody is
        chains=None,  # type: ignore[arg-type]  # appends nothing
        public_url="https://gateway.example",
    )

    build(table, tools)

    assert table.offered(Channel)["wechat"].app == "wx1"
