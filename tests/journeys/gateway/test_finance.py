"""Finance away, forgetful or of another mind: the money is booked once, or goes back."""

import pytest

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in, operate
from tests.journeys.gateway.staff import give_back

LOST = ("reply_lost", "server_error_after", "truncated_reply", "connection_cut", "reply_forged")


async def ordered(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    return notice, citizen, await citizen.order(notice)


async def payments(house):
    return [each["confirmation_no"] for each in await house.control("GET", "/finance/payments")]


@pytest.mark.parametrize("fault", LOST)
async def test_a_booking_whose_answer_was_lost_is_made_once(house, till, fault):
    _, citizen, order = await ordered(house, till)
    await house.fault("finance", fault, "payments.confirm", times=2)
    await citizen.pay(order)
    await house.pass_time(hours=1)
    await house.becomes(order["order_id"], "receipted")
    assert await payments(house) == [order["order_id"]]
    await balanced(house)


async def test_what_is_paid_while_finance_is_down_is_booked_when_it_is_back(house, till):
    _, citizen, order = await ordered(house, till)
    away = await house.fault("finance", "connection_cut", times=None)
    await citizen.pay(order)
    await house.pass_time(hours=9)
    assert await payments(house) == []
    assert (await house.order(order["order_id"])).state == "paid"
    await balanced(house)
    await house.control("DELETE", f"/faults/{away}")
    await house.pass_time(hours=14)
    await house.becomes(order["order_id"], "receipted")
    assert await payments(house) == [order["order_id"]]
    await balanced(house)


async def test_what_finance_never_took_is_a_dead_letter_that_a_person_sends_again(house, till):
    _, citizen, order = await ordered(house, till)
    away = await house.fault("finance", "server_error", "payments.confirm", times=None)
    await citizen.pay(order)
    await house.pass_time(days=4)
    letters = (await operate(house, "GET", "/dead-letters")).json()["letters"]
    assert [each["id"] for each in letters] == [order["order_id"]]
    await house.control("DELETE", f"/faults/{away}")
    path = f"/dead-letters/orders/{order['order_id']}/confirm/resend"
    assert (await operate(house, "POST", path)).status == 204
    await house.pass_time(hours=1)
    await house.becomes(order["order_id"], "receipted")
    assert (await operate(house, "GET", "/dead-letters")).json()["letters"] == []
    await balanced(house)


async def test_what_was_paid_elsewhere_meanwhile_goes_back(house, till):
    notice, citizen, order = await ordered(house, till)
    await house.control("POST", f"/finance/notices/{notice['pay_code']}/pay-elsewhere")
    await citizen.pay(order)
    await house.pass_time(hours=2)
    await house.becomes(order["order_id"], "returned")
    assert await payments(house) == []
    await balanced(house)


async def test_what_was_paid_for_a_voided_notice_goes_back(house, till):
    notice, citizen, order = await ordered(house, till)
    await house.control("POST", f"/finance/notices/{notice['pay_code']}/void")
    await citizen.pay(order)
    await house.pass_time(hours=2)
    await house.becomes(order["order_id"], "returned")
    await balanced(house)


async def test_a_paid_notice_cannot_be_ordered_although_finance_still_says_unpaid(house, till):
    notice, citizen, order = await ordered(house, till)
    await citizen.pay(order)
    await house.pass_time(minutes=1)
    await house.fault("finance", "says_unpaid", "notices.look_up", times=None)
    answer = await citizen.asks_for(notice)
    assert (answer.status, answer.json()["code"]) == (409, "notice_paid")


async def test_while_finance_is_down_nothing_is_ordered(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    await house.fault("finance", "connection_cut", "notices.look_up")
    assert (await citizen.asks_for(notice)).status == 503
    assert await house.orders() == []
    assert (await citizen.asks_for(notice)).status == 201


async def test_a_refund_is_reported_although_finance_loses_the_answer(house, till):
    _, citizen, order = await ordered(house, till)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.fault("finance", "reply_lost", "refunds.report", times=2)
    await give_back(house, order, 5_000)
    await house.pass_time(hours=2)
    assert len(await house.control("GET", "/finance/refunds")) == 1
    await balanced(house)


async def test_a_receipt_that_is_long_in_coming_is_fetched_in_the_end(house, till):
    _, citizen, order = await ordered(house, till)
    await house.fault("finance", "server_error", "receipts.issue", times=4)
    await citizen.pay(order)
    await house.pass_time(hours=1)
    await house.becomes(order["order_id"], "receipted")
    await balanced(house)
