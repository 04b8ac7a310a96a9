"""One token for all processes: fetched once, renewed before its end, replaced when refused."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.wechat.access_token import PLATFORM_TOKENS
from adapters.wechat.channel import WechatChannel
from adapters.wechat.stable_token import AccessToken
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Malformed, Refused, Unavailable
from channel_gateway.ports import Store
from channel_gateway.store.leases import acquire
from channel_gateway.vault import Vault
from tests.unit.wechat.conftest import Process
from tests.unit.wechat.server_side import FakeWechat, fails, says
from tests.unit.wechat_pay.platform_side import NOW, FakeClock, FakeRandomness

LEASE_NAME = "access token of wx1"
PHONE = "/wxa/business/getuserphonenumber"


async def test_many_callers_in_many_processes_fetch_once(
    process: Process, wechat: FakeWechat
) -> None:
    processes = [process() for _ in range(3)]

    tokens = await asyncio.gather(*(each.current() for each in processes * 5))

    assert {token.secret for token in tokens} == {"token-1"}
    assert wechat.fetches == 1


async def test_a_process_that_starts_later_takes_the_kept_token(
    process: Process, wechat: FakeWechat
) -> None:
    await process().current()

    assert (await process().current()).secret == "token-1"
    assert wechat.fetches == 1


async def test_it_is_renewed_before_its_end(
    process: Process, wechat: FakeWechat, clock: FakeClock
) -> None:
    tokens = process()
    await tokens.current()

    clock.advance(seconds=7200 - 241)
    assert (await tokens.current()).secret == "token-1"
    clock.advance(seconds=1)
    assert (await tokens.current()).secret == "token-2"
    assert wechat.fetches == 2


async def test_while_another_renews_the_old_one_serves(
    process: Process, store: Store, clock: FakeClock, wechat: FakeWechat
) -> None:
    tokens = process()
    await tokens.current()
    clock.advance(seconds=7000)
    now = milliseconds(clock.now())
    await acquire(store, LEASE_NAME, owner="another", now=now, until=now + 15_000)

    assert (await tokens.current()).secret == "token-1"
    assert wechat.fetches == 1


async def test_a_process_that_died_fetching_holds_the_others_up_for_its_lease_only(
    process: Process, store: Store, clock: FakeClock
) -> None:
    now = milliseconds(clock.now())
    await acquire(store, LEASE_NAME, owner="dead", now=now, until=now + 15_000)

    with pytest.raises(Unavailable):
        await process().current()
    clock.advance(seconds=15)

    assert (await process().current()).secret == "token-1"


async def test_a_refused_token_is_replaced_once_and_the_call_repeated(
    channel: WechatChannel, wechat: FakeWechat
) -> None:
    await channel.phone("code")
    wechat.kill_token()
    wechat.token = "nobody's"
    wechat.sent.clear()

    await channel.phone("code")

    assert wechat.paths() == [PHONE, "/cgi-bin/stable_token", PHONE]


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_token_refused_again_is_given_up(
    channel: WechatChannel, wechat: FakeWechat, errcode: int
) -> None:
    wechat.answers[PHONE] = fails(errcode)

    with pytest.raises(Unavailable, match=str(errcode)):
        await channel.phone("code")

    assert wechat.paths().count(PHONE) == 2


async def test_what_another_process_replaced_is_not_fetched_again(
    process: Process, wechat: FakeWechat
) -> None:
    one, another = process(), process()
    failing = await one.current()
    await another.current()
    wechat.kill_token()
    renewed = await another.instead_of(failing)

    assert await one.instead_of(failing) == renewed
    assert wechat.fetches == 2


async def test_many_callers_refused_at_once_fetch_once(
    process: Process, wechat: FakeWechat
) -> None:
    processes = [process() for _ in range(3)]
    failing = await processes[0].current()
    wechat.kill_token()

    tokens = await asyncio.gather(*(each.instead_of(failing) for each in processes * 5))

    assert {token.secret for token in tokens} == {"token-2"}
    assert wechat.fetches == 2


async def test_a_token_the_platform_still_thinks_good_is_returned_and_not_asked_for_ever(
    process: Process, wechat: FakeWechat
) -> None:
    tokens = process()
    failing = await tokens.current()

    assert (await tokens.instead_of(failing)).secret == failing.secret
    assert wechat.fetches == 2


async def test_a_process_that_lost_its_lease_takes_what_the_next_one_kept(
    process: Process, store: Store, wechat: FakeWechat
) -> None:
    late, quick = process(), process()

    async def lose_the_lease() -> None:
        lease = await store.get("leases", LEASE_NAME)
        assert lease is not None
        await store.replace("leases", {**lease, "until": 0}, version=lease["v"])
        await quick.current()

    wechat.meanwhile = lose_the_lease

    assert await late.current() == await quick.current()


async def test_a_token_sealed_with_a_retired_key_is_fetched_anew(
    process: Process, store: Store, wechat: FakeWechat
) -> None:
    strange = Vault({"old": b"o" * 32}, b"i" * 32, FakeRandomness())
    far = milliseconds(NOW + timedelta(days=1))
    sealed = strange.seal("token-0", "platform_tokens.token")
    document = {"_id": "wx1", "token": sealed, "renew_at": far, "ends_at": far}
    await store.insert(PLATFORM_TOKENS.name, document)

    assert (await process().current()).secret == "token-1"


async def test_a_wrong_app_secret_is_refused(process: Process, wechat: FakeWechat) -> None:
    wechat.answers["/cgi-bin/stable_token"] = fails(40125, "invalid appsecret")

    with pytest.raises(Refused, match="40125"):
        await process().current()


async def test_an_answer_without_a_token_is_malformed(process: Process, wechat: FakeWechat) -> None:
    wechat.answers["/cgi-bin/stable_token"] = says(expires_in=7200)

    with pytest.raises(Malformed):
        await process().current()


async def test_a_short_lived_token_is_not_asked_for_on_every_call(
    process: Process, wechat: FakeWechat
) -> None:
    wechat.answers["/cgi-bin/stable_token"] = says(access_token="short", expires_in=100)
    tokens = process()

    await tokens.current()
    await tokens.current()

    assert wechat.paths() == ["/cgi-bin/stable_token"]


async def test_the_token_is_nowhere_to_be_read(
    process: Process, store: Store, channel: WechatChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await process().current()
    await channel.phone("code")

    kept = await store.get(PLATFORM_TOKENS.name, "wx1")

    assert token.secret == "token-1"
    assert "token-1" not in repr(token) + repr(kept) + caplog.text
    assert token != replace(token, secret="another")
    assert "x" not in repr(AccessToken("x", 1, 2)).removeprefix("AccessToken")
