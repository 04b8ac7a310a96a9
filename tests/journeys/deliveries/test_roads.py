"""Each courier's licences, from their issue to every end, when all goes wrong that goes wrong."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.deliveries.road import PUSHING, ROADS, SF, Journey, Road, open_road

TROUBLES = ("notify_doubled", "notify_reordered", "notify_lost", "late_correction")
UNHAPPY = {
    "refused": "returned",
    "returned": "returned",
    "locker_never_emptied": "returned",
    "proxy": "proxy_signed",
    "second_try": "signed",
}


@pytest.fixture(params=ROADS, ids=lambda road: road.code)
async def journey(
    request: pytest.FixtureRequest, tmp_path: Path, keys: KeyFolder
) -> AsyncIterator[Journey]:
    road: Road = request.param
    async with open_road(tmp_path, keys, road) as opened:
        yield opened


async def test_a_licence_travels_from_its_issue_to_the_signature(journey: Journey) -> None:
    await journey.disturb(*(TROUBLES if journey.road in PUSHING else TROUBLES[-1:]))
    await journey.play("signed")
    await journey.house.pass_time(days=2)

    seen, truth = await journey.see(), await journey.truth()
    assert (seen["state"], seen["known_by"]["how"]) == ("signed", "asked")
    assert seen["since"][:19] == truth[-1]["at"][:19]
    inbox = await journey.inbox()
    assert (inbox[0], inbox[-1], len(set(inbox))) == ("sent", "signed", len(inbox))
    heard = await journey.heard()
    assert heard == ["delivery.requested", "delivery.waybill", "delivery.sent", "delivery.signed"]
    case = (await journey.citizen.call("GET", f"/cases/{journey.case_id}")).json()
    assert case["state"] == "delivered"
    assert await journey.wanting() == []


@pytest.mark.parametrize("script", UNHAPPY)
async def test_every_other_end_is_the_couriers_truth_too(journey: Journey, script: str) -> None:
    await journey.disturb(*(TROUBLES if journey.road in PUSHING else TROUBLES[-1:]), times=2)
    await journey.play(script)
    await journey.house.pass_time(days=6)

    seen, truth = await journey.see(), await journey.truth()
    assert (seen["state"], seen["known_by"]["how"]) == (UNHAPPY[script], "asked")
    assert seen["since"][:19] == truth[-1]["at"][:19]
    inbox = await journey.inbox()
    assert inbox[-1] == UNHAPPY[script]
    if script == "locker_never_emptied":
        assert inbox.count("at_locker") == 2
    if UNHAPPY[script] == "returned":
        assert await journey.wanting() == [(journey.id, "returned")]
        assert (await journey.heard())[-1] == "delivery.returned"
        await journey.operate("send-again", {})
        again = await journey.see()
        assert again["state"] == ("waybill" if journey.road.takes_orders else "packed")
        assert again["waybill"] != journey.waybill


async def test_a_lost_parcel_is_seen_declared_and_told(journey: Journey) -> None:
    await journey.play("lost")
    await journey.house.pass_time(days=4)
    assert await journey.wanting() == [(journey.id, "stalled")]

    await journey.operate("lost")
    assert (await journey.see())["state"] == "lost"
    assert (await journey.inbox())[-1] == "lost"
    assert (await journey.heard())[-1] == "delivery.lost"


async def test_a_courier_down_for_two_days_loses_nothing(journey: Journey) -> None:
    down = f"/couriers/{journey.road.stand_in}/down"
    await journey.house.control("POST", down, seconds=2 * 86_400)
    await journey.play("signed")
    await journey.house.pass_time(days=1, hours=23)
    assert (await journey.see())["state"] == "waybill"

    await journey.house.pass_time(hours=6)
    seen, truth = await journey.see(), await journey.truth()
    assert seen["state"] == "signed"
    assert seen["since"][:19] == truth[-1]["at"][:19]
    assert await journey.inbox() == ["signed"]
    assert await journey.wanting() == []


async def test_a_flood_of_forged_pushes_at_the_true_door_changes_nothing(
    tmp_path: Path, keys: KeyFolder
) -> None:
    async with open_road(tmp_path, keys, SF) as journey:
        await journey.play("lost")
        await journey.house.pass_time(hours=6)
        before, asked = await journey.see(), await journey.asked("sf.routes")
        for number in range(300):
            assert await journey.forge(number) == 200
        await journey.house.pass_time(minutes=2)

        after = await journey.see()
        assert (after["state"], after["since"]) == (before["state"], before["since"])
        assert after["history"] == before["history"]
        assert await journey.asked("sf.routes") - asked <= 3
        assert "signed" not in await journey.inbox()
