"""Calls, faults and callbacks of a stage without sockets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mock_platforms.commands import Refused
from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Ending, Request, Response

from .conftest import Merchant

Write = Callable[[str], Awaitable[Response]]


async def tell(stage: Stage, letter: str) -> None:
    await control(stage, Request("POST", f"/post/{letter}/tell"))
    await stage.clock.run_due()


async def test_an_unknown_path_names_itself(stage: Stage) -> None:
    response = await stage.handle("post", Request("GET", "/parcels"))
    assert response.status == 501
    assert b"/parcels" in response.body


async def test_the_wrong_method_is_refused(stage: Stage) -> None:
    assert (await stage.handle("post", Request("GET", "/letters/a"))).status == 405


async def test_a_lost_reply_was_processed(stage: Stage, write: Write) -> None:
    stage.faults.add("post", "reply_lost")
    assert (await write("a")).ending is Ending.LOST
    assert b":2" in (await write("b")).body


async def test_a_cut_connection_processed_nothing(stage: Stage, write: Write) -> None:
    stage.faults.add("post", "connection_cut")
    assert (await write("a")).ending is Ending.LOST
    assert b":1" in (await write("b")).body


@pytest.mark.parametrize(("kind", "processed"), [("server_error", 1), ("server_error_after", 2)])
async def test_a_server_error_says_nothing_of_whether_it_processed(
    stage: Stage, write: Write, kind: str, processed: int
) -> None:
    stage.faults.add("post", kind, parameters={"status": 503})
    assert (await write("a")).status == 503
    assert f":{processed}".encode() in (await write("b")).body


async def test_a_fault_meant_for_one_order_spares_the_others(stage: Stage, write: Write) -> None:
    stage.faults.add("post", "too_many_requests", order="a")
    assert (await write("b")).status == 200
    assert (await write("a")).status == 429
    assert (await write("a")).status == 200


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"platform": "bank", "kind": "reply_lost"}, "platform"),
        ({"platform": "post", "kind": "earthquake"}, "kind"),
        ({"platform": "post", "kind": "reply_lost", "operation": "sing"}, "operation"),
        ({"platform": "post", "kind": "reply_lost", "times": 0}, "times"),
        (
            {"platform": "post", "kind": "slow_reply", "parameters": {"hours": 1}},
            "parameters.hours",
        ),
        (
            {"platform": "post", "kind": "slow_reply", "parameters": {"seconds": "1"}},
            "parameters.seconds",
        ),
    ],
)
def test_a_fault_that_could_never_act_is_refused(
    stage: Stage, row: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        stage.faults.add(**row)
    assert caught.value.field == field


async def test_a_refused_callback_climbs_the_ladder_and_then_stops(
    stage: Stage, merchant: Merchant
) -> None:
    merchant.status = 500
    began = stage.clock.now()
    await tell(stage, "a")
    await stage.clock.advance(600)
    attempts = stage.deliveries.attempts()
    assert [round((a.at - began).total_seconds()) for a in attempts] == [0, 15, 30, 60]
    assert attempts[-1].next_at is None


async def test_each_attempt_is_composed_anew(stage: Stage, merchant: Merchant) -> None:
    merchant.status = 500
    await tell(stage, "a")
    await stage.clock.advance(15)
    assert len({call.headers["Nonce"] for call in merchant.got}) == 2


async def test_an_accepted_callback_is_not_repeated(stage: Stage, merchant: Merchant) -> None:
    await tell(stage, "a")
    await stage.clock.advance(86400)
    assert len(merchant.got) == 1


async def test_a_lost_callback_comes_with_the_next_rung(stage: Stage, merchant: Merchant) -> None:
    stage.faults.add("post", "notify_lost")
    await tell(stage, "a")
    assert merchant.got == []
    await stage.clock.advance(15)
    assert len(merchant.got) == 1


async def test_a_doubled_callback_comes_twice(stage: Stage, merchant: Merchant) -> None:
    stage.faults.add("post", "notify_doubled")
    await tell(stage, "a")
    assert len(merchant.got) == 2


async def test_a_delayed_callback_comes_after_its_delay(stage: Stage, merchant: Merchant) -> None:
    stage.faults.add("post", "notify_delayed", parameters={"seconds": 100})
    await tell(stage, "a")
    await stage.clock.advance(99)
    assert merchant.got == []
    await stage.clock.advance(1)
    assert len(merchant.got) == 1


async def test_a_reordered_callback_waits_for_the_next(stage: Stage, merchant: Merchant) -> None:
    stage.faults.add("post", "notify_reordered")
    await tell(stage, "first")
    await tell(stage, "second")
    assert [call.body for call in merchant.got] == [b"second", b"first"]


async def test_a_reordered_callback_without_a_next_is_only_late(
    stage: Stage, merchant: Merchant
) -> None:
    stage.faults.add("post", "notify_reordered")
    await tell(stage, "only")
    await stage.clock.advance(60)
    assert [call.body for call in merchant.got] == [b"only"]


async def test_a_spoiled_attempt_is_followed_by_a_good_one(
    stage: Stage, merchant: Merchant
) -> None:
    stage.faults.add("post", "notify_forged")
    merchant.status = 401
    await tell(stage, "a")
    await stage.clock.advance(15)
    assert [call.body for call in merchant.got] == [b"forged", b"a"]


async def test_a_reset_forgets_all_but_the_keys(stage: Stage, write: Write) -> None:
    secret = stage.keys.secret("password", 12)
    stage.faults.add("post", "reply_lost", times=None)
    await stage.clock.advance(1000)
    stage.reset()
    assert b":1" in (await write("a")).body
    assert stage.clock.offset_s == 0
    assert stage.keys.secret("password", 12) == secret


async def test_the_same_seed_replays_the_same_nonces(stage: Stage, merchant: Merchant) -> None:
    await tell(stage, "a")
    stage.reset()
    await tell(stage, "a")
    first, second = merchant.got
    assert first.headers["Nonce"] == second.headers["Nonce"]
