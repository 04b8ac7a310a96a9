"""The department gives the place, the fee is paid beforehand: first the place, then the money."""

from datetime import date
from importlib.resources import files

import pytest

from mock_platforms.finance.people import id_number
from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.house import open_house
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.prepaid.learner import HALL, SERVICE, last_slot, learner, until

DEPARTMENT = "/departments/vehicle_administration"
EXAMPLE = files("channel_gateway.services.catalogue") / "examples" / "driving_test.toml"


@pytest.fixture
async def house(tmp_path, keys):
    services = tmp_path / "services"
    services.mkdir()
    asked = EXAMPLE.read_text(encoding="utf-8").replace(
        "[appointment]\n", '[appointment]\ncapacity = "department"\n'
    )
    (services / "driving_test.toml").write_text(asked, encoding="utf-8")
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=store, services=services) as house:
        yield house


async def one_seat(house):
    """The only seat there is, of the last day that can be booked."""
    slot = await last_slot(house)
    await house.control(
        "POST", f"{DEPARTMENT}/seats", service=SERVICE, hall=HALL, slot=slot, seats=1
    )
    return slot


async def holders(house):
    [there] = (await house.control("GET", f"{DEPARTMENT}/seats"))["slots"]
    return there["keys"]


async def test_nobody_is_asked_to_pay_before_there_is_a_place(house):
    slot = await one_seat(house)
    await house.fault("departments", "reply_lost", "seat.take")
    one = await learner(house, WECHAT_PAY)

    booked = await one.booked(slot)
    assert (booked["state"], booked["fee"]) == ("held", None)
    assert booked["says"] == "正在向部门确认号源，请稍后查看。"
    await house.pass_time(seconds=20)
    there = await one.sees(booked)
    assert (there["state"], await holders(house)) == ("held", [booked["appointment_id"]])
    assert until(there["fee"]["pay_before"], house).total_seconds() > 14 * 60

    await one.pays(there)
    assert (await one.sees(booked))["state"] == "confirmed"
    assert await holders(house) == [booked["appointment_id"]]
    await balanced(house)


async def test_a_place_that_is_not_paid_in_time_goes_back_to_the_department(house):
    slot = await one_seat(house)
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(slot)
    assert booked["fee"] is not None

    await house.pass_time(minutes=16)
    assert (await one.sees(booked))["state"] == "lapsed"
    assert await holders(house) == []
    events = (await house.control("GET", f"{DEPARTMENT}/events"))["events"]
    assert events == []  # a place that was only held is nobody's


async def test_a_paid_place_that_is_cancelled_goes_back_with_the_money(house):
    slot = await one_seat(house)
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(slot)
    order = await one.pays(booked)

    assert (await one.cancels(booked)).json()["state"] == "cancelled_by_citizen"
    await house.pass_time(hours=1)
    assert await holders(house) == []
    assert (await house.order(order["order_id"])).state == "returned"
    await balanced(house)


async def test_where_the_department_has_no_place_there_is_nothing_to_pay(house):
    slot = await one_seat(house)
    one, two = await learner(house, WECHAT_PAY), await learner(house, WECHAT_PAY)
    await one.booked(slot)
    notices = await house.control("GET", "/finance/notices")

    another = id_number(date(2000, 2, 2), 8)
    assert (await two.books(slot, another)).json()["code"] == "slot_full"
    await house.pass_time(seconds=20)
    assert len(await house.control("GET", "/finance/notices")) == len(notices)
