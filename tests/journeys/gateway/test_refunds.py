"""Giving money back when things go wrong: under one number, once, and finance hears of it."""

import asyncio

import pytest

from payment.refunds import NotBookedYet, RefundNumberTaken, RefundTooMuch
from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import (
    ALIPAY,
    TILLS,
    WECHAT_PAY,
    alipay_letter,
    alipay_params,
    post,
    sent,
)

LOST = ("reply_lost", "server_error_after", "truncated_reply", "connection_cut", "server_error")
# WeChat Pay's callback of a refund names no app; Alipay's `total_amount` is not the refund's.
NOT_SAID = {(WECHAT_PAY.channel, "app"), (ALIPAY.channel, "amount")}
UNTRUE = [
    (till, what) for till in TILLS for what in till.untrue if (till.channel, what) not in NOT_SAID
]


async def paid_and_booked(house, till, amount_fen=20_000):
    citizen = await log_in(house, till)
    order = await citizen.order(await issue(house, amount_fen))
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")
    return order


async def only_refund(house, order):
    (refund,) = (await house.order(order["order_id"])).refunds
    return refund


async def refunds_at_finance(house):
    return [each["amount_fen"] for each in await house.control("GET", "/finance/refunds")]


async def test_part_of_a_payment_goes_back_and_finance_hears_of_it(house, till):
    order = await paid_and_booked(house, till)
    await give_back(house, order, 7_000)
    await house.pass_time(hours=2)
    assert (await only_refund(house, order)).state == "done"
    assert (await house.order(order["order_id"])).state == "receipted"
    assert await refunds_at_finance(house) == [7_000]
    await balanced(house)


async def test_when_all_went_back_the_order_is_returned(house, till):
    order = await paid_and_booked(house, till)
    await give_back(house, order, 20_000)
    await house.pass_time(hours=2)
    assert (await house.order(order["order_id"])).state == "returned"
    await balanced(house)


async def test_many_parts_asked_for_at_once_all_go_back_within_minutes(house, till):
    order = await paid_and_booked(house, till)
    await asyncio.gather(*(give_back(house, order, 1_000) for _ in range(6)))
    await house.pass_time(minutes=15)
    found = await house.order(order["order_id"])
    assert [refund.state for refund in found.refunds] == ["done"] * 6
    assert await refunds_at_finance(house) == [1_000] * 6
    await balanced(house)


async def test_a_refund_that_comes_too_late_reaches_a_person_at_once(house):
    order = await paid_and_booked(house, WECHAT_PAY)
    await house.pass_time(days=366)
    await give_back(house, order, 1_000)
    await house.pass_time(seconds=30)
    (letter,) = (await house.order(order["order_id"])).given_up
    assert (letter.kind, letter.tries) == ("refund", 0)
    assert "INVALID_REQUEST" in letter.note
    assert (await only_refund(house, order)).state == "refused"
    assert (await give_back(house, order, 20_000)).state == "requested"


async def test_many_together_cannot_give_back_more_than_was_paid(house, till):
    order = await paid_and_booked(house, till)
    asked = (give_back(house, order, 9_000) for _ in range(6))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in answers].count(RefundTooMuch) == 4
    await house.pass_time(hours=8)
    assert (await house.order(order["order_id"])).returned_fen == 18_000
    await balanced(house)


async def test_one_refund_number_is_one_refund(house, till):
    order = await paid_and_booked(house, till)
    asked = [give_back(house, order, 5_000, refund_no="CASE-2026-0001") for _ in range(4)]
    assert {refund.number for refund in await asyncio.gather(*asked)} == {"CASE-2026-0001"}
    with pytest.raises(RefundNumberTaken):
        await give_back(house, order, 6_000, refund_no="CASE-2026-0001")
    await house.pass_time(hours=2)
    assert await refunds_at_finance(house) == [5_000]
    await balanced(house)


@pytest.mark.parametrize("fault", LOST)
async def test_a_refund_whose_answer_was_lost_moves_money_once(house, till, fault):
    order = await paid_and_booked(house, till)
    await house.fault(till.stand_in, fault, till.operations["refund"], times=2)
    await give_back(house, order, 7_000)
    await house.pass_time(hours=8)
    assert (await only_refund(house, order)).state == "done"
    assert await refunds_at_finance(house) == [7_000]
    await balanced(house)


@pytest.mark.parametrize("verb", ["refund", "ask_refund"])
async def test_a_refund_goes_on_after_being_asked_to_slow_down(house, till, verb):
    order = await paid_and_booked(house, till)
    await house.fault(till.stand_in, "too_many_requests", till.operations[verb], times=2)
    await give_back(house, order, 7_000)
    await house.pass_time(hours=8)
    assert (await only_refund(house, order)).state == "done"
    await balanced(house)


