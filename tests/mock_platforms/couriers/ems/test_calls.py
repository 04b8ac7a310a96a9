"""EMS refuses what the platform would refuse, and makes one parcel for a number."""

import json
from typing import Any

import pytest

from mock_platforms.couriers.parcels import Step
from tests.mock_platforms.couriers.ems.customer import CONTACT, ORDER, Customer, seal

OTHER_KEY = "b3RoZXItc200LWtleS0xNg=="


async def test_an_order_gets_a_waybill_of_thirteen_digits(customer: Customer) -> None:
    answer = await customer.ask("020003", [ORDER])

    made = json.loads(answer["retBody"])
    assert (answer["retCode"], answer["success"]) == ("00000", True)
    assert made["logisticsOrderNo"] == "D20260107-1"
    assert made["waybillNo"].isdigit()
    assert len(made["waybillNo"]) == 13


async def test_the_same_number_again_gets_the_waybill_made_first(customer: Customer) -> None:
    first, again = await customer.ordered(), await customer.ordered()
    other = await customer.ordered("D20260107-2")

    assert first == again != other


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"senderNo": "9"}, "B00002"),
        ({"authorization": "another"}, "B00002"),
        ({"senderNo": ""}, "B00001"),
        ({"logitcsInterface": ""}, "B00001"),
        ({"apiCode": "999999"}, "B00004"),
        ({"timeStamp": "1767758400"}, "B00005"),
        ({"logitcsInterface": "eyJhIjoxfQ=="}, "B00003"),
        ({"logitcsInterface": "|$4|not base64"}, "B00003"),
        ({"logitcsInterface": "|$4|"}, "B00003"),
        ({"logitcsInterface": "|$4|bW9jaw=="}, "B00003"),
        ({"logitcsInterface": seal(b'{"waybillNo":"1"}', OTHER_KEY)}, "B00003"),
    ],
)
async def test_a_call_that_is_not_right_is_refused(
    customer: Customer, change: dict[str, str], code: str
) -> None:
    form = customer.form("040001", {"waybillNo": "1"}) | change
    answer = await customer.post(form)

    assert (answer["retCode"], answer["success"]) == (code, False)
    assert code in customer.stage.requests[-1].response.why


async def test_without_the_key_s_text_behind_the_content_it_is_refused(customer: Customer) -> None:
    form, key = customer.form("040001", {"waybillNo": "1"}), customer.facts["sign_key"]
    for behind in ("", OTHER_KEY):
        sealed = seal(b'{"waybillNo":"1"}', key, behind=behind)
        answer = await customer.post(form | {"logitcsInterface": sealed})
        assert answer["retCode"] == "B00003"


@pytest.mark.parametrize(
    "content",
    [
        b"no JSON",
        {},
        [],
        [ORDER, ORDER],
        ["order"],
        [ORDER | {"logisticsOrderNo": ""}],
        [ORDER | {"logisticsOrderNo": 1}],
        [ORDER | {"sender": None}],
        [ORDER | {"receiver": CONTACT | {"mobile": ""}}],
        [ORDER | {"cargos": []}],
        [ORDER | {"cargos": [{}]}],
    ],
)
async def test_an_order_that_is_not_whole_is_refused(customer: Customer, content: Any) -> None:
    answer = await customer.ask("020003", content)

    assert answer["retCode"] in ("B00001", "B00005")
    assert (await customer.command("GET", "/couriers/parcels"))["parcels"] == []


async def test_an_order_is_cancelled_once_and_again_the_same(customer: Customer) -> None:
    asked = {"logisticsOrderNo": "D20260107-1", "waybillNo": await customer.ordered()}
    for _ in range(2):
        answer = await customer.ask("020006", asked | {"cancelReason": "用户取消"})
        assert answer["retCode"] == "00000"

    [parcel] = (await customer.command("GET", "/couriers/parcels"))["parcels"]
    assert parcel["cancelled"]
    assert [scan["step"] for scan in parcel["scans"]] == ["ordered", "cancelled"]


async def test_what_was_cancelled_is_not_ordered_again(customer: Customer) -> None:
    asked = {"logisticsOrderNo": "D20260107-1", "waybillNo": await customer.ordered()}
    await customer.ask("020006", asked | {"cancelReason": "用户取消"})

    assert (await customer.ask("020003", [ORDER]))["retCode"] == "B00012"


async def test_what_was_fetched_is_not_cancelled(customer: Customer) -> None:
    asked = {"logisticsOrderNo": "D20260107-1", "waybillNo": await customer.ordered()}
    await customer.scan(asked["waybillNo"], "picked_up")
    answer = await customer.ask("020006", asked | {"cancelReason": "用户取消"})

    assert answer["retCode"] == "B00011"


async def test_what_was_never_ordered_is_not_cancelled(customer: Customer) -> None:
    waybill = await customer.ordered()
    for change in ({"logisticsOrderNo": "another"}, {"waybillNo": "1100000000000"}):
        asked = {"logisticsOrderNo": "D20260107-1", "waybillNo": waybill, "cancelReason": "x"}
        assert (await customer.ask("020006", asked | change))["retCode"] == "B00010"


async def test_traces_are_the_world_s_scans_with_the_staff_in_the_text(customer: Customer) -> None:
    waybill = await customer.ordered()
    assert await customer.traces(waybill) == []
    for step in ("picked_up", "out_for_delivery", "signed"):
        await customer.scan(waybill, step)

    first, second, third = await customer.traces(waybill)
    assert [first["opCode"], second["opCode"], third["opCode"]] == ["203", "702", "704"]
    assert first["opTime"] == "2026-01-07 12:00:00"
    assert first["operatorName"] in first["opDesc"]
    assert first["waybillNo"] == first["traceNo"] == waybill
    assert "本人签收" in third["opDesc"]


async def test_every_step_but_the_order_s_own_has_a_trace(customer: Customer) -> None:
    waybill = await customer.ordered()
    steps = [step for step in Step if step not in (Step.ORDERED, Step.CANCELLED)]
    for step in steps:
        await customer.scan(waybill, step)

    assert len(await customer.traces(waybill)) == len(steps)


async def test_of_a_stranger_s_waybill_nothing_is_known(customer: Customer) -> None:
    await customer.command("POST", "/couriers/parcels", courier="other", waybill="X1")
    await customer.scan("X1", "signed")

    assert await customer.traces("X1") == await customer.traces("X2") == []


async def test_a_fault_can_be_meant_for_one_parcel_and_call(customer: Customer) -> None:
    ours, other = await customer.ordered(), await customer.ordered("D20260107-2")
    fault = {"platform": "couriers", "kind": "server_error", "operation": "ems.traces"}
    await customer.command("POST", "/faults", **fault, order=ours)

    assert await customer.traces(other) == []
    assert await customer.ordered() == ours
    answer = await customer.ask("040001", {"waybillNo": ours})
    assert "retCode" not in answer
