"""A registry's fees on WeChat's non-tax platform: paid, found when lost, paid twice, given back."""

import asyncio
from typing import Any

import pytest

from tests.journeys.gateway.citizen import Citizen, log_in
from tests.journeys.gateway.citizen import issue as issue_elsewhere
from tests.journeys.gateway.house import House
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.journeys.nontax.registry import (
    LIFE,
    PATH,
    PLUGIN,
    at_rest,
    issue,
    pay,
    pay_late,
    states,
)

LOST = ("reply_lost", "server_error_after", "truncated_reply", "connection_cut", "server_error")
UNTRUE = {
    "nontax_forged": 300,
    "nontax_stale": 300,
    "nontax_sealed_for_another": 298,
    "nontax_wrong_amount": 210,
    "nontax_wrong_app": 210,
    "nontax_wrong_bank": 236,
}


async def ordered(house: House, **more: Any) -> tuple[Citizen, dict[str, Any]]:
    citizen = await log_in(house, WECHAT_PAY)
    return citizen, await citizen.order(await issue(house, **more))


async def paid_and_booked(house: House) -> dict[str, Any]:
    citizen, order = await ordered(house)
    await pay(citizen, order)
    await house.becomes(order["order_id"], "receipted")
    return order


async def test_a_citizen_of_the_registry_pays_on_the_non_tax_platform(house: House) -> None:
    citizen, order = await ordered(house)
    assert order["method"] == PLUGIN

    await pay(citizen, order)

    await at_rest(house)
    assert await states(house, order) == ["receipted"]
    (told,) = await house.deliveries(order["order_id"])
    assert (told["outcome"], told["answer"]) == ("accepted", '{"errcode":0,"errmsg":"ok"}')


async def test_another_units_fee_and_another_channel_go_their_usual_ways(house: House) -> None:
    in_wechat, in_alipay = await log_in(house, WECHAT_PAY), await log_in(house, ALIPAY)

    elsewhere = await in_wechat.order(await issue_elsewhere(house))
    beside = await in_alipay.order(await issue(house))

    assert (elsewhere["method"], beside["method"]) == ("wechat_pay", "alipay_pay")


async def test_what_being_late_adds_is_told_apart(house: House) -> None:
    citizen = await log_in(house, WECHAT_PAY)
    item = {
        "code": "103043211",
        "name": "登记费",
        "amount_fen": 20_000,
        "late_rate_per_10000": 300,
    }
    unit = {"unit_code": "330199021", "unit_name": "示例市不动产登记中心"}
    notice = await house.control("POST", "/finance/notices", items=[item], due_in_days=-1, **unit)
    order = await citizen.order(notice)

    await pay(citizen, order)

    await at_rest(house)
    assert await states(house, order) == ["receipted"]
    told = await house.control("GET", f"/wechat/nontax/orders/{order['order_id']}")
    (listed,) = told["items"]
    assert (listed["fee"], listed["overdue"], listed["penalty"]) == (20_600, 600, 0)


async def test_a_lost_notification_is_found_by_asking(house: House) -> None:
    citizen, order = await ordered(house)
    await house.fault("wechat", "notify_lost", "nontax.notify", times=None)

    await pay(citizen, order)

    await house.pass_time(minutes=3)
    assert await states(house, order) == ["receipted"]


async def test_a_notification_a_day_late_changes_nothing(house: House) -> None:
    citizen, order = await ordered(house)
    await house.fault("wechat", "notify_delayed", "nontax.notify")
    await pay(citizen, order)
    await house.pass_time(hours=3)
    before = await house.order(order["order_id"])

    await house.pass_time(hours=23)

    (told,) = await house.deliveries(order["order_id"])
    assert told["outcome"] == "accepted"
    assert await house.order(order["order_id"]) == before


@pytest.mark.parametrize("fault", LOST)
async def test_an_order_whose_answer_was_lost_is_tapped_again_and_paid_once(
    house: House, fault: str
) -> None:
    notice = await issue(house)
    citizen = await log_in(house, WECHAT_PAY)
    await house.fault("wechat", fault, "nontax.unifiedorder")
    assert (await citizen.asks_for(notice)).status == 503
    (unknown,) = await house.orders()
    assert unknown.state == "unknown"

    order = await citizen.order(notice)
    await pay(citizen, order)

    await at_rest(house)
    assert await states(house, order) == ["receipted"]
    assert len(await house.orders()) == 1


async def test_money_for_an_order_whose_answer_was_lost_is_found(house: House) -> None:
    """The platform has the order, we do not know how it is called there: our number finds it."""
    citizen = await log_in(house, WECHAT_PAY)
    await house.fault("wechat", "reply_lost", "nontax.unifiedorder")
    await house.fault("wechat", "notify_lost", "nontax.notify", times=None)
    assert (await citizen.asks_for(await issue(house))).status == 503
    (order,) = await house.orders()

    await house.control("POST", f"/wechat/nontax/orders/{order.id}/pay", openid=citizen.openid)

    await at_rest(house)
    assert (await house.order(order.id)).state == "receipted"


