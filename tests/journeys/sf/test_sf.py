"""Licences that SF brings, over sockets: pushes through the secret door, when much goes wrong."""

import json

import pytest

TWO_DAYS_S = 2 * 86_400


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("signed", "signed"),
        ("second_try", "signed"),
        ("locker", "signed"),
        ("proxy", "proxy_signed"),
        ("refused", "returned"),
        ("returned", "returned"),
        ("locker_never_emptied", "returned"),
    ],
)
async def test_a_licence_ends_where_it_truly_ended_whatever_becomes_of_pushes(post, script, end):
    id, waybill = await post.sent()
    assert (await post.see(id))["state"] == "waybill"
    for kind in ("notify_doubled", "notify_reordered", "notify_lost", "late_correction"):
        await post.house.fault("couriers", kind, order=waybill, times=2)

    await post.play(waybill, script)
    await post.house.pass_time(days=6)

    seen = await post.see(id)
    assert (seen["state"], seen["known_by"]["how"]) == (end, "asked")


@pytest.mark.parametrize("post", ["json", "form"], indirect=True)
async def test_each_push_is_acknowledged_in_sf_s_words_and_asked_about(post):
    id, waybill = await post.sent()

    await post.scan(waybill, "picked_up")

    seen = await post.see(id)
    assert (seen["state"], seen["known_by"]["how"]) == ("picked_up", "asked")
    attempts = await post.house.deliveries(waybill)
    assert {(each["outcome"], each["status"]) for each in attempts} == {("accepted", 200)}


async def test_an_end_that_was_only_pushed_is_none(post):
    id, waybill = await post.sent()
    door = await post.door()
    forged = {
        "mailno": waybill,
        "acceptTime": "2026-01-05 13:29:35",
        "remark": "您的快件已签收",
        "opCode": "80",
        "id": "1",
    }
    body = json.dumps({"Body": {"WaybillRoute": [forged]}}).encode()

    answer = await post.house.call("POST", door, body, {"Content-Type": "application/json"})
    await post.house.pass_time(minutes=5)

    assert (answer.status, answer.json()["return_code"]) == (200, "0000")
    assert (await post.see(id))["state"] == "waybill"


@pytest.mark.parametrize("body", [b"", b"{}", b"<a/>", b'{"Body":{"WaybillRoute":[{}]}}'])
async def test_a_wrong_payload_gets_sf_s_refusal_and_without_the_key_there_is_no_door(post, body):
    door = await post.door()
    kind = {"Content-Type": "application/json"}

    refused = await post.house.call("POST", door, body, kind)
    missed = await post.house.call("POST", door[:-1], body, kind)

    assert (refused.status, refused.json()["return_code"]) == (400, "1000")
    assert missed.status == 404


async def test_sf_is_down_for_two_days_and_nothing_is_lost(post):
    id, waybill = await post.sent()
    await post.house.control("POST", "/couriers/sf/down", seconds=TWO_DAYS_S)
    await post.play(waybill, "signed")
    await post.house.pass_time(seconds=TWO_DAYS_S - 60)
    assert (await post.see(id))["state"] == "waybill"

    await post.house.pass_time(days=1)

    assert (await post.see(id))["state"] == "signed"


async def test_a_delivery_called_off_is_an_order_taken_back(post):
    id, waybill = await post.sent()
    answer = await post.street.citizen("one", "POST", f"/deliveries/{id}/cancel")
    assert answer.status == 200, answer

    await post.house.pass_time(minutes=5)

    (parcel,) = (await post.house.control("GET", "/couriers/parcels"))["parcels"]
    assert (parcel["waybill"], parcel["cancelled"]) == (waybill, True)
    assert (await post.see(id))["state"] == "cancelled"


async def test_an_order_whose_answer_was_lost_is_one_parcel(post):
    await post.house.fault("couriers", "reply_lost", operation="sf.create", times=2)

    id, _ = await post.sent()
    await post.house.pass_time(hours=2)

    (parcel,) = (await post.house.control("GET", "/couriers/parcels"))["parcels"]
    seen = await post.see(id)
    assert (seen["state"], seen["waybill"]) == ("waybill", parcel["waybill"])


async def test_an_answer_that_lags_behind_the_push_is_asked_for_again(post):
    id, waybill = await post.sent()
    await post.house.fault("couriers", "routes_behind", order=waybill, times=2)

    await post.scan(waybill, "picked_up")
    await post.house.pass_time(days=1)

    assert (await post.see(id))["state"] == "picked_up"


async def test_what_names_sf_s_staff_is_shown_to_nobody(post):
    id, waybill = await post.sent()
    await post.scan(waybill, "picked_up")
    await post.scan(waybill, "out_for_delivery")

    shown = json.dumps(await post.see(id), ensure_ascii=False)

    assert "派送" in shown
    for name in ("王建国", "李秀英", "张伟", "欧阳志强"):
        assert name not in shown
