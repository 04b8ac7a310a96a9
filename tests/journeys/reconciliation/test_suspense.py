"""Unknown money taken out of the suspense account is known on every day's books."""

from tests.journeys.gateway.citizen import issue
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import next_morning, noon
from tests.journeys.reconciliation.test_story import story, told_once_in_order


async def suspended(house, office, business, till):
    """Money of an order of somebody else's lies in the account; returns its day and its number."""
    day = await noon(house)
    await planting.paid_past_us(business)
    await next_morning(house)
    await office.clerk.run(day, till)
    [found] = await office.clerk.differences(day, till)
    assert (found["kind"], found["channel_fen"]) == ("M2", 20_000)
    await office.clerk.ask("POST", f"/cases/{found['id']}/suspend", {"reason": "缴款人不明"})
    return day, found["id"]


async def taken_out(house, office, item_id, **entry):
    """Entered by the clerk, approved by the reviewer, and done."""
    entries = f"/suspense/{item_id}/entries"
    await office.clerk.ask("POST", entries, {"reason": "经核实", **entry})
    approved = await office.reviewer.call("POST", f"{entries}/2/approve")
    assert approved.status == 202, approved
    await house.pass_time(minutes=5)
    item = await office.clerk.ask("GET", f"/suspense/{item_id}")
    assert (item["entries"][1]["state"], item["balance_fen"]) == ("done", 0)


async def method_of(office, day, till):
    report = await office.auditor.ask("GET", f"/days/{day}")
    return next(each for each in report["methods"] if each["method"] == till.plugin)


def sums(method, field):
    return [method[side][field] for side in ("channel", "gateway", "finance")]


async def test_identified_money_is_no_difference_on_the_day_finance_books_it(
    house, office, business, till
):
    first, item_id = await suspended(house, office, business, till)
    notice = await issue(house, 20_000)
    second = await noon(house)
    pay_code = notice["pay_code"]
    await taken_out(house, office, item_id, kind="identify", amount_fen=20_000, pay_code=pay_code)
    await next_morning(house)

    for day in (first, second):
        view = await office.clerk.run(day, till)
        assert view["state"] == "balanced", day
    assert await office.clerk.differences(second, till) == []
    method = await method_of(office, second, till)
    assert sums(method, "gross_fen") == [0, 0, 20_000]
    assert method["identified_fen"] == 20_000
    assert [each["closing_fen"] for each in method["transit"]] == []
    case = await office.clerk.ask("GET", f"/cases/{item_id}")
    assert case["state"] == "settled"
    lines = await story(office.auditor, f"{item_id}N2")
    told_once_in_order(
        lines,
        ("200.00 元不属于任何订单：M2",),
        (f"待处理款项 {item_id}：余额 0.00 元",),
        (f"待处理款项 {item_id}：第 1 笔，转入 200.00 元，已入账",),
        (f"待处理款项 {item_id}：第 2 笔，认领 200.00 元，缴款码 {pay_code}，已执行",),
        (f"待处理款项 {item_id}：第 2 笔，另一人已复核",),
    )


async def test_what_is_given_back_is_no_difference_on_the_channels_bill(
    house, office, business, till
):
    _, item_id = await suspended(house, office, business, till)
    second = await noon(house)
    await business.paid(30_000)
    await taken_out(house, office, item_id, kind="give_back", amount_fen=20_000)
    await next_morning(house)

    view = await office.clerk.run(second, till)
    assert await office.clerk.differences(second, till) == []
    assert view["state"] == "balanced"
    method = await method_of(office, second, till)
    assert sums(method, "refunded_fen") == [20_000, 0, 0]
    assert [each["closing_fen"] for each in method["transit"]] == [0]


async def test_identified_money_finance_leaves_out_of_its_books_is_found(
    house, office, business, till
):
    _, item_id = await suspended(house, office, business, till)
    pay_code = (await issue(house, 20_000))["pay_code"]
    second = await noon(house)
    await taken_out(house, office, item_id, kind="identify", amount_fen=20_000, pay_code=pay_code)
    await house.fault("finance", "statement_left_out", order=pay_code, times=None)
    await next_morning(house)

    await office.clerk.run(second, till)
    [found] = await office.clerk.differences(second, till)
    assert (found["kind"], found["order_id"], found["pay_code"]) == (
        "M4",
        f"{item_id}N2",
        pay_code,
    )
