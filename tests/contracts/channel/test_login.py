"""What every channel must make of login codes: good, wrong, used, expired, and of no answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Forged, Malformed, Refused, TooMany, Unavailable
from channel_gateway.ports import Channel
from channel_gateway.wire import Headers, HttpResponse
from tests.contracts.channel.door import Door
from tests.contracts.rig import ChannelRig, rigs

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")
UNBELIEVABLE = (Forged, Malformed, Unavailable)
# The others' names rest on TLS alone.
SIGNED = [rig for rig in rigs(ChannelRig, "CHANNEL") if rig.answers_signed]


async def test_a_good_code_says_who_the_citizen_is(door: Door) -> None:
    citizen = await door.somebody()

    openid = await door.channel.login(citizen.code)

    assert openid.reveal() == citizen.openid
    assert citizen.openid not in repr(openid)


async def test_the_same_citizen_has_the_same_name_each_time(door: Door) -> None:
    first = await door.somebody()
    again = await door.somebody(first.openid)

    assert first.code != again.code
    assert await door.channel.login(first.code) == await door.channel.login(again.code)


async def test_two_citizens_have_two_names(door: Door) -> None:
    one, other = await door.somebody(), await door.somebody()

    assert await door.channel.login(one.code) != await door.channel.login(other.code)


async def test_a_wrong_code_is_refused_as_wrong(door: Door) -> None:
    with pytest.raises(door.rig.wrong) as refusal:
        await door.channel.login("made-up-by-somebody")

    assert refusal.type is door.rig.wrong


async def test_a_code_works_once(door: Door) -> None:
    citizen = await door.somebody()
    await door.channel.login(citizen.code)

    with pytest.raises(door.rig.used) as refusal:
        await door.channel.login(citizen.code)

    assert refusal.type is door.rig.used


async def test_an_expired_code_is_refused(door: Door) -> None:
    citizen = await door.somebody()
    await door.world.advance(door.rig.code_life + timedelta(seconds=1))

    with pytest.raises(door.rig.expired) as refusal:
        await door.channel.login(citizen.code)

    assert refusal.type is door.rig.expired


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_login_that_broke_is_unknown_and_a_new_code_works(door: Door, kind: str) -> None:
    citizen = await door.somebody()

    async with door.broken(kind):
        with pytest.raises(Unavailable) as unknown:
            await door.channel.login(citizen.code)

    assert citizen.code not in str(unknown.value)
    fresh = await door.somebody(citizen.openid)
    assert (await door.channel.login(fresh.code)).reveal() == citizen.openid


async def test_a_platform_that_is_asked_too_often_is_asked_later(door: Door) -> None:
    citizen = await door.somebody()

    async with door.broken("too_many_requests"):
        with pytest.raises((TooMany, Unavailable)):
            await door.channel.login(citizen.code)


async def test_without_a_line_nothing_is_known(door: Door) -> None:
    citizen = await door.somebody()
    door.world.line.cut = True

    with pytest.raises(Unavailable):
        await door.channel.login(citizen.code)


@pytest.mark.parametrize("page", [b"", b"<html>moved</html>", b"null", b"[]", b"{}", b"\xff"])
async def test_what_is_no_answer_lets_nobody_in(door: Door, page: bytes) -> None:
    citizen = await door.somebody()
    door.world.line.spoil = lambda response: replace(response, body=page)

    with pytest.raises(UNBELIEVABLE):
        await door.channel.login(citizen.code)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_proxys_error_page_lets_nobody_in(door: Door, status: int) -> None:
    citizen = await door.somebody()
    door.world.line.spoil = lambda response: HttpResponse(status, Headers(), b"<html>sorry</html>")

    with pytest.raises(Unavailable):
        await door.channel.login(citizen.code)


@pytest.mark.parametrize("rig", SIGNED, ids=lambda rig: rig.plugin)
async def test_nobody_gets_another_name_on_the_way(door: Door) -> None:
    citizen = await door.somebody()
    name, other = citizen.openid.encode(), citizen.openid[::-1].encode()
    door.world.line.spoil = lambda told: replace(told, body=told.body.replace(name, other))

    with pytest.raises((Forged, Unavailable)):
        await door.channel.login(citizen.code)


def test_a_channel_says_its_name_and_our_application(door: Door) -> None:
    channel: Channel = door.channel

    assert channel.name == door.rig.plugin
    assert channel.app


async def test_a_shared_phone_number_is_read_and_prints_masked(door: Door) -> None:
    phone = await door.channel.phone(await door.rig.share_phone(door.world, "13800000000"))

    assert phone.reveal() == "13800000000"
    assert str(phone) == "138****0000"


async def test_a_phone_payload_the_platform_did_not_make_is_refused(door: Door) -> None:
    payload = await door.rig.share_phone(door.world, "13800000000")
    place = len(payload) // 2
    altered = payload[:place] + ("A" if payload[place] != "A" else "B") + payload[place + 1 :]

    for made_up in (altered, "made-up-by-somebody"):
        with pytest.raises((Forged, Malformed, Refused)):
            await door.channel.phone(made_up)
