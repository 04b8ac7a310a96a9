"""Parcels given to both generations of EMS, over sockets, when much goes wrong."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import StoreUnavailable
from tests.journeys.ems.conftest import DOOR, Counter
from tests.unit.couriers.samples import NUMBER, WISH

TEN_DAYS = timedelta(days=10)
TWO_DAYS_S = 2 * 86_400
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

ENDS = [
    ("signed", Stage.SIGNED),
    ("second_try", Stage.SIGNED),
    ("proxy", Stage.PROXY_SIGNED),
    ("locker", Stage.SIGNED),
    ("refused", Stage.RETURNED),
    ("returned", Stage.RETURNED),
    ("locker_never_emptied", Stage.RETURNED),
    ("lost", Stage.IN_TRANSIT),
]


@pytest.mark.parametrize(("script", "end"), ENDS)
async def test_whatever_order_pushes_come_in_all_that_happened_is_told(
    counter: Counter, script: str, end: Stage
) -> None:
    parcel = await counter.ordered()
    for kind in ("notify_doubled", "notify_reordered", "notify_lost", "late_correction"):
        await counter.house.fault("couriers", kind, order=parcel.waybill, times=2)
    await counter.play(parcel, script)
    await counter.house.advance(TEN_DAYS)

    known = await counter.courier("ems").trace(parcel)
    assert set(known) <= counter.shelf.scans
    assert max(known, key=lambda scan: scan.at).stage is end


@pytest.mark.parametrize(("script", "end"), ENDS)
async def test_who_pushes_nothing_says_the_same_when_asked(
    counter: Counter, script: str, end: Stage
) -> None:
    parcel = await counter.ordered("post")
    await counter.house.fault("couriers", "late_correction", order=parcel.waybill, times=2)
    await counter.play(parcel, script)
    await counter.house.advance(TEN_DAYS)

    known = await counter.courier("post").trace(parcel)
    assert max(known, key=lambda scan: scan.at).stage is end
    assert counter.shelf.heard_of == []


@pytest.mark.parametrize("code", ["ems", "post"])
async def test_a_lost_reply_makes_no_second_parcel(counter: Counter, code: str) -> None:
    operation = {"ems": "ems.order", "post": "ems_2019.order"}[code]
    await counter.house.fault("couriers", "reply_lost", operation)
    with pytest.raises(Unavailable):
        await counter.desk(code).place(WISH)

    waybill = await counter.desk(code).place(WISH)
    for _ in range(2):
        await counter.desk(code).cancel(NUMBER, waybill)
    told = await counter.house.control("GET", "/couriers/parcels")
    assert [(each["waybill"], each["cancelled"]) for each in told["parcels"]] == [(waybill, True)]


@pytest.mark.parametrize("code", ["ems", "post"])
async def test_what_was_fetched_is_not_taken_back(counter: Counter, code: str) -> None:
    parcel = await counter.ordered(code)
    await counter.happens(parcel, "picked_up")

    with pytest.raises(Refused):
        await counter.desk(code).cancel(NUMBER, parcel.waybill)


async def test_what_is_kept_is_acknowledged_and_does_not_come_again(counter: Counter) -> None:
    parcel = await counter.ordered()
    await counter.happens(parcel, "picked_up")
    await counter.house.advance(TEN_DAYS)

    [attempt] = await counter.attempts(parcel, 1)
    assert (attempt["outcome"], attempt["status"]) == ("accepted", 200)
    [item] = json.loads(attempt["answer"])["responseItems"]
    assert item == {"traceNo": parcel.waybill, "success": True, "reason": ""}


async def test_what_could_not_be_kept_comes_again(counter: Counter) -> None:
    parcel = await counter.ordered()
    counter.shelf.away = StoreUnavailable()
    await counter.happens(parcel, "signed")
    [refused] = await counter.attempts(parcel, 1)
    assert (refused["outcome"], refused["status"]) == ("refused", 503)

    counter.shelf.away = None
    await counter.house.advance(timedelta(minutes=1))
    assert [each["outcome"] for each in await counter.attempts(parcel, 2)] == [
        "refused",
        "accepted",
    ]
    assert [scan.stage for scan in counter.shelf.scans] == [Stage.SIGNED]


async def test_a_forged_push_is_refused_and_the_true_one_is_kept(counter: Counter) -> None:
    parcel = await counter.ordered()
    await counter.house.fault("couriers", "ems_push_forged", order=parcel.waybill)
    await counter.happens(parcel, "signed")
    [forged] = await counter.attempts(parcel, 1)
    assert (forged["status"], json.loads(forged["answer"])["responseState"]) == (400, False)
    assert counter.shelf.heard_of == []

    await counter.house.advance(timedelta(minutes=1))
    assert [each["outcome"] for each in await counter.attempts(parcel, 2)] == [
        "refused",
        "accepted",
    ]


async def test_a_rotation_of_the_push_s_key_loses_nothing(counter: Counter) -> None:
    parcel = await counter.ordered()
    await counter.happens(parcel, "picked_up")
    await counter.house.control("POST", "/couriers/ems/rotate-push-key")
    await counter.happens(parcel, "departed")

    told = await counter.attempts(parcel, 2)
    assert [each["outcome"] for each in told] == ["accepted", "accepted"]


@pytest.mark.parametrize("code", ["ems", "post"])
async def test_ems_is_down_for_two_days_and_nothing_is_lost(counter: Counter, code: str) -> None:
    parcel = await counter.ordered(code)
    player = {"ems": "ems", "post": "ems_2019"}[code]
    await counter.house.control("POST", f"/couriers/{player}/down", seconds=TWO_DAYS_S)
    await counter.play(parcel, "signed")
    await counter.house.advance(timedelta(seconds=TWO_DAYS_S - 60))
    with pytest.raises(Unavailable):
        await counter.courier(code).trace(parcel)
    assert counter.shelf.heard_of == []

    await counter.house.advance(timedelta(seconds=60))
    known = await counter.courier(code).trace(parcel)
    assert [scan.stage for scan in known][-1] is Stage.SIGNED
    assert len(known) == 5


async def test_pushes_sent_by_hand_get_ems_s_refusals(counter: Counter) -> None:
    forged = urlencode({"dataDigest": "x", "msgBody": '{"traces":[]}'}).encode()
    too_long = b"msgBody=" + b"x" * (512 * 1024)

    answers = [
        await counter.house.call("POST", DOOR, body, FORM)
        for body in (b"", b"{}", forged, too_long)
    ]
    assert [each.status for each in answers] == [400, 400, 400, 413]
    assert [each.json()["responseState"] for each in answers] == [False] * 4


async def test_a_long_push_in_chinese_is_not_too_long(counter: Counter) -> None:
    address = counter.house.url + DOOR
    push_to = {"url": address, "gather_s": 30}
    await counter.house.control("POST", "/couriers/ems/push-address", **push_to)
    parcel = await counter.ordered()
    for _ in range(100):
        path = f"/couriers/parcels/{parcel.waybill}/scan"
        await counter.house.control("POST", path, step="arrived", place="示例市转运中心" * 3)
    await counter.house.advance(timedelta(seconds=30))

    [told] = await counter.attempts(parcel, 1)
    assert told["outcome"] == "accepted"
    assert len(counter.shelf.heard_of[-1].scans) == 100
