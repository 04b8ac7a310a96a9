"""A day in a region whose finance gives no statements: it is asked what it has, and believed."""

import pytest

from channel_gateway.ports import Role
from channel_gateway.stories import tell_story
from tests.journeys.gateway.citizen import log_in
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import TILLS
from tests.journeys.reconciliation.office import hire, kinds, next_morning, noon

NODE = "/finance_cnnontax"
TILL = TILLS[0]


@pytest.fixture
async def clerk(house):
    return await hire(house, "clerk-lin", Role.FINANCE_CLERK)


async def made(house, **given):
    return await house.control("POST", f"{NODE}/notices", **given)


async def paid(house, **given):
    """A fee that is paid, booked and receipted; returns its notice and its order."""
    notice = await made(house, **given)
    citizen = await log_in(house, TILL)
    order = await citizen.order(notice)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")
    return notice, str(order["order_id"])


async def pay_elsewhere(house, notice, **given):
    path = f"{NODE}/notices/{notice['pay_code']}/pay-elsewhere"
    return await house.control("POST", path, **given)


async def forgets(house, notice, **given):
    about = {"order": notice["pay_code"], "times": None, **given}
    return await house.fault("finance_cnnontax", "says_unpaid", "notices.query", **about)


async def report_of(clerk, day):
    view = await clerk.ask("GET", f"/days/{day}")
    (found,) = [each for each in view["methods"] if each["method"] == TILL.plugin]
    return found


async def questions(house):
    told = await house.control("GET", "/requests?platform=finance_cnnontax")
    return [each for each in told["requests"] if each["operation"] == "notices.query"]


async def test_a_day_on_which_nothing_went_wrong_balances_three_ways(house, clerk):
    day = await noon(house)
    await paid(house)
    await paid(house, due_in_days=-3)  # its late fee would have grown overnight
    _, part = await paid(house, amount_fen=9_000)
    _, whole = await paid(house, amount_fen=7_000)
    await give_back(house, {"order_id": part}, 4_000)
    await give_back(house, {"order_id": whole}, 7_000)
    await next_morning(house)

    view = await clerk.run(day, TILL)

    assert (view["state"], view["kinds"], view["waiting"]) == ("balanced", [], "")
    report = await report_of(clerk, day)
    for side in ("channel", "gateway", "finance"):
        sums = (report[side]["gross_fen"], report[side]["refunded_fen"])
        assert sums == (20_000 + 21_800 + 9_000 + 7_000, 11_000), side
    assert [each["closing_fen"] for each in report["transit"]] == [0]


async def test_finance_that_pushes_our_own_payments_too_has_each_of_them_once(house, clerk):
    address = f"127.0.0.1:{house.ports['rugao']}"
    await house.control("POST", f"{NODE}/unit-node", address=address, echoes=True)
    day = await noon(house)
    await paid(house)
    await paid(house, due_in_days=-3)
    notice = await made(house)
    citizen = await log_in(house, TILL)
    order = await citizen.order(notice)
    await house.fault("finance_cnnontax", "connection_cut", "payments.confirm")
    await citizen.pay(order)
    booked = await house.becomes(order["order_id"], "paid")
    # The channel told finance as well, and finance tells us: it is one payment, and ours.
    await pay_elsewhere(house, notice, transaction=booked.transaction)
    await next_morning(house)

    view = await clerk.run(day, TILL)

    assert (view["state"], view["kinds"]) == ("balanced", [])
    report = await report_of(clerk, day)
    assert report["finance"]["gross_fen"] == report["channel"]["gross_fen"] == 61_800


async def test_what_nobody_here_ordered_is_on_the_first_methods_page_alone(house, clerk):
    day = await noon(house)
    await pay_elsewhere(house, await made(house))
    await next_morning(house)

    found = {}
    for till in TILLS:
        await clerk.run(day, till)
        found[till.plugin] = kinds(await clerk.differences(day, till))

    assert found == {"alipay_pay": {"M5": 1}, "wechat_pay": {}}


async def test_each_payment_is_asked_about_once_however_often_the_day_is_run(house, clerk):
    day = await noon(house)
    await paid(house)
    await paid(house)
    await next_morning(house)
    await clerk.run(day, TILL)
    before = len(await questions(house))

    await clerk.run(day, TILL)

    assert len(await questions(house)) == before


