"""A parcel in the platforms' own pages: with the payment that was made for it, on each channel.

Gateway, platforms, finance, department and courier speak over sockets.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.days import rfc3339
from mock_platforms.keys import KeyFolder
from tests.journeys.deliveries.post import RECIPIENT
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY, Till
from tests.journeys.prepaid.learner import SERVICE, Learner, last_slot, learner

EXAMPLE = Path("channel_gateway/services/catalogue/examples/driving_test.toml")
DEPARTMENT = "vehicle_administration"
DELIVERY = """
[delivery]
couriers = ["ems"]
payer = "citizen"
sender = { name = "示例车管所", phone = "0571-88880000", province = "浙江省", city = "示例市", \
district = "示例区", street = "人民路3号" }
"""


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """One service, whose fee is paid before the visit, and whose licence is sent."""
    folder = tmp_path / "services"
    folder.mkdir()
    text = EXAMPLE.read_text(encoding="utf-8")
    (folder / "driving_test.toml").write_text(text + DELIVERY, encoding="utf-8")
    return folder


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder, services: Path) -> AsyncIterator[House]:
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=store, services=services) as house:
        yield house


async def department(house: House, kind: str, **data: Any) -> None:
    body = {"type": kind, "data": {**data, "at": rfc3339(house.now())}, "to": house.url}
    told = await house.control("POST", f"/departments/{DEPARTMENT}/calls", **body)
    assert told["answers"][-1]["status"] == 200, told


async def sent(house: House, who: Learner) -> tuple[str, dict[str, Any]]:
    """Booked, paid for, issued, asked for: the paid order's number, and the delivery."""
    booked = await who.booked(await last_slot(house))
    order = await who.pays(booked)
    visit = booked["appointment_id"]
    case = {"case_no": "2026-1", "service": SERVICE, "appointment_id": visit}
    await department(house, "case.progress", **case, state="accepted")
    await department(house, "licence.issued", case_no="2026-1", name="机动车驾驶证")
    shown = (await house.call("GET", f"/v1/services/{SERVICE}")).json()
    wish = {
        "service": SERVICE,
        "appointment_id": visit,
        "recipient": RECIPIENT,
        "consents": ["address", "courier"],
        "policy_version": shown["policy_version"],
    }
    answer = await who.citizen.call("POST", "/deliveries", wish)
    assert answer.status == 201, answer.body
    await house.pass_time(minutes=10)
    path = f"/deliveries/{answer.json()['delivery_id']}"
    delivery: dict[str, Any] = (await who.citizen.call("GET", path)).json()
    assert delivery["waybill"], delivery
    return str((await house.order(order["order_id"])).transaction), delivery


async def card(who: Learner, delivery: dict[str, Any]) -> dict[str, Any]:
    path = f"/deliveries/{delivery['delivery_id']}/card"
    told: dict[str, Any] = (await who.citizen.call("GET", path)).json()
    return told


async def test_who_paid_through_wechat_sees_the_parcel_in_its_component(house: House) -> None:
    who = await learner(house, WECHAT_PAY)
    transaction, delivery = await sent(house, who)

    told = await house.control("GET", f"/wechat/waybills/{delivery['waybill']}")

    (parcel,) = told["parcels"]
    assert (parcel["trans_id"], parcel["delivery_id"]) == (transaction, "EMS")
    assert (await card(who, delivery))["token"]


async def test_who_paid_through_alipay_sees_the_parcel_go_on_in_its_order_centre(
    house: House,
) -> None:
    who = await learner(house, ALIPAY)
    transaction, delivery = await sent(house, who)
    path = f"/couriers/parcels/{delivery['waybill']}/scan"
    for step in ("picked_up", "departed", "out_for_delivery", "signed"):
        await house.control("POST", path, step=step)
        await house.pass_time(hours=6)

    [order] = (await house.control("GET", f"/alipay/waybills/{delivery['waybill']}"))["orders"]

    assert (order["order_type"], order["trade_no"]) == ("TRADE_ORDER", transaction)
    assert order["history"] == ["order_taken", "taked_goods", "traveling", "signed"]
    assert [each["tracking_no"] for each in order["logistics"]] == [delivery["waybill"]]
    assert delivery["waybill"] in (await card(who, delivery))["token"]


@pytest.mark.parametrize("till", [WECHAT_PAY, ALIPAY], ids=lambda till: till.plugin)
async def test_what_is_sent_again_is_a_parcel_of_its_own_there(house: House, till: Till) -> None:
    who = await learner(house, till)
    _, first = await sent(house, who)
    opened = await card(who, first)
    for step in ("picked_up", "refused", "returning", "returned"):
        await house.control("POST", f"/couriers/parcels/{first['waybill']}/scan", step=step)
        await house.pass_time(hours=6)
    again = f"/v1/operator/deliveries/{first['delivery_id']}/send-again"
    staff = {"Authorization": f"Bearer {house.operator_key}", "Content-Type": "application/json"}
    assert (await house.call("POST", again, b"{}", staff)).status == 200
    await house.pass_time(minutes=10)
    path = f"/deliveries/{first['delivery_id']}"
    second = (await who.citizen.call("GET", path)).json()
    await house.control("POST", f"/couriers/parcels/{second['waybill']}/scan", step="signed")
    await house.pass_time(hours=6)

    opens = await card(who, second)
    assert opens["token"] != opened["token"]
    if till is ALIPAY:
        assert second["waybill"] in opens["token"]
        [order] = (await house.control("GET", f"/alipay/waybills/{second['waybill']}"))["orders"]
        assert order["history"] == ["order_taken", "signed"]
    else:
        parcels = (await house.control("GET", f"/wechat/waybills/{second['waybill']}"))["parcels"]
        assert len(parcels) == 1


@pytest.mark.parametrize("till", [WECHAT_PAY, ALIPAY], ids=lambda till: till.plugin)
async def test_what_a_platform_is_told_holds_up_nothing_else(house: House, till: Till) -> None:
    call = "trace_waybill" if till is WECHAT_PAY else "alipay.merchant.order.sync"
    platform = "wechat" if till is WECHAT_PAY else "alipay"
    fault = await house.fault(platform, "server_error", call, times=None)

    who = await learner(house, till)
    _, delivery = await sent(house, who)
    assert delivery["state"] == "waybill"

    await house.control("DELETE", f"/faults/{fault}")
    await house.pass_time(hours=2)
    assert (await card(who, delivery))["token"]
