"""Paying when things go wrong: whatever happens, a notice is settled once and money is found."""

import asyncio

import pytest

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY

# Ways in which a call ends without an answer one can believe.
LOST = ("reply_lost", "server_error_after", "truncated_reply", "connection_cut", "server_error")


async def at_rest(house):
    """After a day nothing is left to do, nothing was given up, and the books agree."""
    await house.pass_time(hours=24)
    for order in await house.orders():
        assert not order.given_up, order.given_up
        assert not order.tasks, order.tasks
    await balanced(house)


async def states(house, *orders):
    return [(await house.order(order["order_id"])).state for order in orders]


async def test_of_two_payments_on_two_channels_one_settles_and_one_goes_back(house: House):
    notice = await issue(house)
    first, second = await log_in(house, WECHAT_PAY), await log_in(house, ALIPAY)
    orders = [await first.order(notice), await second.order(notice)]
    await asyncio.gather(first.pay(orders[0]), second.pay(orders[1]))
    await at_rest(house)
    assert sorted(await states(house, *orders)) == ["receipted", "returned"]


async def test_of_two_citizens_paying_the_same_notice_one_gets_the_money_back(house, till):
    notice = await issue(house)
    citizens = [await log_in(house, till), await log_in(house, till)]
    orders = [await citizen.order(notice) for citizen in citizens]
    await asyncio.gather(
        *(citizen.pay(order) for citizen, order in zip(citizens, orders, strict=True))
    )
    await at_rest(house)
    assert sorted(await states(house, *orders)) == ["receipted", "returned"]


async def test_when_a_notice_is_paid_its_other_orders_are_closed_at_their_platforms(house, till):
    notice = await issue(house)
    other = await log_in(house, ALIPAY if till is WECHAT_PAY else WECHAT_PAY)
    waiting = await other.order(notice)
    citizen = await log_in(house, till)
    order = await citizen.order(notice)
    await citizen.pay(order)
    await house.becomes(waiting["order_id"], "closed")
    await other.pay_late(waiting)
    await at_rest(house)
    assert await states(house, order, waiting) == ["receipted", "returned"]


async def test_money_that_comes_after_closing_goes_back(house, till):
    citizen = await log_in(house, till)
    order = await citizen.order(await issue(house))
    assert (await citizen.close(order)).status == 200
    await citizen.pay_late(order)
    await at_rest(house)
    assert await states(house, order) == ["returned"]


async def test_after_closing_the_same_notice_can_be_ordered_and_paid(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    closed = await citizen.order(notice)
    await citizen.close(closed)
    order = await citizen.order(notice)
    await citizen.pay(order)
    await citizen.pay_late(closed)
    await at_rest(house)
    assert await states(house, closed, order) == ["returned", "receipted"]


async def test_an_order_nobody_pays_is_closed_here_and_there(house, till):
    citizen = await log_in(house, till)
    order = await citizen.order(await issue(house))
    await house.pass_time(minutes=40)
    assert await states(house, order) == ["closed"]
    await at_rest(house)


@pytest.mark.parametrize("fault", LOST)
async def test_an_order_whose_answer_was_lost_goes_on_when_it_is_asked_for_again(
    house, till, fault
):
    notice = await issue(house)
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, fault, till.operations["prepare"])
    assert (await citizen.asks_for(notice)).status == 503
    (unknown,) = await house.orders()
    assert unknown.state == "unknown"
    order = await citizen.order(notice)
    assert order["order_id"] == unknown.id
    await citizen.pay(order)
    await at_rest(house)
    assert await states(house, order) == ["receipted"]


async def test_an_order_whose_answer_comes_too_late_is_unknown_and_then_paid(house):
    async def order_and_pay(till):
        notice = await issue(house)
        citizen = await log_in(house, till)
        slow = {"seconds": 11.5}  # the gateway waits ten seconds, which aiohttp rounds up
        await house.fault(till.stand_in, "slow_reply", till.operations["prepare"], parameters=slow)
        assert (await citizen.asks_for(notice)).status == 503
        order = await citizen.order(notice)
        await citizen.pay(order)
        return order

    orders = await asyncio.gather(order_and_pay(WECHAT_PAY), order_and_pay(ALIPAY))
    await at_rest(house)
    assert await states(house, *orders) == ["receipted", "receipted"]


async def test_being_asked_to_slow_down_is_not_being_refused(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, "too_many_requests", till.operations["prepare"])
    answer = await citizen.asks_for(notice)
    assert answer.status in (429, 503)
    order = await citizen.order(notice)
    await citizen.pay(order)
    await at_rest(house)
    assert len(await house.orders()) == 1


async def test_an_unknown_order_that_nobody_asks_for_again_is_closed_in_the_end(house, till):
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, "reply_lost", till.operations["prepare"])
    assert (await citizen.asks_for(await issue(house))).status == 503
    await at_rest(house)
    (order,) = await house.orders()
    assert order.state == "closed"


@pytest.mark.parametrize("verb", ["ask", "close"])
@pytest.mark.parametrize("fault", ["reply_lost", "server_error_after", "too_many_requests"])
async def test_an_order_is_closed_although_the_platform_stumbles(house, till, verb, fault):
    citizen = await log_in(house, till)
    order = await citizen.order(await issue(house))
    await house.fault(till.stand_in, fault, till.operations[verb], times=3)
    assert (await citizen.close(order)).status in (429, 503)
    await at_rest(house)
    assert await states(house, order) == ["closed"]


async def test_closing_and_paying_in_one_moment_ends_with_the_money_in_one_place(house, till):
    citizen = await log_in(house, till)
    ended = []
    for _ in range(5):
        order = await citizen.order(await issue(house))
        await asyncio.gather(citizen.close(order), citizen.pay(order), return_exceptions=True)
        ended.append(order)
    await at_rest(house)
    assert set(await states(house, *ended)) <= {"receipted", "returned", "closed"}


async def test_a_payment_that_slips_through_while_closing_goes_back_or_settles(house):
    citizen = await log_in(house, WECHAT_PAY)
    order = await citizen.order(await issue(house))
    await house.fault("wechat_pay", "paid_while_closing", "orders.close")
    await citizen.close(order)
    await at_rest(house)
    assert await states(house, order) in (["receipted"], ["returned"])


@pytest.mark.parametrize("fault", ["reply_forged", "reply_unsigned"])
async def test_an_alipay_answer_that_cannot_be_believed_leaves_the_order_unknown(house, fault):
    await _not_believed(house, ALIPAY, fault)


@pytest.mark.parametrize("fault", ["reply_wrong_signature", "reply_unknown_serial", "clock_skew"])
async def test_a_wechat_answer_that_cannot_be_believed_leaves_the_order_unknown(house, fault):
    await _not_believed(house, WECHAT_PAY, fault)


async def _not_believed(house, till, fault):
    notice = await issue(house)
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, fault, till.operations["prepare"], times=2)
    assert (await citizen.asks_for(notice)).status == 503
    order = await citizen.order(notice) if till is WECHAT_PAY else await _at_last(citizen, notice)
    await citizen.pay(order)
    await at_rest(house)
    assert await states(house, order) == ["receipted"]


async def _at_last(citizen, notice):
    assert (await citizen.asks_for(notice)).status == 503
    return await citizen.order(notice)


async def test_a_probing_answer_is_asked_for_again_and_the_second_believed(house):
    citizen = await log_in(house, WECHAT_PAY)
    await house.fault("wechat_pay", "reply_probe", "orders.prepay")
    order = await citizen.order(await issue(house))
    assert order["state"] == "unpaid"
