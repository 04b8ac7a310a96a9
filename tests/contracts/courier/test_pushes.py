"""What every courier's pushes must come to: kept, then acknowledged; refused when unreadable."""

from dataclasses import replace
from datetime import datetime

import pytest

from channel_gateway.ports import StoreUnavailable
from channel_gateway.wire import HttpRequest
from tests.contracts.courier.depot import Depot
from tests.contracts.rig import CourierRig, rigs

WITH_PUSHES = [rig for rig in rigs(CourierRig, "COURIER") if rig.callback]

pytestmark = pytest.mark.parametrize("rig", WITH_PUSHES, ids=lambda rig: rig.plugin, indirect=True)

JUNK = (b"", b"{}", b"[]", b"null", b"\xff\xfe", b"a=1&sign=", b"<a/>", b"[" * 5000)


async def test_following_twice_is_following(depot: Depot) -> None:
    parcel = await depot.parcel()

    for _ in range(2):
        await depot.follow(parcel)


async def test_a_push_tells_what_happened_to_which_parcel(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())

    answer = await depot.receive(await depot.pushed(parcel, "picked_up"))

    assert (answer.status, answer.code) == (200, "")
    told = depot.shelf.heard_of[-1]
    assert (told.courier, told.waybill) == (depot.rig.code or depot.rig.plugin, parcel.waybill)
    assert "picked_up" in [scan.stage for scan in told.scans]


async def test_a_push_says_nothing_that_the_answer_to_a_question_does_not(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())
    await depot.receive(await depot.pushed(parcel, "out_for_delivery"))

    known = await depot.courier.trace(parcel)

    assert set(depot.shelf.heard_of[-1].scans) <= set(known)


async def test_reading_a_push_again_says_the_same(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())
    push = await depot.pushed(parcel, "signed")

    for _ in range(2):
        await depot.receive(push)

    heard = depot.shelf.heard_of
    assert heard[: len(heard) // 2] == heard[len(heard) // 2 :]


async def test_what_is_acknowledged_does_not_come_again(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())
    answer = await depot.receive(await depot.pushed(parcel, "picked_up"))

    depot.world.reply = lambda: answer
    await depot.pushed(parcel, "departed")

    attempt = (await depot.attempts(parcel))[-1]
    assert (attempt["outcome"], attempt["next_at"]) == ("accepted", None)


async def test_what_could_not_be_kept_comes_again(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())
    first = await depot.pushed(parcel, "picked_up")
    depot.shelf.away = StoreUnavailable()
    refused = await depot.receive(first)
    assert refused.code == "store_unavailable"

    depot.world.reply = lambda: refused
    again = await _its_next_try(depot, (await depot.attempts(parcel))[-1])
    assert (await depot.attempts(parcel))[-1]["outcome"] == "refused"

    depot.shelf.away = None
    assert (await depot.receive(again)).code == ""
    assert depot.shelf.heard_of[-1].waybill == parcel.waybill


async def test_a_push_about_no_parcel_of_ours_is_acknowledged(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())
    depot.shelf.ours = False

    assert (await depot.receive(await depot.pushed(parcel, "picked_up"))).code == ""


@pytest.mark.parametrize("junk", JUNK)
async def test_what_is_no_push_is_refused_and_nothing_heard(depot: Depot, junk: bytes) -> None:
    await depot.follow(parcel := await depot.parcel())
    push = await depot.pushed(parcel, "picked_up")

    answer = await depot.receive(replace(push, body=junk))

    assert answer.code
    assert depot.shelf.heard_of == []


async def test_a_push_cut_short_is_refused(depot: Depot) -> None:
    await depot.follow(parcel := await depot.parcel())
    push = await depot.pushed(parcel, "picked_up")

    for length in (1, len(push.body) // 2, len(push.body) - 1):
        assert (await depot.receive(replace(push, body=push.body[:length]))).code
    assert depot.shelf.heard_of == []


async def _its_next_try(depot: Depot, attempt: dict[str, object]) -> HttpRequest:
    """Move the clock to the courier's next attempt, and take it."""
    pause = datetime.fromisoformat(str(attempt["next_at"])) - depot.world.now()
    await depot.world.advance(pause)
    return await depot.world.callback()
