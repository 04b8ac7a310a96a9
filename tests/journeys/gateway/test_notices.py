"""Notices as they really are: late with a cap and an item of its own, paused, waived, reduced."""

from datetime import timedelta

import pytest

from channel_gateway.domain.days import beijing_day, day_start
from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import log_in

FINE = {
    "code": "103050101",
    "name": "交通违法罚款",
    "amount_fen": 20_000,
    "unit": "次",
    "standard": "200.00元/次",
    "late_rate_per_10000": 300,
    "late_cap_fen": 5_000,
    "late_code": "103050199",
    "late_name": "交通违法加处罚款",
}


async def issue(house, **what):
    return await house.control("POST", "/finance/notices", **what)


async def decide(house, notice, what, **how):
    path = f"/finance/notices/{notice['pay_code']}/{what}"
    return await house.control("POST", path, **how)


async def look_up(citizen, notice):
    asked = {name: notice[name] for name in ("pay_code", "check_code")}
    return await citizen.call("POST", "/notices/look-up", asked)


async def noon(house):
    """Tomorrow's: what counts days is not played over a midnight by chance."""
    tomorrow = day_start(beijing_day(house.now()) + timedelta(days=1))
    await house.advance(tomorrow + timedelta(hours=12) - house.now())


async def states(house, *orders):
    return [(await house.order(order["order_id"])).state for order in orders]


async def test_an_overdue_fine_is_paid_with_its_capped_late_fee_under_its_own_item(house, till):
    notice = await issue(house, items=[FINE], due_in_days=-30)
    citizen = await log_in(house, till)
    shown = (await look_up(citizen, notice)).json()
    (item,) = shown["items"]
    assert (item["quantity"], item["unit"], item["standard"]) == (1, "次", "200.00元/次")
    assert (item["late_fee_fen"], shown["total_fen"]) == (5_000, 25_000)
    assert shown["valid_until"] is None
    order = await citizen.order(notice)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    kept = await house.becomes(order["order_id"], "receipted")
    assert [(line.code, line.name, line.amount_fen, line.late) for line in kept.lines] == [
        ("103050101", "交通违法罚款", 20_000, False),
        ("103050199", "交通违法加处罚款", 5_000, True),
    ]
    (booked,) = await house.control("GET", "/finance/payments")
    assert (booked["amount_fen"], booked["late_fee_fen"]) == (25_000, 5_000)
    await balanced(house)


async def test_a_late_fee_rests_while_a_review_runs_and_goes_on_afterwards(house, till):
    await noon(house)
    today = beijing_day(house.now())
    notice = await issue(house, items=[FINE], due_in_days=-2)
    ends = today + timedelta(days=2)
    await decide(house, notice, "pauses", first=today.isoformat(), last=ends.isoformat())
    citizen = await log_in(house, till)
    before = (await look_up(citizen, notice)).json()
    assert before["late_fee_fen"] == 600
    await house.pass_time(days=2)
    assert (await look_up(citizen, notice)).json()["late_fee_fen"] == 600
    await house.pass_time(days=1)
    after = (await look_up(citizen, notice)).json()
    assert after["late_fee_fen"] == 1_200
    order = await citizen.order({**notice, "total_fen": after["total_fen"]})
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")
    await balanced(house)


async def test_money_for_what_was_waived_while_its_order_was_open_goes_back(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    order = await citizen.order(notice)
    await decide(house, notice, "waive")
    await citizen.pay(order)
    await house.pass_time(hours=2)
    kept = await house.becomes(order["order_id"], "returned")
    assert (kept.stray_reason, kept.refunds[0].reason) == (
        "waived",
        "该缴款单已获准减免，款项原路退回",
    )
    assert await house.control("GET", "/finance/payments") == []
    await balanced(house)


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        ("waive", "notice_exempt"),
        ("void", "notice_void"),
        ("pay-elsewhere", "notice_paid_elsewhere"),
    ],
)
async def test_whoever_looks_at_what_is_gone_reads_why_and_its_open_order_closes(
    house, till, decided, code
):
    notice = await issue(house)
    citizen = await log_in(house, till)
    order = await citizen.order(notice)
    await decide(house, notice, decided)
    answer = await look_up(citizen, notice)
    assert (answer.status, answer.json()["code"]) == (409, code)
    await house.becomes(order["order_id"], "closed")
    await citizen.pay_late(order)
    await house.pass_time(hours=2)
    assert await states(house, order) == ["returned"]
    await balanced(house)


async def test_what_an_authority_takes_off_is_not_paid(house, till):
    notice = await issue(house)
    less = await decide(house, notice, "reduce", by_fen=5_000)
    citizen = await log_in(house, till)
    stale = await citizen.asks_for(notice)
    assert (stale.status, stale.json()["code"]) == (409, "quote_stale")
    (item,) = (await look_up(citizen, notice)).json()["items"]
    assert (item["amount_fen"], item["reduced_fen"]) == (15_000, 5_000)
    order = await citizen.order(less)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    assert (await house.becomes(order["order_id"], "receipted")).amount_fen == 15_000
    await balanced(house)