async def test_of_the_non_tax_platform_and_alipay_one_settles_and_one_goes_back(
    house: House,
) -> None:
    notice = await issue(house)
    first, second = await log_in(house, WECHAT_PAY), await log_in(house, ALIPAY)
    orders = [await first.order(notice), await second.order(notice)]

    under_way = {"late": True}  # neither hears of the other before it takes the money
    await asyncio.gather(pay(first, orders[0], **under_way), second.pay(orders[1]))

    await at_rest(house)
    assert sorted(await states(house, *orders)) == ["receipted", "returned"]


async def test_an_order_that_cannot_be_closed_waits_and_its_late_money_goes_back(
    house: House,
) -> None:
    notice = await issue(house)
    waiting = await log_in(house, WECHAT_PAY)
    left_open = await waiting.order(notice)
    citizen = await log_in(house, ALIPAY)
    order = await citizen.order(notice)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    assert await states(house, order, left_open) == ["receipted", "closing"]

    await house.pass_time(hours=4)
    assert await states(house, left_open) == ["closed"]
    await pay_late(house, left_open)

    await at_rest(house)
    assert await states(house, order, left_open) == ["receipted", "returned"]


async def test_the_platform_takes_no_money_the_department_does_not_want(house: House) -> None:
    """It asks us what is owed before it takes money, and hears that the notice is paid."""
    notice = await issue(house)
    slow = await log_in(house, WECHAT_PAY)
    waiting = await slow.order(notice)
    citizen = await log_in(house, ALIPAY)
    order = await citizen.order(notice)
    await citizen.pay(order)
    await house.becomes(order["order_id"], "receipted")

    with pytest.raises(AssertionError, match="errcode 232"):
        await pay(slow, waiting)


async def test_closing_says_that_the_platform_closes_by_itself(house: House) -> None:
    citizen, order = await ordered(house)

    answer = await citizen.close(order)

    assert (answer.status, answer.json()["code"]) == (422, "closes_by_itself")
    await house.pass_time(seconds=LIFE.total_seconds())
    await at_rest(house)
    assert await states(house, order) == ["closed"]


async def test_part_of_a_payment_goes_back_and_the_platforms_status_stays(house: House) -> None:
    order = await paid_and_booked(house)

    await give_back(house, order, 7_000)

    await at_rest(house)
    found = await house.order(order["order_id"])
    assert [(r.state, r.amount_fen) for r in found.refunds] == [("done", 7_000)]
    told = await house.control("GET", f"/wechat/nontax/orders/{order['order_id']}")
    assert told["status"] == 3


async def test_when_all_went_back_the_order_is_returned(house: House) -> None:
    order = await paid_and_booked(house)

    await give_back(house, order, 20_000)

    await at_rest(house)
    assert await states(house, order) == ["returned"]
    told = await house.control("GET", f"/wechat/nontax/orders/{order['order_id']}")
    assert told["status"] == 5
    assert "partial_refund_info" not in told


@pytest.mark.parametrize("fault", LOST)
async def test_a_refund_whose_answer_was_lost_moves_money_once(house: House, fault: str) -> None:
    order = await paid_and_booked(house)
    await house.fault("wechat", fault, "nontax.refund", times=2)

    await give_back(house, order, 7_000)

    await at_rest(house)
    (refund,) = (await house.order(order["order_id"])).refunds
    assert refund.state == "done"


@pytest.mark.parametrize(("fault", "errcode"), UNTRUE.items())
async def test_an_untrue_notification_is_refused_and_the_true_one_believed(
    house: House, fault: str, errcode: int
) -> None:
    citizen, order = await ordered(house)
    await house.fault("wechat", fault, "nontax.notify")

    await pay(citizen, order)

    untrue = (await house.delivered(order["order_id"]))[0]
    assert f'"errcode":{errcode},' in untrue["answer"]
    assert untrue["outcome"] == "refused"
    await at_rest(house)
    assert (await house.deliveries(order["order_id"]))[-1]["outcome"] == "accepted"
    assert await states(house, order) == ["receipted"]
    told = await house.control("GET", f"/wechat/nontax/orders/{order['order_id']}")
    (history,) = told["notify_history"]
    first, last = history["notify_detail"]
    assert (history["notify_cnt"], first["errcode"], last["errcode"]) == (2, errcode, 0)
    assert first["wxnontaxstr"] != last["wxnontaxstr"]


async def test_what_nobody_signed_is_refused_in_the_platforms_words(house: House) -> None:
    answer = await house.call("POST", PATH, b'{"appid":"wx","Encrypt":"AAAA"}')

    assert answer.status == 400
    assert answer.json() == {"errcode": 300, "errmsg": "签名错误"}
