"""A region whose finance speaks CNNONTAX: paid here, paid elsewhere, away, and beside another."""

from datetime import timedelta

import pytest

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, NoticeDraft
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import FeeDesk, FeeMatter
from mock_platforms.finance.people import CITIZENS
from payment.elsewhere import ELSEWHERE
from payment.journal.parity import Parities, Parity
from tests.journeys.cnnontax.conftest import UNIT
from tests.journeys.gateway.citizen import issue, log_in, operate
from tests.journeys.gateway.house import until
from tests.journeys.gateway.staff import give_back

NODE = "/finance_cnnontax"


async def made(house, **given):
    """A unit of another system issues a notice."""
    return await house.control("POST", f"{NODE}/notices", **given)


async def ordered(house, till, notice):
    citizen = await log_in(house, till)
    return citizen, await citizen.order(notice)


async def booked(house):
    return {each["number"]: each for each in await house.control("GET", f"{NODE}/payments")}


async def pay_elsewhere(house, notice, **given):
    path = f"{NODE}/notices/{notice['pay_code']}/pay-elsewhere"
    return await house.control("POST", path, **given)


async def kept(house):
    return await house.gateway.store.find(ELSEWHERE.name, limit=100)


async def pushes(house, notice):
    return [
        each
        for each in await house.deliveries(notice["pay_code"])
        if each["kind"] == "payments.push"
    ]


async def test_a_fee_is_paid_confirmed_over_tcp_and_receipted(house, till):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)

    await citizen.pay(order)
    await house.pass_time(minutes=2)

    paid = await house.becomes(order["order_id"], "receipted")
    known = (await booked(house))[paid.id]
    assert (known["amount_fen"], known["transaction"]) == (paid.amount_fen, paid.transaction)
    [receipt] = await house.control("GET", f"{NODE}/receipts")
    assert paid.receipt is not None
    assert (paid.receipt.number, paid.receipt.total_fen) == (receipt["number"], paid.amount_fen)
    assert await house.control("GET", "/finance/payments") == []


async def test_store_journal_and_finance_agree_on_a_payment_there(house, till):
    day = beijing_day(house.now())
    citizen, order = await ordered(house, till, await made(house))
    await citizen.pay(order)
    await house.becomes(order["order_id"], "receipted")
    await house.pass_time(days=1)

    [parities] = house.gateway.table.offered(Parities).values()

    found = [each async for each in parities.of_day(order["method"], day)]
    assert found == [Parity(order["order_id"], ())]


async def test_a_notice_of_ours_is_issued_there_and_paid_without_a_check_code(house, till):
    citizen = await log_in(house, till)
    session = next(iter(await house.gateway.store.find("identities", limit=10)))["_id"]
    name, number = next(iter(CITIZENS.items()))
    draft = NoticeDraft(
        UNIT,
        "示例县不动产登记中心",
        PersonName(name),
        IdNumber(number),
        (FeeItem("103043211", "不动产登记费", "件", 1, Fen(80_00)),),
        beijing_day(house.now()) + timedelta(days=15),
    )
    desk = house.gateway.table.offered(FeeDesk)["payment"]
    matter = FeeMatter("", "service", citizen=session)
    issued = [await desk.issue("A1", draft, matter) for _ in range(2)]
    assert issued[0] == issued[1]

    asked = {"pay_code": issued[0].notice.pay_code, "total_fen": 80_00}
    order = (await citizen.call("POST", "/orders", asked)).json()
    await citizen.pay(order)
    await house.pass_time(minutes=2)

    await house.becomes(order["order_id"], "receipted")
    assert len(await house.control("GET", f"{NODE}/notices")) == 1


async def test_what_is_paid_at_a_bank_is_pushed_and_closes_open_orders(house, till):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)

    await pay_elsewhere(house, notice)
    await house.pass_time(minutes=1)

    await house.becomes(order["order_id"], "closed")
    [attempt] = await pushes(house, notice)
    assert attempt["outcome"] == "accepted"
    assert len(await kept(house)) == 1
    answer = await citizen.asks_for(notice)
    assert (answer.status, answer.json()["code"][:11]) == (409, "notice_paid")


async def test_a_push_repeated_because_its_answer_was_lost_changes_nothing(house, till):
    notice = await made(house)
    _, order = await ordered(house, till, notice)
    await house.fault("finance_cnnontax", "notify_doubled", "payments.push")

    await pay_elsewhere(house, notice)
    await house.pass_time(minutes=1)

    assert [each["outcome"] for each in await pushes(house, notice)] == ["accepted"] * 2
    assert len(await kept(house)) == 1
    assert (await house.order(order["order_id"])).state == "closed"


@pytest.mark.parametrize("fault", ["notify_forged", "notify_wrong_node", "notify_wrong_length"])
async def test_a_push_that_is_not_finances_changes_nothing_until_the_true_one_comes(
    house, till, fault
):
    notice = await made(house)
    _, order = await ordered(house, till, notice)
    await house.fault("finance_cnnontax", fault, "payments.push")
    await pay_elsewhere(house, notice)
    await until("the first push", lambda: pushes(house, notice), bool)
    assert await kept(house) == []
    assert (await house.order(order["order_id"])).state == "unpaid"

    await house.pass_time(minutes=1)

    assert [each["outcome"] == "accepted" for each in await pushes(house, notice)] == [False, True]
    await house.becomes(order["order_id"], "closed")


async def test_finance_tells_us_of_our_own_payment_and_nothing_changes(house, till):
    address = f"127.0.0.1:{house.ports['rugao']}"
    await house.control("POST", f"{NODE}/unit-node", address=address, echoes=True)
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)

    await citizen.pay(order)
    await house.pass_time(minutes=2)

    paid = await house.becomes(order["order_id"], "receipted")
    assert [each["outcome"] for each in await pushes(house, notice)] == ["accepted"]
    assert paid.refunds == ()
    assert list(await booked(house)) == [paid.id]


