"""Logging in with an auth code, and the phone number a citizen shares."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.alipay.channel import LOGIN_CODES, AlipayChannel
from adapters.alipay.messages import TOKEN
from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.account import Account
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused, Unsigned
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Forged, GatewayError, Malformed, Refused, Unavailable
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Channel, LoginCodeInvalid, LoginCodeUsed
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpResponse
from tests.unit.alipay.alipay_side import AES_KEY, FixedClock, Gateway, refusal, signed_answer

TOKENS = {"access_token": "t", "expires_in": 3600, "open_id": "074a1CcTG1Lel", "user_id": "2088"}
WRONG_CODE = refusal("isv.code-invalid", "40002")


class Digits:
    def token(self, length: int) -> str:
        return "0" * length


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore([LOGIN_CODES])
    await store.open()
    return store


@pytest.fixture
def channel(platform: OpenPlatform, store: MemoryStore, clock: FixedClock) -> AlipayChannel:
    vault = Vault({"1": bytes(32)}, bytes(32), Digits())
    return AlipayChannel(platform, store, clock, vault, name="alipay", id_mode=IdMode.OPEN_ID)


def test_it_is_a_channel(channel: AlipayChannel) -> None:
    port: Channel = channel

    assert (port.name, port.app) == ("alipay", "2021000000000001")


async def test_a_code_becomes_an_open_id(channel: AlipayChannel, gateway: Gateway) -> None:
    gateway.answers(TOKEN, TOKENS)

    assert await channel.login("a1b2") == OpenId("074a1CcTG1Lel")
    sent = gateway.parameters()
    assert (sent["grant_type"], sent["code"]) == ("authorization_code", "a1b2")
    assert "biz_content" not in sent
    assert "a1b2" not in gateway.sent[0].url


async def test_an_application_without_open_ids_reads_the_user_id(
    platform: OpenPlatform, store: MemoryStore, clock: FixedClock, gateway: Gateway
) -> None:
    vault = Vault({"1": bytes(32)}, bytes(32), Digits())
    channel = AlipayChannel(platform, store, clock, vault, name="a", id_mode=IdMode.USER_ID)
    gateway.answers(TOKEN, TOKENS)

    assert await channel.login("a1b2") == OpenId("2088")


async def test_the_other_kind_of_id_is_no_substitute(
    channel: AlipayChannel, gateway: Gateway
) -> None:
    gateway.answers(TOKEN, {"access_token": "t", "user_id": "2088"})

    with pytest.raises(Malformed, match="id_mode"):
        await channel.login("a1b2")


async def test_a_code_nobody_saw_is_invalid(channel: AlipayChannel, gateway: Gateway) -> None:
    gateway.answers(TOKEN, WRONG_CODE, where="error_response")

    with pytest.raises(LoginCodeInvalid):
        await channel.login("a1b2")


async def test_a_code_we_saw_accepted_is_used(channel: AlipayChannel, gateway: Gateway) -> None:
    gateway.answers(TOKEN, TOKENS)
    gateway.answers(TOKEN, WRONG_CODE, where="error_response")
    await channel.login("a1b2")

    with pytest.raises(LoginCodeUsed):
        await channel.login("a1b2")


async def test_codes_are_kept_unreadable_and_for_a_day(
    channel: AlipayChannel, gateway: Gateway, store: MemoryStore, clock: FixedClock
) -> None:
    gateway.answers(TOKEN, TOKENS)
    await channel.login("a1b2")
    assert "a1b2" not in str(await store.find(LOGIN_CODES.name))

    await channel.forget_codes(clock.moment + timedelta(hours=24))
    assert await store.find(LOGIN_CODES.name) != []
    await channel.forget_codes(clock.moment + timedelta(hours=24, seconds=1))
    assert await store.find(LOGIN_CODES.name) == []


@pytest.mark.parametrize(
    ("node", "error"),
    [
        (refusal("isp.unknow-error", "20000"), Unavailable),
        (refusal("isv.invalid-signature", "40002"), AlipayRefused),
    ],
)
async def test_other_refusals_say_nothing_about_the_code(
    channel: AlipayChannel, gateway: Gateway, node: Mapping[str, Any], error: type[GatewayError]
) -> None:
    gateway.answers(TOKEN, node, where="error_response")

    with pytest.raises(error):
        await channel.login("a1b2")


@pytest.mark.parametrize(
    "reply", [Unavailable(), HttpResponse(502, body=b"<html>"), HttpResponse(200, body=b"busy")]
)
async def test_silence_and_gibberish_are_unavailable(
    channel: AlipayChannel, gateway: Gateway, reply: HttpResponse | Unavailable
) -> None:
    gateway.replies.append(reply)

    with pytest.raises(Unavailable):
        await channel.login("a1b2")


async def test_an_unsigned_answer_logs_nobody_in(channel: AlipayChannel, gateway: Gateway) -> None:
    body = json.dumps({"alipay_system_oauth_token_response": TOKENS}).encode()
    gateway.replies.append(HttpResponse(200, body=body))

    with pytest.raises(Unsigned):
        await channel.login("a1b2")


async def test_an_answer_a_stranger_signed_logs_nobody_in(
    channel: AlipayChannel, gateway: Gateway, app_key: RSAPrivateKey
) -> None:
    gateway.replies.append(signed_answer(app_key, TOKEN, TOKENS))

    with pytest.raises(Unavailable):
        await channel.login("a1b2")


def shared(key: RSAPrivateKey, said: Mapping[str, Any]) -> dict[str, str]:
    cipher = content.encrypt(json.dumps(said), AES_KEY)
    return {"response": cipher, "sign": rsa2.sign(f'"{cipher}"'.encode(), key)}


PHONE = {"code": "10000", "msg": "Success", "mobile": "13800000000"}


async def test_a_shared_phone_number_is_verified_and_opened(
    channel: AlipayChannel, alipay_key: RSAPrivateKey
) -> None:
    assert await channel.phone(json.dumps(shared(alipay_key, PHONE))) == Phone("13800000000")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"sign": ""}, Forged),
        ({"response": content.encrypt('{"mobile":"13900000000"}', AES_KEY)}, Forged),
        ({"response": "\ud800"}, Forged),
        ({"response": None}, Forged),
    ],
    ids=["unsigned", "another number", "no text", "nothing"],
)
async def test_a_phone_number_alipay_did_not_sign_is_forged(
    channel: AlipayChannel,
    alipay_key: RSAPrivateKey,
    change: dict[str, Any],
    error: type[GatewayError],
) -> None:
    with pytest.raises(error):
        await channel.phone(json.dumps({**shared(alipay_key, PHONE), **change}))


async def test_what_is_no_payload_is_malformed(channel: AlipayChannel) -> None:
    with pytest.raises(Malformed):
        await channel.phone("13800000000")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"code": "40003", "subCode": "isv.invalid-auth-relations"}, AlipayRefused),
        ({"code": "20000", "subCode": "aop.unknow-error"}, Unavailable),
        ({**PHONE, "mobile": ""}, Refused),
    ],
)
async def test_refusals_inside_the_payload_are_heard(
    channel: AlipayChannel,
    alipay_key: RSAPrivateKey,
    said: Mapping[str, Any],
    error: type[GatewayError],
) -> None:
    with pytest.raises(error):
        await channel.phone(json.dumps(shared(alipay_key, said)))


async def test_an_unencrypted_refusal_is_signed_without_quotes(
    channel: AlipayChannel, alipay_key: RSAPrivateKey
) -> None:
    node = json.dumps({"code": "40001", "subCode": "isv.missing-encrypt-key"})
    payload = f'{{"response":{node},"sign":"{rsa2.sign(node.encode(), alipay_key)}"}}'

    with pytest.raises(AlipayRefused) as raised:
        await channel.phone(payload)

    assert raised.value.says("missing-encrypt-key")


def test_our_own_public_key_is_refused_as_alipays(account: Account) -> None:
    with pytest.raises(ValueError, match="application's own"):
        replace(account, alipay_keys={"": account.app_key.public_key()})


def test_encrypting_needs_a_key(account: Account) -> None:
    with pytest.raises(ValueError, match="aes_key"):
        replace(account, aes_key=None, encrypts=True)


async def test_a_phone_number_without_a_content_key_is_refused(
    account: Account, gateway: Gateway, clock: FixedClock, store: MemoryStore
) -> None:
    platform = OpenPlatform(replace(account, aes_key=None), gateway, clock)
    vault = Vault({"1": bytes(32)}, bytes(32), Digits())
    channel = AlipayChannel(platform, store, clock, vault, name="a", id_mode=IdMode.OPEN_ID)

    with pytest.raises(Refused, match="aes_key"):
        await channel.phone(json.dumps(shared(gateway.key, PHONE)))


async def test_a_ciphertext_that_holds_no_object_is_malformed(
    channel: AlipayChannel, alipay_key: RSAPrivateKey
) -> None:
    for text in ("13800000000", "not JSON"):
        cipher = content.encrypt(text, AES_KEY)
        sign = rsa2.sign(f'"{cipher}"'.encode(), alipay_key)

        with pytest.raises(Malformed):
            await channel.phone(json.dumps({"response": cipher, "sign": sign}))
