"""What departments ask of fees, and hear of them, in their own protocol."""

from datetime import timedelta

from channel_gateway.domain.days import beijing_day
from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.prepaid.learner import FEE_FEN, NAME, NUMBER, last_slot, learner

FINE, POLICE, SCHOOL = "GA-WF-08", "traffic_police", "vehicle_administration"


async def calls(house, department, kind, data, **more):
    return (await all_answers(house, department, kind, data, **more))[-1]


async def all_answers(house, department, kind, data, **more):
    """Of a call that is sent several times, with the same body to the letter."""
    body = {"type": kind, "data": data, "to": house.url, **more}
    told = await house.control("POST", f"/departments/{department}/calls", **body)
    return told["answers"]


async def heard(house, department):
    events = (await house.control("GET", f"/departments/{department}/events"))["events"]
    return [each for each in events if each["type"].startswith("fee.")]


def fine(house, **changes):
    return {
        "service": FINE,
        "payer": {"name": NAME, "id_number": NUMBER},
        "items": [{"code": "103050101", "name": "交通违法罚款", "amount_fen": 20_000}],
        "due_on": (beijing_day(house.now()) + timedelta(days=15)).isoformat(),
        **changes,
    }


async def test_a_department_has_a_notice_issued_once_and_hears_of_its_money(house):
    one = await learner(house, WECHAT_PAY)
    answers = await all_answers(house, POLICE, "notice.create", fine(house), id="fine-1", times=4)
    assert [each["status"] for each in answers] == [200] * 4
    made = answers[0]["answer"]
    assert all(each["answer"] == made for each in answers)

    order = await one.citizen.order(made)
    await one.citizen.pay(order)
    await house.pass_time(minutes=2)

    [event] = await heard(house, POLICE)
    assert (event["type"], event["data"]["amount_fen"]) == ("fee.paid", 20_000)
    assert event["data"]["order_id"] == order["order_id"]
    refused = await calls(
        house, POLICE, "notice.void", {"pay_code": made["pay_code"], "reason": "重复开单"}
    )
    assert (refused["status"], refused["answer"]["code"]) == (422, "notice_paid_already")
    await balanced(house)


async def test_a_department_withdraws_its_own_notice_and_no_other(house):
    one = await learner(house, WECHAT_PAY)
    made = (await calls(house, POLICE, "notice.create", fine(house)))["answer"]
    order = await one.citizen.order(made)
    wish = {"pay_code": made["pay_code"], "reason": "重复开单"}

    assert (await calls(house, SCHOOL, "notice.void", wish))["status"] == 404
    assert (await calls(house, POLICE, "notice.void", wish))["answer"] == {"voided": True}

    assert (await house.order(order["order_id"])).state == "closed"
    assert (await calls(house, SCHOOL, "notice.create", fine(house)))["status"] == 404


async def test_the_department_hears_of_a_fee_when_the_place_is_paid_and_given_up(house):
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(await last_slot(house))
    order = await one.pays(booked)
    await house.pass_time(minutes=1)
    await one.cancels(booked)
    await house.pass_time(hours=1)

    told = await heard(house, SCHOOL)
    assert [each["type"] for each in told] == ["fee.paid", "fee.refunded"]
    for said in (each["data"] for each in told):
        assert said["appointment_id"] == booked["appointment_id"]
        assert (said["order_id"], said["amount_fen"]) == (order["order_id"], FEE_FEN)
