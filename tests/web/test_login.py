"""Logging in and out through channels, and what a session token bears."""

from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Unauthorized
from channel_gateway.domain.people import OpenId
from channel_gateway.web.sessions import Sessions


async def log_in(client, channel="wechat", code="code-1"):
    return await client.post("/v1/sessions", json={"channel": channel, "code": code})


async def test_a_login_code_becomes_a_session_that_opens_citizens_routes(client):
    answer = await log_in(client)
    assert answer.status == 201
    token = (await answer.json())["token"]
    shown = await client.get("/v1/wishes/7", headers={"Authorization": f"Bearer {token}"})
    assert await shown.json() == {"number": "7", "title": "wechat"}


async def test_a_token_holds_no_openid(client):
    assert "openid" not in (await (await log_in(client)).json())["token"]


async def test_an_unknown_channel_is_named_as_the_wrong_field(client):
    answer = await log_in(client, channel="pigeon")
    assert (answer.status, (await answer.json())["field"]) == (422, "channel")


async def test_a_login_code_works_once(client):
    await log_in(client)
    problem = await (await log_in(client)).json()
    assert problem["code"] == "login_code_used"


async def test_logging_out_ends_the_session_at_once(client, citizen):
    assert (await client.delete("/v1/sessions/current", headers=citizen)).status == 204
    assert (await client.get("/v1/wishes/7", headers=citizen)).status == 401


async def test_logging_out_is_known_to_another_process_after_its_next_look(
    client, citizen, store, clock, dice, vault, sessions
):
    elsewhere = Sessions(store, {"k1": b"1" * 32}, clock, dice, vault)
    token = citizen["Authorization"].removeprefix("Bearer ")
    elsewhere.read(token, clock.now())
    await client.delete("/v1/sessions/current", headers=citizen)
    await elsewhere.refresh()
    with pytest.raises(Unauthorized, match="ended"):
        elsewhere.read(token, clock.now())


async def test_a_session_expires_at_its_very_moment_however_often_it_was_read(sessions, clock):
    token = await sessions.issue("wechat", "wx1", OpenId("openid-1"))
    session = sessions.read(token, clock.now())
    assert sessions.read(token, session.expires_at - timedelta(milliseconds=1)) == session
    with pytest.raises(Unauthorized, match="expired"):
        sessions.read(token, session.expires_at)


async def test_an_expired_session_is_refused_but_does_not_hinder_a_new_login(
    client, citizen, clock
):
    clock.move(hours=13)
    assert (await client.get("/v1/wishes/7", headers=citizen)).status == 401
    again = await client.post(
        "/v1/sessions", json={"channel": "wechat", "code": "code-2"}, headers=citizen
    )
    assert again.status == 201


async def test_a_session_of_an_app_that_is_no_longer_served_is_refused(client, sessions):
    token = await sessions.issue("wechat", "wx-of-old", OpenId("openid-1"))
    answer = await client.get("/v1/wishes/7", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401


async def test_a_shared_phone_is_answered_masked_and_stored_sealed(
    client, citizen, sessions, store, clock
):
    answer = await client.post("/v1/me/phone", json={"payload": "p"}, headers=citizen)
    assert await answer.json() == {"phone": "138****8000"}
    token = citizen["Authorization"].removeprefix("Bearer ")
    person = sessions.read(token, clock.now()).citizen
    assert (await sessions.phone(person)).reveal() == "13800138000"
    assert "13800138000" not in str(await store.get("identities", person))


async def test_a_forged_phone_payload_is_the_callers_fault(client, citizen):
    answer = await client.post("/v1/me/phone", json={"payload": "forged"}, headers=citizen)
    assert (answer.status, (await answer.json())["field"]) == (422, "payload")


async def test_a_citizen_is_the_same_person_at_every_login_and_another_elsewhere(sessions, clock):
    async def person(channel, app):
        token = await sessions.issue(channel, app, OpenId("openid-1"))
        return sessions.read(token, clock.now()).citizen

    assert await person("wechat", "wx1") == await person("wechat", "wx1")
    assert await person("wechat", "wx1") != await person("alipay", "2021")
    assert (await sessions.openid(await person("wechat", "wx1"))).reveal() == "openid-1"
