"""Messages to the application gateway: signed under the V2 rule, repeated until they are taken."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography.exceptions import InvalidSignature

from mock_platforms.alipay.ciphers import decrypt_content
from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Ear, command, openssl_says, verify
from tests.mock_platforms.alipay.phone import OPEN_ID, subscribe, template

URL = "http://gateway.example/callbacks/alipay/messages"
LADDER_S = (240, 600, 600, 3600, 7200, 21600, 54000)


@pytest.fixture(autouse=True)
async def address(stage: Stage) -> None:
    await command(stage, "POST", "/alipay/application-gateway", {"url": URL})


async def tell(stage: Stage, **more: Any) -> Any:
    asked = {"msg_method": "alipay.some.message", "biz_content": {"note": "费 用/+"}, **more}
    return await command(stage, "POST", "/alipay/gateway-messages", asked)


def opened(body: bytes, charset: str = "utf-8") -> dict[str, str]:
    return dict(parse_qsl(body.decode(), encoding=charset))


def signed_text(params: dict[str, str]) -> str:
    """The V2 rule, written here a second time."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "sign")


async def test_a_message_is_signed_with_its_sign_type(
    stage: Stage, ear: Ear, section: dict[str, Any], tmp_path: Any
) -> None:
    told = await tell(stage)

    (call,) = ear.got
    params = opened(call.body)
    text = signed_text(params)
    assert call.url == URL
    assert "sign_type=RSA2" in text
    said = openssl_says(text, params["sign"], section["alipay_public_key_file"], tmp_path)
    assert said == "Verified OK"
    assert params["notify_id"] == told["notify_id"]
    assert params["app_id"] == section["app_id"]
    assert json.loads(params["biz_content"]) == {"note": "费 用/+"}
    assert len(params["utc_timestamp"]) == 13


async def test_a_message_may_be_in_gbk(stage: Stage, ear: Ear, section: dict[str, Any]) -> None:
    await tell(stage, charset="GBK")

    params = opened(ear.got[0].body, "gbk")
    verify(signed_text(params), params["sign"], section["alipay_public_key_file"], "gbk")
    assert "费 用" in params["biz_content"]


async def test_a_message_may_be_encrypted(stage: Stage, ear: Ear, section: dict[str, Any]) -> None:
    await tell(stage, encrypted=True)

    params = opened(ear.got[0].body)
    verify(signed_text(params), params["sign"], section["alipay_public_key_file"])
    assert params["encrypt_type"] == "AES"
    plain = decrypt_content(params["biz_content"], section["aes_key"])
    assert json.loads(plain) == {"note": "费 用/+"}


async def test_it_is_repeated_on_the_ladder_with_one_id_and_one_moment(
    stage: Stage, ear: Ear
) -> None:
    ear.answer = b"fail"
    await tell(stage)
    for number, gap in enumerate(LADDER_S, start=2):
        await stage.clock.advance(gap)
        assert len(ear.got) == number
    await stage.clock.advance(10 * 86400)

    assert len(ear.got) == 8
    assert len({opened(call.body)["notify_id"] for call in ear.got}) == 1
    assert len({opened(call.body)["utc_timestamp"] for call in ear.got}) == 1


async def test_success_ends_the_repeats(stage: Stage, ear: Ear) -> None:
    await tell(stage)
    await stage.clock.advance(100000)

    assert len(ear.got) == 1


async def test_a_forged_message_does_not_verify(
    stage: Stage, ear: Ear, section: dict[str, Any]
) -> None:
    await tell(stage, forged=True)

    params = opened(ear.got[0].body)
    with pytest.raises(InvalidSignature):
        verify(signed_text(params), params["sign"], section["alipay_public_key_file"])


@pytest.mark.parametrize(
    ("kind", "field"),
    [("notify_forged", "sign"), ("notify_stale", "utc_timestamp"), ("notify_wrong_app", "app_id")],
)
async def test_a_message_can_be_spoiled_in_one_way(
    stage: Stage, ear: Ear, kind: str, field: str
) -> None:
    stage.faults.add("alipay", kind, operation="application_gateway")
    ear.answer = b"fail"
    await tell(stage)
    await stage.clock.advance(300)

    spoiled, whole = (opened(call.body) for call in ear.got)
    assert {name for name in whole if whole[name] != spoiled[name]} - {"sign"} | {"sign"} == {
        "sign",
        field,
    }


async def test_messages_can_come_twice_be_lost_and_change_places(stage: Stage, ear: Ear) -> None:
    stage.faults.add("alipay", "notify_doubled", operation="application_gateway")
    await tell(stage, msg_method="alipay.first")
    stage.faults.add("alipay", "notify_lost", operation="application_gateway")
    await tell(stage, msg_method="alipay.second")
    stage.faults.add("alipay", "notify_reordered", operation="application_gateway")
    await tell(stage, msg_method="alipay.third")
    await tell(stage, msg_method="alipay.fourth")
    await stage.clock.advance(300)

    came = [opened(call.body)["msg_method"].removeprefix("alipay.") for call in ear.got]
    assert came == ["first", "first", "fourth", "third", "second"]


async def test_a_decision_about_messages_is_told(stage: Stage, ear: Ear) -> None:
    await template(stage, "booked", "onetime", "keyword1")
    await subscribe(stage, "booked")
    await subscribe(stage, "booked", declined=True)

    told = [opened(call.body) for call in ear.got]
    content = [json.loads(each["biz_content"]) for each in told]
    assert {each["open_id"] for each in content} == {OPEN_ID}
    assert [each["subscribe_relations"][0]["subscribe_state"] for each in content] == ["1", "0"]


async def test_without_an_address_nothing_is_told(stage: Stage, ear: Ear) -> None:
    await command(stage, "POST", "/alipay/application-gateway", {"url": ""})

    assert "error" in await tell(stage)
    assert ear.got == []
