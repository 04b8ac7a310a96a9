"""What 丰桥 pushes: each route once, unsigned, in JSON or a form, again until it is taken."""

from __future__ import annotations

import json
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import pytest

from tests.mock_platforms.couriers.sf.shipper import Shipper


async def test_a_route_is_pushed_as_the_sandbox_does_without_any_signature(
    shipper: Shipper,
) -> None:
    await shipper.push_here()
    waybill = await shipper.order()
    await shipper.scan(waybill, "picked_up", place="杭州市")
    (route,) = await shipper.told()
    assert route.keys() == {
        *("mailno", "acceptAddress", "reasonName", "orderid", "acceptTime"),
        *("remark", "opCode", "id", "reasonCode"),
    }
    assert (route["mailno"], route["orderid"], route["opCode"]) == (waybill, "D2026-1", "50")
    assert route["acceptTime"] == "2026-01-07 12:00:00"
    assert dict(shipper.pushed[0].headers) == {"Content-Type": "application/json;charset=UTF-8"}


async def test_in_form_mode_the_same_is_xml_in_a_field(shipper: Shipper) -> None:
    shipper.reply = b"<Response service='RoutePushService'><Head>OK</Head></Response>"
    await shipper.push_here(form=True)
    await shipper.scan(waybill := await shipper.order(), "signed")
    await shipper.stage.clock.advance(0)
    (push,) = shipper.pushed
    assert push.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    (content,) = parse_qs(push.body.decode())["content"]
    (route,) = ET.fromstring(content).iter("WaybillRoute")  # noqa: S314 - the stand-in wrote it
    assert (route.get("mailno"), route.get("opCode")) == (waybill, "80")
    assert "电话" in str(route.get("remark"))
    assert shipper.stage.deliveries.attempts()[-1].outcome == "accepted"


async def test_routes_of_one_moment_travel_together_ten_at_most(shipper: Shipper) -> None:
    await shipper.push_here()
    waybills = [await shipper.order(orderId=f"D2026-{number}") for number in range(12)]
    for waybill in waybills:
        await shipper.scan(waybill, "picked_up")
    assert [route["mailno"] for route in await shipper.told()] == waybills
    sizes = [len(json.loads(each.body)["Body"]["WaybillRoute"]) for each in shipper.pushed]
    assert sizes == [10, 2]


async def test_routes_are_gathered_for_as_long_as_one_says(shipper: Shipper) -> None:
    await shipper.push_here(gather_s=600)
    waybill = await shipper.order()
    await shipper.scan(waybill, "picked_up")
    await shipper.stage.clock.advance(300)
    assert shipper.pushed == []
    await shipper.scan(waybill, "departed")
    await shipper.stage.clock.advance(300)
    assert [route["opCode"] for route in await shipper.told()] == ["50", "36"]
    assert len(shipper.pushed) == 1


async def test_a_route_is_pushed_once(shipper: Shipper) -> None:
    await shipper.push_here()
    waybill = await shipper.order()
    await shipper.scan(waybill, "picked_up")
    await shipper.told()
    await shipper.scan(waybill, "departed")
    assert [route["opCode"] for route in await shipper.told()] == ["50", "36"]


async def test_only_what_was_ordered_here_is_pushed(shipper: Shipper) -> None:
    await shipper.push_here()
    await shipper.command("POST", "/couriers/parcels", courier="sf", waybill="SF7")
    await shipper.scan("SF7", "picked_up")
    await shipper.order()
    assert await shipper.told() == []