async def test_what_finance_forgot_changed_or_has_alone_is_found_and_nothing_else(house, clerk):
    day = await noon(house)
    await paid(house)
    forgotten, forgotten_order = await paid(house)
    other, other_order = await paid(house)
    elsewhere = await made(house)
    await (await log_in(house, TILL)).order(elsewhere)
    await pay_elsewhere(house, elsewhere)
    faults = [
        await forgets(house, forgotten),
        await house.fault(
            "finance_cnnontax",
            "says_other_amount",
            "notices.query",
            order=other["pay_code"],
            times=None,
            parameters={"by_fen": -1},
        ),
    ]
    await next_morning(house)

    await clerk.run(day, TILL)
    found = {each["kind"]: each for each in await clerk.differences(day, TILL)}

    assert sorted(found) == ["M4", "M5", "M6"]
    assert found["M4"]["order_id"] == forgotten_order
    assert found["M4"]["finance_fen"] is None
    assert found["M5"]["pay_code"] == elsewhere["pay_code"]
    sums = [found["M6"][f"{side}_fen"] for side in ("channel", "gateway", "finance")]
    assert (found["M6"]["order_id"], sums) == (other_order, [20_000, 20_000, 19_999])
    assert [kind for kind in found if found[kind]["state"] == "healed"] == ["M5"]

    for each in faults:
        await house.control("DELETE", f"/faults/{each}")
    await house.pass_time(hours=1)
    view = await clerk.run(day, TILL)
    assert (view["state"], [each["kind"] for each in view["kinds"]]) == ("balanced", ["M5"])


async def test_what_finance_was_never_told_is_in_transit_until_it_is(house, clerk):
    day = await noon(house)
    notice = await made(house)
    citizen = await log_in(house, TILL)
    order = await citizen.order(notice)
    refused = await house.fault(
        "finance_cnnontax", "connection_cut", "payments.confirm", times=None
    )
    await citizen.pay(order)
    await next_morning(house)

    await clerk.run(day, TILL)
    assert kinds(await clerk.differences(day, TILL)) == {"M4": 1}

    await house.control("DELETE", f"/faults/{refused}")
    await clerk.run(day, TILL)  # it reminds
    await house.pass_time(minutes=1)
    view = await clerk.run(day, TILL)
    assert (view["state"], view["kinds"]) == ("balanced", [])


async def test_a_refund_finance_has_not_reversed_is_in_transit_until_it_has(house, clerk):
    day = await noon(house)
    _, order_id = await paid(house)
    away = await house.fault("finance_cnnontax", "connection_cut", "receipts.issue", times=None)
    await give_back(house, {"order_id": order_id}, 5_000)
    await next_morning(house)

    await clerk.run(day, TILL)
    (found,) = await clerk.differences(day, TILL)
    assert (found["kind"], found["refund_no"] != "", found["finance_fen"]) == ("M4", True, None)

    await house.control("DELETE", f"/faults/{away}")
    await clerk.run(day, TILL)  # it reminds
    await house.pass_time(hours=25)  # its red receipt is of today, and its day must be over
    view = await clerk.run(day, TILL)
    assert (view["state"], [each["kind"] for each in view["kinds"]]) == ("balanced", ["M9"])


async def test_a_day_waits_for_finance_that_does_not_answer_and_goes_on_where_it_was(house, clerk):
    day = await noon(house)
    await paid(house)
    away = await house.fault("finance_cnnontax", "connection_cut", "notices.query", times=None)
    await next_morning(house)
    view = await clerk.run(day, TILL)
    assert view["state"] == "file_ok"
    assert view["waiting"].startswith("unavailable")

    await house.control("DELETE", f"/faults/{away}")

    assert (await clerk.run(day, TILL))["state"] == "balanced"


async def test_the_story_of_an_order_has_finances_own_word(house, clerk):
    await noon(house)
    notice, order_id = await paid(house)
    await forgets(house, notice)
    await next_morning(house)

    for number in (order_id, notice["pay_code"]):
        told = await tell_story(house.gateway.table, number, "the store")
        said = [line.text for line in told if "own word" in line.text]
        assert [line.partition(": it ")[2].partition(", and")[0] for line in said] == [
            "took what we told it of: 200.00 yuan",
            "does not have it as paid",
        ]
        assert "(8001)" in said[0]
        assert "(5997)" in said[1]
