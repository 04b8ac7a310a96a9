"""Who has a place to pay is told what becomes of it: booked when it is paid, or gone."""

from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.journeys.prepaid.learner import SERVICE, hall_cancels, last_slot, learner


async def inbox(one):
    """What was told, the first first."""
    told = (await one.citizen.call("GET", "/messages")).json()["messages"]
    return [each["happening"] for each in reversed(told)], [each["text"] for each in told]


async def test_a_held_place_is_told_as_booked_once_it_is_paid(house):
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(await last_slot(house))
    await house.pass_time(seconds=20)
    assert await inbox(one) == ([], [])

    await one.pays(booked)

    happened, texts = await inbox(one)
    assert sorted(happened) == ["booked", "paid"]
    assert any("缴费60.00元" in each for each in texts)


async def test_a_place_whose_fee_did_not_come_is_told_as_cancelled(house):
    one = await learner(house, ALIPAY)
    await one.booked(await last_slot(house))

    await house.pass_time(hours=1)

    assert (await inbox(one))[0] == ["cancelled"]


async def test_who_cancels_is_told_that_the_money_is_back(house):
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(await last_slot(house))
    await one.pays(booked)

    assert (await one.cancels(booked)).status == 200
    await house.pass_time(minutes=10)

    happened, _ = await inbox(one)
    assert sorted(happened) == ["booked", "cancelled", "paid", "refunded"]
    assert happened.index("paid") < happened.index("refunded")
    assert happened.index("booked") < happened.index("cancelled")


async def test_a_day_the_hall_cancels_is_told_with_its_reason(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    await one.pays(await one.booked(slot))

    await hall_cancels(house, slot)

    happened, texts = await inbox(one)
    assert happened[-1] == "hall_cancelled"
    assert "考场停电" in texts[0]


async def test_what_the_department_decides_is_told_once_however_often_it_says_so(house):
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(await last_slot(house))
    await one.pays(booked)

    for state, more in (("correction", {}), ("decided", {"outcome": "granted"})):
        data = {
            "case_no": "2026-1",
            "service": SERVICE,
            "appointment_id": booked["appointment_id"],
            "state": state,
            "at": house.now().isoformat(),
            **more,
        }
        for _ in range(2):
            path = "/departments/vehicle_administration/calls"
            body = {"type": "case.progress", "data": data, "to": house.url}
            told = await house.control("POST", path, **body)
            assert [each["status"] for each in told["answers"]] == [200]
        await house.pass_time(seconds=20)

    happened, texts = await inbox(one)
    assert happened[-2:] == ["case_correction", "case_decided"]
    assert "结果：准予" in texts[0]