@pytest.mark.parametrize(
    ("till", "fault", "more"),
    [
        (WECHAT_PAY, "refund_notify_first", {}),
        (ALIPAY, "slow_reply", {"parameters": {"seconds": 1.5}}),
    ],
    ids=["wechat", "alipay"],
)
async def test_a_refunds_callback_before_its_answer_is_taken(house, till, fault, more):
    order = await paid_and_booked(house, till)
    await house.fault(till.stand_in, fault, till.operations["refund"], **more)
    await give_back(house, order, 7_000)
    refund_no = (await only_refund(house, order)).number
    told = await house.delivered(refund_no)
    assert told[0]["outcome"] == "accepted"
    await house.pass_time(hours=2)
    assert (await only_refund(house, order)).state == "done"
    assert await refunds_at_finance(house) == [7_000]
    await balanced(house)


@pytest.mark.parametrize(
    ("till", "what"), UNTRUE, ids=[f"{till.channel}-{what}" for till, what in UNTRUE]
)
async def test_an_untrue_callback_of_a_refund_is_refused(house, till, what):
    order = await paid_and_booked(house, till)
    await house.fault(till.stand_in, till.untrue[what], till.refund_callback)
    await give_back(house, order, 7_000)
    refund_no = (await only_refund(house, order)).number
    await house.pass_time(hours=2)
    told = await house.delivered(refund_no)
    assert (told[0]["outcome"], told[0]["fault"]) == ("refused", till.untrue[what])
    assert told[-1]["outcome"] == "accepted"
    assert await refunds_at_finance(house) == [7_000]
    await balanced(house)


async def test_an_alipay_callback_of_another_amount_than_the_refunds_is_refused(house, keys):
    order = await paid_and_booked(house, ALIPAY)
    await house.fault("alipay", "notify_lost", ALIPAY.refund_callback)
    await give_back(house, order, 7_000)
    refund_no = (await only_refund(house, order)).number
    true = alipay_params(sent((await house.delivered(refund_no))[0]))
    await house.pass_time(minutes=1)
    before = await house.order(order["order_id"])
    other = alipay_letter(true | {"send_back_fee": "70.01"}, keys)
    assert ALIPAY.refused(await post(house, ALIPAY, other))
    assert ALIPAY.took(await post(house, ALIPAY, alipay_letter(true, keys)))
    assert await house.order(order["order_id"]) == before


@pytest.mark.parametrize(
    ("fault", "state"), [("refund_abnormal", "abnormal"), ("refund_closed", "closed")]
)
async def test_a_refund_that_does_not_arrive_waits_for_a_person(house, fault, state):
    order = await paid_and_booked(house, WECHAT_PAY)
    await house.fault("wechat_pay", fault, "refunds.create")
    await give_back(house, order, 20_000)
    await house.pass_time(hours=8)
    assert (await only_refund(house, order)).state == state
    assert await refunds_at_finance(house) == []
    assert (await house.order(order["order_id"])).state == "receipted"
    await balanced(house)


async def test_money_that_settles_nothing_and_cannot_go_back_stays_owed(house):
    citizen = await log_in(house, WECHAT_PAY)
    order = await citizen.order(await issue(house))
    await citizen.close(order)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    await citizen.pay_late(order)
    await house.pass_time(hours=8)
    found = await house.order(order["order_id"])
    assert (found.state, found.refunds[0].state) == ("stray", "abnormal")
    await balanced(house)


@pytest.mark.parametrize(
    ("till", "platform", "fault", "call"),
    [
        (ALIPAY, "alipay", "seller_balance_short", "alipay.trade.refund"),
        (WECHAT_PAY, "wechat_pay", "merchant_balance_short", "refunds.create"),
    ],
    ids=["alipay", "wechat_pay"],
)
async def test_a_refund_the_sellers_balance_cannot_bear_is_tried_again(
    house, till, platform, fault, call
):
    order = await paid_and_booked(house, till)
    await house.fault(platform, fault, call, times=3)
    await give_back(house, order, 7_000)
    await house.pass_time(hours=8)
    assert (await only_refund(house, order)).state == "done"
    await balanced(house)


async def test_nothing_goes_back_before_finance_has_booked_the_payment(house, till):
    citizen = await log_in(house, till)
    await house.fault("finance", "server_error", "payments.confirm", times=None)
    order = await citizen.order(await issue(house))
    await citizen.pay(order)
    await house.becomes(order["order_id"], "paid")
    with pytest.raises(NotBookedYet):
        await give_back(house, order, 100)


async def test_what_was_refunded_in_the_console_leaves_the_rest_to_be_asked_for(house):
    order = await paid_and_booked(house, WECHAT_PAY)
    console = f"/wechat_pay/orders/{order['order_id']}/refund"
    await house.control("POST", console, amount_fen=15_000)
    await house.pass_time(minutes=2)
    await give_back(house, order, 10_000)
    await house.pass_time(minutes=2)
    assert (await only_refund(house, order)).state == "refused"
    await give_back(house, order, 5_000)
    await house.pass_time(hours=2)
    states = [refund.state for refund in (await house.order(order["order_id"])).refunds]
    assert states == ["refused", "done"]


async def test_a_reason_with_an_emoji_is_no_reason_to_refuse_a_refund(house, till):
    order = await paid_and_booked(house, till)
    await give_back(house, order, 7_000, reason="多收部分退回😀")
    await house.pass_time(hours=2)
    assert (await only_refund(house, order)).state == "done"
    await balanced(house)
