"""A driving test is paid when it is booked: paid in time, never paid, paid too late, given back."""

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import operate
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.journeys.prepaid.learner import (
    FEE_FEN,
    NAME,
    NUMBER,
    hall_cancels,
    last_slot,
    learner,
    left,
    slots,
    until,
)


async def refunds(house, order):
    return [(r.amount_fen, r.reason) for r in (await house.order(order["order_id"])).refunds]


async def notice_state(house, booked):
    notices = await house.control("GET", "/finance/notices")
    code = booked["fee"]["pay_code"]
    return next(each["state"] for each in notices if each["pay_code"] == code)


async def test_a_place_is_held_with_its_notice_and_confirmed_when_that_is_paid(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    before = await left(house, slot)

    booked = await one.booked(slot)
    assert booked["state"] == "held"
    assert booked["fee"]["total_fen"] == FEE_FEN
    assert "请在此之前缴费；超时号源将释放" in booked["says"]
    assert await left(house, slot) == before - 1

    order = await one.pays(booked)
    seen = await one.sees(booked)
    assert (seen["state"], seen["fee"]["pay_before"]) == ("confirmed", None)
    assert seen["says"].endswith("费用已缴清。")
    await house.pass_time(minutes=20)
    assert (await one.sees(booked))["state"] == "confirmed"
    assert (await house.order(order["order_id"])).state == "receipted"
    await balanced(house)


async def test_one_number_has_one_place_from_whatever_account(house):
    slot = await last_slot(house)
    await (await learner(house, WECHAT_PAY)).booked(slot)

    twice = (await (await learner(house, ALIPAY)).books(slot)).json()
    assert (twice["code"], twice["limit"]) == ("limit_reached", "id_slot")


async def test_who_has_not_said_who_they_are_is_asked_first_and_nothing_is_written(house):
    one = await learner(house, WECHAT_PAY)
    await operate(house, "DELETE", f"/identities/{await reference(one)}")
    slot = await last_slot(house)
    before = await left(house, slot)

    refused = await one.books(slot)

    assert (refused.status, refused.json()["code"]) == (409, "identity_not_known")
    assert refused.json()["message"] == "请先填写您本人的姓名和身份证号，保存后再继续办理。"
    assert await left(house, slot) == before


async def test_an_unpaid_place_comes_back_and_late_money_is_refunded(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    before = await left(house, slot)
    booked = await one.booked(slot)
    order = (await one.orders(booked)).json()
    assert order["expires_at"] == booked["fee"]["pay_before"]

    await house.pass_time(seconds=until(booked["fee"]["pay_before"], house).total_seconds() + 5)
    seen = await one.sees(booked)
    assert (seen["state"], await left(house, slot)) == ("lapsed", before)
    assert await notice_state(house, booked) == "VOIDED"
    assert (await one.orders(booked)).json()["code"] == "hold_over"

    await one.citizen.pay_late(order)
    await house.pass_time(hours=1)
    assert (await house.order(order["order_id"])).state == "returned"
    assert (await one.sees(booked))["state"] == "lapsed"
    assert [amount for amount, _ in await refunds(house, order)] == [FEE_FEN]
    await balanced(house)


async def test_too_late_to_pay_is_said_before_the_sheet_opens(house):
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(await last_slot(house))
    await house.pass_time(seconds=until(booked["fee"]["pay_before"], house).total_seconds() - 100)

    refused = await one.orders(booked)

    assert (refused.status, refused.json()["code"]) == (409, "hold_over")


async def test_two_payments_on_two_channels_keep_one_and_return_the_other(house):
    in_wechat, in_alipay = await learner(house, WECHAT_PAY), await learner(house, ALIPAY)
    booked = await in_wechat.booked(await last_slot(house))
    first, second = [(await each.orders(booked)).json() for each in (in_wechat, in_alipay)]
    await in_wechat.citizen.pay(first)
    await in_alipay.citizen.pay(second)
    await house.pass_time(hours=1)

    states = [(await house.order(each["order_id"])).state for each in (first, second)]
    assert sorted(states) == ["receipted", "returned"]
    assert (await in_wechat.sees(booked))["state"] == "confirmed"
    await balanced(house)


async def test_who_cancels_in_time_has_the_fee_back(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    before = await left(house, slot)
    booked = await one.booked(slot)
    order = await one.pays(booked)

    cancelled = (await one.cancels(booked)).json()
    assert cancelled["state"] == "cancelled_by_citizen"
    assert cancelled["says"].endswith("已缴费用将原路退回。")
    await house.pass_time(hours=1)

    assert await refunds(house, order) == [(FEE_FEN, "预约已取消，费用原路退回")]
    assert (await house.order(order["order_id"])).state == "returned"
    assert (await one.sees(booked))["says"].endswith("已缴费用已原路退回。")
    assert await left(house, slot) == before
    await balanced(house)


async def test_who_cancels_unpaid_frees_the_place_at_once_and_nobody_pays_the_notice(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    before = await left(house, slot)
    booked = await one.booked(slot)

    assert (await one.cancels(booked)).json()["state"] == "cancelled_by_citizen"
    assert await left(house, slot) == before
    await house.pass_time(minutes=1)

    assert await notice_state(house, booked) == "VOIDED"


async def test_what_the_hall_cancels_moves_with_its_money(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    booked = await one.booked(slot)
    order = await one.pays(booked)

    await hall_cancels(house, slot)
    seen = await one.sees(booked)
    assert seen["state"] == "cancelled_by_hall"
    assert "前可用于改约" in seen["says"]
    moved = await one.moves(booked, seen["offers"][0]["slot"])
    assert (moved.status, moved.json()["state"]) == (200, "confirmed")

    await house.pass_time(days=1)
    assert (await house.order(order["order_id"])).refunds == ()
    await balanced(house)


async def test_what_the_hall_cancels_and_nobody_moves_is_given_back_after_a_week(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    booked = await one.booked(slot)
    order = await one.pays(booked)
    await hall_cancels(house, slot)

    await house.pass_time(days=6, hours=23)
    assert await refunds(house, order) == []
    await house.pass_time(hours=3)

    assert [amount for amount, _ in await refunds(house, order)] == [FEE_FEN]
    free = (await slots(house))[0]["slot"]
    assert (await one.moves(booked, free)).json()["code"] == "appointment_over"
    await balanced(house)


async def test_when_all_was_given_back_the_place_is_free(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    before = await left(house, slot)
    booked = await one.booked(slot)
    order = await one.pays(booked)

    await give_back(house, order, FEE_FEN, reason="考试取消")
    await house.pass_time(hours=1)

    assert (await one.sees(booked))["state"] == "lapsed"
    assert await left(house, slot) == before
    await balanced(house)


async def test_a_fee_paid_at_a_counter_keeps_the_place(house):
    one = await learner(house, WECHAT_PAY)
    booked = await one.booked(await last_slot(house))
    code = booked["fee"]["pay_code"]
    await house.control("POST", f"/finance/notices/{code}/pay-elsewhere")

    await house.pass_time(minutes=16)

    assert (await one.sees(booked))["state"] == "confirmed"


async def test_holds_that_lapse_are_bounded_a_day(house):
    one = await learner(house, WECHAT_PAY)
    slot = await last_slot(house)
    free = [each["slot"] for each in await slots(house, slot.partition("T")[0])]
    for number in range(3):
        booked = await one.booked(free[number])
        assert (await one.cancels(booked)).status == 200

    refused = await one.books(free[3])

    assert (refused.status, refused.json()["code"]) == (409, "limit_reached")
    assert refused.json()["limit"] == "hold"
    assert refused.json()["message"].startswith("您今天预约后未缴费的号源已达3个，请明天再预约；")


async def reference(one):
    """What an operator clears an identity by."""
    said = {"name": NAME, "id_number": NUMBER}
    return (await one.citizen.call("PUT", "/me/identity", said)).json()["reference"]
