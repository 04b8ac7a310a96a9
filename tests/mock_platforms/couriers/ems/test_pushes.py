"""EMS tells what happens to parcels: signed, several at once, until it is taken."""

from tests.mock_platforms.couriers.ems.customer import Customer, signed_with, told, traces_told

URL = "http://gateway.test/callbacks/couriers/ems"
ADDRESS = "/couriers/ems/push-address"


async def test_nothing_is_pushed_before_an_address_is_known(customer: Customer) -> None:
    await customer.scan(await customer.ordered(), "picked_up")

    assert customer.pushed == []


async def test_an_empty_address_is_nowhere_again(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    await customer.command("POST", ADDRESS, url="")
    await customer.scan(await customer.ordered(), "picked_up")

    assert customer.pushed == []


async def test_a_scan_is_pushed_with_the_platform_s_envelope(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    waybill = await customer.ordered()
    await customer.scan(waybill, "picked_up")

    [push] = customer.pushed
    form = told(push)
    assert push.url == URL
    assert push.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert (form["sendID"], form["proviceNo"], form["dataType"]) == ("JDPT", "99", "1")
    assert (form["sendDate"], form["receiveID"]) == ("20260107120000", customer.facts["sender_no"])
    [trace] = traces_told(push)
    assert (trace["traceNo"], trace["opCode"]) == (waybill, "203")
    assert trace["operatorName"] in trace["opDesc"]
    assert signed_with(push, customer.facts["push_keys"][0])


async def test_several_parcels_travel_in_one_push(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL, gather_s=30)
    waybills = [await customer.ordered(number) for number in ("D1-1", "D1-2")]
    for waybill in waybills:
        await customer.scan(waybill, "picked_up")
    assert customer.pushed == []
    await customer.stage.clock.advance(30)

    [push] = customer.pushed
    assert [trace["traceNo"] for trace in traces_told(push)] == waybills


async def test_a_push_comes_again_until_it_is_taken(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    customer.takes["responseState"] = False
    await customer.scan(await customer.ordered(), "picked_up")
    await customer.stage.clock.advance(60)
    assert len(customer.pushed) == 2
    customer.takes["responseState"] = True
    customer.status = 500
    await customer.stage.clock.advance(600)
    customer.status = 200
    await customer.stage.clock.advance(7 * 86400)

    assert len(customer.pushed) == 4
    assert len({told(push)["msgBody"] for push in customer.pushed}) == 1


async def test_in_the_end_it_gives_up(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    customer.takes.clear()
    await customer.scan(await customer.ordered(), "picked_up")
    await customer.stage.clock.advance(30 * 86400)

    assert len(customer.pushed) == 7


async def test_after_a_rotation_the_second_key_signs(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    await customer.command("POST", "/couriers/ems/rotate-push-key")
    await customer.scan(await customer.ordered(), "picked_up")

    assert signed_with(customer.pushed[0], customer.facts["push_keys"][1])


async def test_a_forged_push_is_signed_by_nobody(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    await customer.command("POST", "/faults", platform="couriers", kind="ems_push_forged")
    await customer.scan(await customer.ordered(), "picked_up")

    assert not any(signed_with(customer.pushed[0], key) for key in customer.facts["push_keys"])


async def test_a_correction_is_told_with_its_earlier_moment(customer: Customer) -> None:
    await customer.command("POST", ADDRESS, url=URL)
    waybill = await customer.ordered()
    await customer.command("POST", "/faults", platform="couriers", kind="late_correction")
    await customer.scan(waybill, "picked_up")
    await customer.stage.clock.advance(86400)

    times = [traces_told(push)[0]["opTime"] for push in customer.pushed]
    assert len(times) == 2
    assert times[1] < times[0] == "2026-01-07 12:00:00"
    assert [trace["opTime"] for trace in await customer.traces(waybill)] == [times[1]]


async def test_an_address_that_is_none_is_refused(customer: Customer) -> None:
    assert (await customer.command("POST", ADDRESS, url="gateway"))["field"] == "url"