async def test_what_was_paid_elsewhere_while_the_citizen_paid_goes_back(house, till):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)
    await house.fault("finance_cnnontax", "notify_lost", "payments.push", times=None)
    await pay_elsewhere(house, notice)

    await citizen.pay(order)
    await house.pass_time(hours=2)

    await house.becomes(order["order_id"], "returned")
    assert order["order_id"] not in await booked(house)


async def test_money_that_finance_has_from_the_channel_stays_there_and_is_receipted(house, till):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)
    await house.fault("finance_cnnontax", "connection_cut", "payments.confirm")
    await citizen.pay(order)
    paid = await house.becomes(order["order_id"], "paid")

    await pay_elsewhere(house, notice, transaction=paid.transaction)
    await house.pass_time(hours=1)

    kept_money = await house.becomes(order["order_id"], "receipted")
    assert kept_money.refunds == ()
    assert list(await booked(house)) == [paid.transaction]


async def test_what_is_paid_while_finance_is_down_for_two_hours_is_booked_once(house, till):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)
    away = await house.fault("finance_cnnontax", "connection_cut", times=None)
    await citizen.pay(order)
    await house.pass_time(hours=2)
    assert await booked(house) == {}
    assert (await house.order(order["order_id"])).state == "paid"

    await house.control("DELETE", f"/faults/{away}")
    await house.pass_time(hours=2)

    await house.becomes(order["order_id"], "receipted")
    assert list(await booked(house)) == [order["order_id"]]


LOST = ("reply_lost", "truncated_reply", "reply_forged", "reply_wrong_length")


@pytest.mark.parametrize("fault", LOST)
async def test_a_booking_whose_answer_was_lost_is_made_once(house, till, fault):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)
    await house.fault("finance_cnnontax", fault, "payments.confirm", times=2)

    await citizen.pay(order)
    await house.pass_time(hours=1)

    await house.becomes(order["order_id"], "receipted")
    assert list(await booked(house)) == [order["order_id"]]


async def test_finance_that_forgets_what_it_pushed_costs_nobody_anything(house, till):
    notice = await made(house)
    await pay_elsewhere(house, notice)
    await house.pass_time(minutes=1)
    await house.fault("finance_cnnontax", "says_unpaid", "notices.query", times=None)
    citizen, order = await ordered(house, till, notice)

    await citizen.pay(order)
    await house.pass_time(hours=1)

    await house.becomes(order["order_id"], "returned")
    assert order["order_id"] not in await booked(house)


@pytest.mark.parametrize("fault", ["says_failure", "unit_may_not_charge"])
async def test_what_finance_refuses_is_a_persons_matter_and_the_money_stays(house, till, fault):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)
    await house.fault("finance_cnnontax", fault, "payments.confirm")

    await citizen.pay(order)
    await house.pass_time(minutes=5)

    assert (await house.order(order["order_id"])).state == "paid"
    letters = (await operate(house, "GET", "/dead-letters")).json()["letters"]
    assert [each["id"] for each in letters] == [order["order_id"]]


async def test_a_refund_is_reported_and_reverses_the_receipt(house, till):
    notice = await made(house)
    citizen, order = await ordered(house, till, notice)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")

    await give_back(house, order, 5_000)
    await house.pass_time(hours=2)

    [refund] = await house.control("GET", f"{NODE}/refunds")
    assert refund["amount_fen"] == 5_000
    receipts = await house.control("GET", f"{NODE}/receipts")
    assert [each["amount_fen"] for each in receipts] == [20_000, -5_000]
    assert receipts[1]["related"] == [receipts[0]["code"], receipts[0]["number"]]
    [done] = (await house.order(order["order_id"])).refunds
    assert done.red_receipt is not None
    red = done.red_receipt
    assert [red.related_code, red.related_number] == receipts[1]["related"]
    assert (await operate(house, "GET", "/dead-letters")).json()["letters"] == []


async def test_two_regions_are_served_by_two_protocols_at_once(house, till):
    notices = [await made(house), await issue(house)]
    both = [await ordered(house, till, notice) for notice in notices]

    for citizen, order in both:
        await citizen.pay(order)
    await house.pass_time(minutes=2)

    for _, order in both:
        await house.becomes(order["order_id"], "receipted")
    [here, there] = [order["order_id"] for _, order in both]
    assert list(await booked(house)) == [here]
    payments = await house.control("GET", "/finance/payments")
    assert [each["confirmation_no"] for each in payments] == [there]


async def test_a_region_whose_finance_is_down_does_not_hold_up_the_other(house, till):
    notices = [await made(house), await issue(house)]
    both = [await ordered(house, till, notice) for notice in notices]
    await house.fault("finance_cnnontax", "connection_cut", times=None)

    for citizen, order in both:
        await citizen.pay(order)
    await house.pass_time(minutes=2)

    assert (await house.order(both[0][1]["order_id"])).state == "paid"
    await house.becomes(both[1][1]["order_id"], "receipted")


async def test_an_overdue_fine_costs_what_finance_says_until_midnight(house, till):
    notice = await made(house, due_in_days=-3)
    assert notice["late_fee_fen"] == 1_800
    citizen, order = await ordered(house, till, notice)
    assert order["amount_fen"] == 21_800

    await citizen.pay(order)
    await house.pass_time(minutes=2)

    await house.becomes(order["order_id"], "receipted")
    await house.pass_time(days=1)
    assert (await booked(house))[order["order_id"]]["amount_fen"] == 21_800
