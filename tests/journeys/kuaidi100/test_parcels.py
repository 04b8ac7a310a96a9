"""Parcels that kuaidi100 follows for us, through the gateway's own door, when much goes wrong."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import StoreUnavailable
from tests.journeys.gateway.citizen import operate
from tests.journeys.kuaidi100.conftest import PARCEL, WAYBILL, Counter

TEN_DAYS = timedelta(days=10)
TWO_DAYS_S = 2 * 86_400
DOOR = "/callbacks/couriers/kuaidi100"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("signed", Stage.SIGNED),
        ("second_try", Stage.SIGNED),
        ("proxy", Stage.PROXY_SIGNED),
        ("refused", Stage.RETURNED),
        ("locker_never_emptied", Stage.RETURNED),
    ],
)
async def test_whatever_order_pushes_come_in_all_that_happened_is_told(
    counter: Counter, script: str, end: Stage
) -> None:
    for kind in ("notify_doubled", "notify_reordered", "notify_lost", "late_correction"):
        await counter.house.fault("couriers", kind, order=WAYBILL, times=2)
    await counter.courier.follow(PARCEL)
    await counter.play(script)
    await counter.house.advance(TEN_DAYS)

    known = await counter.courier.trace(PARCEL)
    assert set(known) <= counter.shelf.scans
    assert max(known, key=lambda scan: scan.at).stage is end


async def test_what_is_kept_is_acknowledged_and_does_not_come_again(counter: Counter) -> None:
    await counter.courier.follow(PARCEL)
    await counter.happens("picked_up")
    await counter.house.advance(TEN_DAYS)

    [attempt] = await counter.attempts(1)
    assert (attempt["outcome"], attempt["status"]) == ("accepted", 200)
    assert attempt["answer"] == '{"result":true,"returnCode":"200","message":"成功"}'


async def test_what_could_not_be_kept_comes_again_after_35_minutes(counter: Counter) -> None:
    counter.shelf.away = StoreUnavailable()
    await counter.courier.follow(PARCEL)
    await counter.happens("signed")
    [refused] = await counter.attempts(1)
    assert (refused["outcome"], json.loads(refused["answer"])["returnCode"]) == ("refused", "500")

    counter.shelf.away = None
    await counter.house.advance(timedelta(minutes=35))
    assert [each["outcome"] for each in await counter.attempts(2)] == ["refused", "accepted"]
    assert [scan.stage for scan in counter.shelf.scans] == [Stage.SIGNED]


@pytest.mark.parametrize("kind", ["kuaidi100_push_forged", "kuaidi100_push_unsigned"])
async def test_a_forged_push_is_refused_in_its_own_words_and_the_true_one_is_kept(
    counter: Counter, kind: str
) -> None:
    await counter.house.fault("couriers", kind)
    await counter.courier.follow(PARCEL)
    await counter.happens("signed")
    [forged] = await counter.attempts(1)
    assert (forged["status"], json.loads(forged["answer"])["returnCode"]) == (400, "503")
    assert counter.shelf.heard_of == []

    await counter.house.advance(timedelta(minutes=35))
    assert [each["outcome"] for each in await counter.attempts(2)] == ["refused", "accepted"]


async def test_kuaidi100_is_down_for_two_days_and_nothing_is_lost(counter: Counter) -> None:
    await counter.courier.follow(PARCEL)
    down = await counter.house.control("POST", "/couriers/kuaidi100/down", seconds=TWO_DAYS_S)
    assert len(down["faults"]) == 3
    await counter.play("signed")
    await counter.house.advance(timedelta(seconds=TWO_DAYS_S - 60))
    for ask in (counter.courier.follow, counter.courier.trace):
        with pytest.raises(Unavailable):
            await ask(PARCEL)
    assert counter.shelf.heard_of == []

    await counter.house.advance(timedelta(seconds=60))
    known = await counter.courier.trace(PARCEL)
    assert known[0].stage is Stage.SIGNED
    assert len(known) == 5


async def test_a_parcel_that_is_another_couriers_is_told_to_have_moved(counter: Counter) -> None:
    await counter.courier.follow(PARCEL)
    await counter.happens("picked_up")
    correct = f"/couriers/kuaidi100/parcels/{WAYBILL}/correct-carrier"
    await counter.house.control("POST", correct, com="yuantong")
    await counter.house.advance(timedelta())

    heard = [(push.courier, push.moved_to, push.gave_up) for push in counter.shelf.heard_of]
    assert heard == [("zto", "", ""), ("zto", "yto", ""), ("zto", "yto", "")]


@pytest.mark.parametrize(("days", "why"), [(3, "3天查询无记录"), (63, "60天无变化")])
async def test_kuaidi100_says_when_it_gives_up(counter: Counter, days: int, why: str) -> None:
    await counter.courier.follow(PARCEL)
    if days > 60:
        await counter.happens("picked_up")
    await counter.house.advance(timedelta(days=days))

    assert [push.gave_up for push in counter.shelf.heard_of if push.gave_up] == [why]


async def test_pushes_sent_by_hand_get_kuaidi100_s_refusals(counter: Counter) -> None:
    good = urlencode({"param": "{}", "sign": "0" * 32}).encode()
    too_long = b"param=" + b"x" * (256 * 1024)

    answers = [
        await counter.house.call("POST", DOOR, body, FORM) for body in (b"", b"{}", good, too_long)
    ]
    assert [each.status for each in answers] == [400, 400, 400, 413]
    assert [each.json()["result"] for each in answers] == [False] * 4
    assert [each.json()["returnCode"] for each in answers] == ["503", "503", "503", "500"]


async def test_what_was_refused_is_kept_masked_for_an_operator(counter: Counter) -> None:
    text = '{"context":"派件员：王建国，电话13812345678","nu":"ZT0000000001"}'
    body = urlencode({"param": text, "sign": "0" * 32}).encode()
    await counter.house.call("POST", DOOR, body, FORM)
    await counter.house.gateway.edge.refused.settled()

    kept = await operate(counter.house, "GET", "/refused-callbacks?callback=kuaidi100")
    [refused] = kept.json()["callbacks"]
    assert (refused["code"], refused["status"]) == ("forged", 400)
    assert '"nu":"•×12"' in refused["body"]
    for hidden in ("王建国", "13812345678"):
        assert hidden not in refused["body"]


async def test_a_long_list_in_chinese_is_not_too_long(counter: Counter) -> None:
    await counter.courier.follow(PARCEL)
    for _ in range(100):
        await counter.house.control(
            "POST", f"/couriers/parcels/{WAYBILL}/scan", step="arrived", place="示例市转运中心" * 3
        )
        await counter.house.advance(timedelta(minutes=1))

    told = await counter.attempts(100)
    assert {each["outcome"] for each in told} == {"accepted"}
    assert len(counter.shelf.heard_of[-1].scans) == 100
