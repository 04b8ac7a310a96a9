"""EMS of 2019 checks who signs, makes one parcel for a number, and tells only who asks."""

from typing import Any

import pytest

from mock_platforms.couriers.parcels import Step
from tests.mock_platforms.couriers.ems_2019.customer import CONTACT, ORDER, Customer

NUMBER = "D20260107-1"


async def test_the_same_number_again_gets_the_waybill_made_first(customer: Customer) -> None:
    first, again = await customer.order(ORDER), await customer.order(ORDER)
    other = await customer.order(ORDER | {"txLogisticID": "D20260107-2"})

    assert (first["success"], first["txLogisticID"]) == ("T", NUMBER)
    assert first["mailNo"] == again["mailNo"] != other["mailNo"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sign": "w59+Pn2obhK1Vs88Q5WL8+jfmssCzoclt0yJPyOi8aQ="}, "S02"),
        ({"sign": ""}, "B01"),
        ({"mailNo": "another than signed"}, "S02"),
        ({"unsigned": "x"}, "S02"),
        ({"app_key": "another"}, "S03"),
        ({"authorization": "another"}, "S03"),
        ({"authorization": ""}, "B01"),
    ],
)
async def test_a_call_that_is_not_rightly_signed_is_refused(
    customer: Customer, change: dict[str, str], code: str
) -> None:
    answer = await customer.post(customer.form("ems.inland.trace.query", mailNo="1") | change)

    assert (answer["success"], answer["errorCode"]) == ("F", code)
    assert code in customer.stage.requests[-1].response.why


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"format": "xml"}, "B02"),
        ({"charset": "GBK"}, "B02"),
        ({"timestamp": "1767758400"}, "B02"),
        ({"method": "ems.inland.unheard.of"}, "S04"),
        ({"mailNo": ""}, "B01"),
    ],
)
async def test_a_signed_call_of_the_wrong_shape_is_refused(
    customer: Customer, own: dict[str, str], code: str
) -> None:
    form = customer.form(**{"method": "ems.inland.trace.query", "mailNo": "1"} | own)

    assert (await customer.post(form))["errorCode"] == code


@pytest.mark.parametrize(
    "orders",
    [
        [],
        [ORDER, ORDER],
        ["order"],
        [ORDER | {"txLogisticID": ""}],
        [ORDER | {"sender": None}],
        [ORDER | {"receiver": CONTACT | {"city": ""}}],
        [ORDER | {"receiver": CONTACT | {"mobile": None}}],
    ],
)
async def test_an_order_that_is_not_whole_is_refused(customer: Customer, orders: list[Any]) -> None:
    answer = await customer.order(*orders)

    assert (answer["success"], answer["errorCode"]) in (("F", "S01"), ("F", "B01"))
    assert (await customer.command("GET", "/couriers/parcels"))["parcels"] == []


async def test_an_order_is_cancelled_once_and_again_the_same(customer: Customer) -> None:
    await customer.order(ORDER)
    for _ in range(2):
        assert (await customer.cancel(NUMBER))["success"] == "T"

    [parcel] = (await customer.command("GET", "/couriers/parcels"))["parcels"]
    assert [scan["step"] for scan in parcel["scans"]] == ["ordered", "cancelled"]
    assert (await customer.order(ORDER))["errorCode"] == "B04"


async def test_what_was_fetched_or_never_ordered_is_not_cancelled(customer: Customer) -> None:
    waybill = (await customer.order(ORDER))["mailNo"]
    await customer.scan(waybill, "picked_up")

    assert (await customer.cancel(NUMBER))["errorCode"] == "B04"
    assert (await customer.cancel("another"))["errorCode"] == "B03"


async def test_traces_are_the_world_s_scans(customer: Customer) -> None:
    waybill = (await customer.order(ORDER))["mailNo"]
    assert await customer.traces(waybill) == []
    for step in ("picked_up", "signed"):
        await customer.scan(waybill, step)

    first, second = await customer.traces(waybill)
    assert (first["code"], first["acceptTime"]) == ("00", "2026-01-07 12:00:00")
    assert (second["code"], second["remark"]) == ("10", "妥投,本人签收")


async def test_the_trace_answers_to_its_name_in_the_vector_too(customer: Customer) -> None:
    waybill = (await customer.order(ORDER))["mailNo"]

    assert (await customer.ask("ems.track", mailNo=waybill))["success"] == "T"


async def test_every_step_but_the_order_s_own_has_a_trace(customer: Customer) -> None:
    waybill = (await customer.order(ORDER))["mailNo"]
    steps = [step for step in Step if step not in (Step.ORDERED, Step.CANCELLED)]
    for step in steps:
        await customer.scan(waybill, step)

    assert len(await customer.traces(waybill)) == len(steps)


async def test_of_a_stranger_s_waybill_nothing_is_known(customer: Customer) -> None:
    await customer.command("POST", "/couriers/parcels", courier="other", waybill="X1")
    await customer.scan("X1", "signed")

    assert await customer.traces("X1") == await customer.traces("X2") == []


async def test_a_fault_can_be_meant_for_one_kind_of_call(customer: Customer) -> None:
    fault = {"platform": "couriers", "kind": "server_error", "operation": "ems_2019.cancel"}
    await customer.command("POST", "/faults", **fault)

    assert (await customer.order(ORDER))["success"] == "T"
    assert "success" not in await customer.cancel(NUMBER)
