"""Access tokens: two interfaces, each with its own way to kill the older ones."""

from __future__ import annotations

from .conftest import MiniProgram


async def test_every_call_makes_a_new_token_and_the_old_one_lingers(app: MiniProgram) -> None:
    old, new = await app.token(), await app.token()
    assert old != new
    assert [await app.works(old), await app.works(new)] == [0, 0]
    await app.stage.clock.advance(300)
    assert [await app.works(old), await app.works(new)] == [40001, 0]


async def test_a_stable_token_stays_the_same(app: MiniProgram) -> None:
    first = await app.stable_token()
    await app.stage.clock.advance(3600)
    again = await app.stable_token()
    assert again["access_token"] == first["access_token"]
    assert again["expires_in"] == 3600


async def test_a_stable_token_is_renewed_before_its_end(app: MiniProgram) -> None:
    first = (await app.stable_token())["access_token"]
    await app.stage.clock.advance(6901)
    second = (await app.stable_token())["access_token"]
    assert first != second
    assert [await app.works(first), await app.works(second)] == [0, 0]


async def test_a_forced_refresh_kills_at_once(app: MiniProgram) -> None:
    first = (await app.stable_token())["access_token"]
    second = (await app.stable_token(force_refresh=True))["access_token"]
    assert [await app.works(first), await app.works(second)] == [40001, 0]


async def test_forced_refreshes_keep_half_a_minute_apart(app: MiniProgram) -> None:
    first = await app.stable_token(force_refresh=True)
    assert await app.stable_token(force_refresh=True) == first


async def test_a_day_has_twenty_forced_refreshes(app: MiniProgram) -> None:
    for _ in range(20):
        await app.stable_token(force_refresh=True)
        await app.stage.clock.advance(30)
    assert (await app.stable_token(force_refresh=True))["errcode"] == 45009


async def test_neither_interface_touches_the_others_tokens(app: MiniProgram) -> None:
    stable = (await app.stable_token())["access_token"]
    plain = await app.token()
    await app.token()
    await app.stable_token(force_refresh=True)
    assert [await app.works(stable), await app.works(plain)] == [40001, 0]


async def test_a_token_ends_after_two_hours(app: MiniProgram) -> None:
    token = await app.token()
    await app.stage.clock.advance(7200)
    assert await app.works(token) == 42001


async def test_a_missing_or_invented_token_is_refused(app: MiniProgram) -> None:
    assert [await app.works(""), await app.works("invented")] == [41001, 40014]


async def test_a_token_can_be_killed_under_ones_hands(app: MiniProgram) -> None:
    token = (await app.stable_token())["access_token"]
    app.stage.faults.add("wechat", "token_killed")
    assert await app.works(token) == 40001
    fresh = (await app.stable_token())["access_token"]
    assert fresh != token
    assert await app.works(fresh) == 0
