"""Being told of a parcel: all rows each time, until it is signed for or given up."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.couriers.kuaidi100.conftest import URL, Command, Subscriber

DAY_S = 86400


async def test_every_scan_tells_the_whole_again_and_a_signature_ends_it(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    await command("POST", f"{parcel}/play", script="locker")
    await stage.clock.advance(10 * DAY_S)

    assert subscriber.said() == [
        ("polling", "1", 1),
        ("polling", "0", 2),
        ("polling", "0", 3),
        ("polling", "5", 4),
        ("polling", "5", 5),
        ("shutdown", "3", 6),
    ]
    assert {each.url for each in subscriber.came} == {URL}
    newest = subscriber.pushes()[-1]["lastResult"]["data"]
    assert [row["statusCode"] for row in newest] == ["304", "501", "5", "1001", "1002", "103"]
    assert sorted(newest, key=lambda row: row["ftime"], reverse=True) == newest


async def test_what_was_known_before_is_told_at_once(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await command("POST", f"{parcel}/scan", step="picked_up")
    await subscriber.subscribe()
    await stage.clock.run_due()

    assert subscriber.said() == [("polling", "1", 1)]


@pytest.mark.parametrize(
    ("script", "end"),
    [("proxy", "3"), ("refused", "4"), ("returned", "4"), ("locker_never_emptied", "4")],
)
async def test_every_end_is_a_shutdown(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str, script: str, end: str
) -> None:
    await subscriber.subscribe()
    await command("POST", f"{parcel}/play", script=script)
    await stage.clock.advance(20 * DAY_S)

    assert subscriber.said()[-1][:2] == ("shutdown", end)


async def test_parcels_of_every_courier_are_followed_and_no_others(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await command("POST", "/couriers/parcels", courier="ems", waybill="1136281381675")
    await subscriber.subscribe("1136281381675", company="ems")
    await command("POST", "/couriers/parcels/1136281381675/scan", step="signed")
    await command("POST", f"{parcel}/scan", step="signed")
    await stage.clock.run_due()

    [push] = subscriber.pushes()
    assert (push["lastResult"]["com"], push["lastResult"]["nu"]) == ("ems", "1136281381675")


async def test_a_refused_push_comes_three_times_more_35_minutes_apart(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    subscriber.reply = b'{"result":false,"returnCode":"500","message":"-"}'
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="picked_up")
    began = stage.clock.now()
    await stage.clock.advance(2 * DAY_S)

    attempts = stage.deliveries.attempts()
    minutes = [(each.at - began).total_seconds() / 60 for each in attempts]
    assert minutes == [0, 35, 70, 105]
    assert {each.outcome for each in attempts} == {"refused"}
    assert len({each.body for each in subscriber.came}) == 1


@pytest.mark.parametrize(
    ("reply", "times"),
    [
        (b'{"result":true,"returnCode":"200","message":"ok"}', 1),
        (b'{"result":"true","returnCode":"200"}', 4),
        (b'{"result":true,"returnCode":200}', 4),
        (b"success", 4),
        (b"[]", 4),
        (b"", 4),
    ],
)
async def test_no_other_word_is_an_acknowledgement(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str, reply: bytes, times: int
) -> None:
    subscriber.reply = reply
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="picked_up")
    await stage.clock.advance(2 * DAY_S)

    assert len(subscriber.came) == times


async def test_without_a_row_it_gives_up_after_three_days(
    stage: Stage, subscriber: Subscriber, parcel: str
) -> None:
    await subscriber.subscribe()
    await stage.clock.advance(3 * DAY_S - 1)
    assert subscriber.came == []

    await stage.clock.advance(1)
    [push] = subscriber.pushes()
    assert (push["status"], push["message"]) == ("abort", "3天查询无记录")
    assert (push["autoCheck"], push["comOld"], push["comNew"]) == ("0", "", "")
    assert push["lastResult"] == {
        "message": "快递公司参数异常：单号不存在或者已经过期", "nu": "YT0000000001",
        "ischeck": "0", "condition": "", "com": "yuantong", "status": "201", "state": "0",
        "data": [],
    }  # fmt: skip


async def test_without_a_new_row_it_gives_up_after_sixty_days(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    for step in ("picked_up", "departed"):
        await stage.clock.advance(2 * DAY_S)
        await command("POST", f"{parcel}/scan", step=step)
    await stage.clock.advance(60 * DAY_S - 1)
    assert subscriber.said() == [("polling", "1", 1), ("polling", "0", 2)]

    await stage.clock.advance(1)
    assert subscriber.said()[-1] == ("abort", "0", 2)
    assert subscriber.pushes()[-1]["message"] == "60天无变化"

    await command("POST", f"{parcel}/scan", step="signed")
    await stage.clock.advance(100 * DAY_S)
    assert len(subscriber.came) == 3  # nobody is told any more


async def test_what_was_given_up_may_be_subscribed_again(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    await stage.clock.advance(3 * DAY_S)

    assert await subscriber.subscribe() == (True, "200")
    await command("POST", f"{parcel}/scan", step="signed")
    await stage.clock.run_due()
    assert subscriber.said()[-1] == ("shutdown", "3", 1)


async def test_a_parcel_under_the_wrong_courier_is_found_after_three_days(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe(company="jd")
    await command("POST", f"{parcel}/scan", step="picked_up")
    await stage.clock.advance(3 * DAY_S)
    await command("POST", f"{parcel}/scan", step="signed")
    await stage.clock.run_due()

    assert [
        (p["status"], p["autoCheck"], p["comOld"], p["comNew"]) for p in subscriber.pushes()
    ] == [
        ("abort", "0", "", "yuantong"),
        ("polling", "1", "jd", "yuantong"),
        ("shutdown", "1", "jd", "yuantong"),
    ]


async def test_the_courier_may_be_corrected_at_once(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="picked_up")
    correct = "/couriers/kuaidi100/parcels/YT0000000001/correct-carrier"
    await command("POST", correct, com="shentong")
    await stage.clock.run_due()

    assert [(p["status"], p["comOld"], p["comNew"]) for p in subscriber.pushes()] == [
        ("polling", "", ""),
        ("abort", "", "shentong"),
        ("polling", "yuantong", "shentong"),
    ]
    assert (await subscriber.query(com="shentong"))["state"] == "1"
    assert (await subscriber.query())["returnCode"] == "500"


async def test_the_whole_may_be_told_again(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="picked_up")
    await command("POST", "/couriers/kuaidi100/parcels/YT0000000001/push-all")
    await stage.clock.run_due()

    assert subscriber.said() == [("polling", "1", 1), ("updateall", "1", 1)]


async def test_a_correction_after_the_end_tells_the_whole_again(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="signed")
    await command("POST", f"{parcel}/correct", step="signed", earlier_s=3600)
    await stage.clock.run_due()

    assert subscriber.said() == [("shutdown", "3", 1), ("updateall", "3", 1)]
    moments = [push["lastResult"]["data"][0]["ftime"] for push in subscriber.pushes()]
    assert moments == ["2026-01-07 12:00:00", "2026-01-07 11:00:00"]


async def test_a_late_correction_is_pushed(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    stage.faults.add("couriers", "late_correction", order="YT0000000001")
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="arrived")
    await stage.clock.advance(DAY_S)

    moments = [push["lastResult"]["data"][0]["ftime"] for push in subscriber.pushes()]
    assert moments == ["2026-01-07 12:00:00", "2026-01-07 11:30:00"]


async def test_pushes_that_overtake_each_other_say_what_was_known_when_they_were_made(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    stage.faults.add("couriers", "notify_reordered", operation="kuaidi100.push")
    await subscriber.subscribe()
    for step in ("picked_up", "departed"):
        await command("POST", f"{parcel}/scan", step=step)
    await stage.clock.advance(120)

    assert subscriber.said() == [("polling", "0", 2), ("polling", "1", 1)]


async def test_an_empty_salt_signs_too_and_none_does_not(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    subscriber.salt = ""
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="picked_up")
    await stage.clock.run_due()
    assert subscriber.said() == [("polling", "1", 1)]

    subscriber.salt = None
    await command("POST", "/couriers/parcels", courier="yto", waybill="YT0000000002")
    await subscriber.subscribe("YT0000000002")
    await command("POST", "/couriers/parcels/YT0000000002/scan", step="picked_up")
    await stage.clock.run_due()
    assert list(parse_qs(subscriber.came[-1].body.decode())) == ["param"]


@pytest.mark.parametrize("kind", ["kuaidi100_push_forged", "kuaidi100_push_unsigned"])
async def test_a_push_may_be_somebody_elses(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str, kind: str
) -> None:
    stage.faults.add("couriers", kind)
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="signed")
    await stage.clock.run_due()

    with pytest.raises((AssertionError, KeyError)):
        subscriber.pushes()


async def test_an_unheard_of_code_is_among_the_steps(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await subscriber.subscribe()
    await command("POST", f"{parcel}/scan", step="unheard_of")
    await stage.clock.run_due()

    rows: Any = subscriber.pushes()[0]["lastResult"]["data"]
    assert rows[0]["statusCode"] == "1099"