@pytest.mark.parametrize("address", [False, True])
async def test_without_an_address_nothing_is_pushed(shipper: Shipper, address: bool) -> None:
    if address:
        await shipper.push_here()
        await shipper.command("POST", "/couriers/sf/push-address", url="")
    await shipper.scan(await shipper.order(), "picked_up")
    assert await shipper.told() == []


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        (200, b'{"return_code":"1000","return_msg":"no"}'),
        (200, b"<Response><Head>ERR</Head></Response>"),
        (200, b"success"),
        (200, b"[]"),
        (200, b""),
        (500, b'{"return_code":"0000","return_msg":""}'),
    ],
)
async def test_what_is_not_taken_comes_again_three_times(
    shipper: Shipper, status: int, reply: bytes
) -> None:
    shipper.status, shipper.reply = status, reply
    await shipper.push_here()
    await shipper.scan(await shipper.order(), "picked_up")
    await shipper.stage.clock.advance(86_400)
    assert len(shipper.pushed) == 4
    assert len({each.body for each in shipper.pushed}) == 1


async def test_what_is_taken_comes_no_more(shipper: Shipper) -> None:
    await shipper.push_here()
    await shipper.scan(await shipper.order(), "picked_up")
    await shipper.stage.clock.advance(86_400)
    assert len(shipper.pushed) == 1


async def test_a_correction_is_pushed_as_a_route_of_its_own(shipper: Shipper) -> None:
    await shipper.push_here()
    waybill = await shipper.order()
    await shipper.scan(waybill, "picked_up")
    await shipper.told()
    path = f"/couriers/parcels/{waybill}/correct"
    await shipper.command("POST", path, step="picked_up", earlier_s=3600)
    first, second = await shipper.told()
    assert (first["acceptTime"], second["acceptTime"]) == (
        "2026-01-07 12:00:00",
        "2026-01-07 11:00:00",
    )
    assert first["id"] != second["id"]


async def test_a_late_correction_comes_an_hour_after_the_push(shipper: Shipper) -> None:
    await shipper.push_here()
    waybill = await shipper.order()
    shipper.stage.faults.add("couriers", "late_correction", order=waybill)
    await shipper.scan(waybill, "picked_up")
    await shipper.stage.clock.advance(3599)
    assert len(shipper.pushed) == 1
    await shipper.stage.clock.advance(1)
    assert [route["acceptTime"] for route in await shipper.told()] == [
        "2026-01-07 12:00:00",
        "2026-01-07 11:30:00",
    ]
    (known,) = await shipper.routes(waybill)
    assert known["acceptTime"] == "2026-01-07 11:30:00"


async def test_a_correction_corrected_meanwhile_is_let_be(shipper: Shipper) -> None:
    await shipper.push_here()
    waybill = await shipper.order()
    shipper.stage.faults.add("couriers", "late_correction", order=waybill)
    await shipper.scan(waybill, "picked_up")
    await shipper.told()
    path = f"/couriers/parcels/{waybill}/correct"
    await shipper.command("POST", path, step="picked_up", earlier_s=60)
    await shipper.stage.clock.advance(7200)
    (known,) = await shipper.routes(waybill)
    assert known["acceptTime"] == "2026-01-07 11:59:00"


async def test_pushes_are_doubled_lost_and_reordered_as_everywhere(shipper: Shipper) -> None:
    await shipper.push_here()
    waybill = await shipper.order()
    for kind in ("notify_reordered", "notify_doubled"):
        shipper.stage.faults.add("couriers", kind, operation="sf.push")
    await shipper.scan(waybill, "picked_up")
    await shipper.stage.clock.advance(1)
    await shipper.scan(waybill, "departed")
    await shipper.stage.clock.advance(1)
    assert [route["opCode"] for route in await shipper.told()] == ["36", "36", "50"]
    shipper.stage.faults.add("couriers", "notify_lost", operation="sf.push", order=waybill)
    await shipper.scan(waybill, "signed")
    await shipper.stage.clock.advance(600)
    assert [route["opCode"] for route in await shipper.told()][-1] == "80"


async def test_an_unheard_of_code_is_pushed_like_any_other(shipper: Shipper) -> None:
    await shipper.push_here()
    await shipper.scan(await shipper.order(), "unheard_of")
    assert [route["opCode"] for route in await shipper.told()] == ["9517"]
