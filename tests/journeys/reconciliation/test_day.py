"""A day at a till, reconciled blind the morning after: what was planted is found, nothing else."""

import pytest

from channel_gateway.ports import Role
from payment.reconciliation.room import COLLECTIONS
from tests.journeys.gateway.house import until
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.staff import hire as hire_clerk
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import Business, hire, next_morning, noon


async def test_a_day_on_which_nothing_went_wrong_balances_by_itself(house, office, business, till):
    day = await noon(house)
    order_id = await business.paid(20_000)
    await business.paid(5_000)
    await business.given_back(order_id, 7_000)
    await next_morning(house)
    view = await office.clerk.run(day, till)
    assert (view["state"], view["kinds"], view["waiting"]) == ("balanced", [], "")
    method = await report_of(office.auditor, day, till)
    for side in ("channel", "gateway", "finance"):
        assert (method[side]["gross_fen"], method[side]["refunded_fen"]) == (25_000, 7_000), side
    assert method["bank_fen"] == method["settled_fen"]
    (row,) = method["rows"]
    assert (row["item_code"], row["gross_fen"], row["net_fen"]) == ("103043211", 25_000, 18_000)
    (transit,) = method["transit"]
    assert transit["closing_fen"] == 0


async def test_a_day_of_planted_faults_is_found_whole_and_healed_where_it_can(
    house, office, business, till
):
    """A fault of each kind on one day; whoever reconciles it is told of none."""
    day = await noon(house)
    planted = {"M3": {await business.paid(10_000)}, "M6": {await business.paid(11_000)}}
    await planting.spoiled_bill(house, till)
    lost, deaf = await planting.paid_unheard(business)
    planted["M1"] = {lost}
    untold = await business.paid(13_000)
    await house.fault("finance", "statement_left_out", order=untold, times=None)
    planted["M4"] = {untold}
    wrong = await business.paid(14_000)
    await house.fault("finance", "statement_other_amount", order=wrong, times=None)
    planted["M6"] |= {wrong}
    planted["M5"] = {await planting.paid_elsewhere(business)}
    planted["M7"] = {await planting.paid_twice(business)}
    refunded, deaf_too = await planting.refunded_unheard(business)
    planted["M8"] = {refunded}
    planted["M9"] = {await planting.paid_over_midnight(business)}
    await house.fault("bank", "credit_withheld", times=None)

    await next_morning(house)
    await business.mended(deaf + deaf_too)
    view = await office.clerk.run(day, till)
    found = await office.clerk.differences(day, till)

    assert view["state"] == "diff_open"
    by_kind = {}
    for each in found:
        name = each["pay_code"] if each["kind"] == "M5" else each["order_id"]
        by_kind.setdefault(each["kind"], set()).add(name)
    assert len(by_kind.pop("M2")) == 1
    assert by_kind.pop("M10") == {""}
    # What was healed a moment ago finance books today: until then it is in transit; and what was
    # paid over midnight was, as long as finance's next day was not over.
    planted["M4"] |= {lost, refunded, *planted["M9"]}
    assert by_kind == planted
    assert all(each["cause"] and each["owner"] and each["next_step"] for each in found)
    assert {each["kind"] for each in found if each["state"] == "healed"} == {"M1", "M5", "M7", "M9"}
    open_ones = {each["kind"] for each in found if each["state"] == "open"}
    assert open_ones == {"M2", "M3", "M4", "M6", "M10"}
    cases = await office.clerk.ask("GET", "/cases")
    assert {each["kind"] for each in cases["cases"]} == {"M2", "M3", "M6", "M10"}

    await house.quiet()  # finance hears of what was healed
    await office.clerk.run(day, till)
    before = await stored(house, day, till)
    await office.clerk.run(day, till)
    assert await stored(house, day, till) == before

    await next_morning(house)
    await next_morning(house)
    await office.clerk.run(day, till)
    waiting = [
        each["order_id"]
        for each in await office.clerk.differences(day, till)
        if (each["kind"], each["state"]) == ("M4", "open")
    ]
    assert waiting == [untold]  # what was healed has come; what finance leaves out has not
    assert (await house.order(lost)).state == "receipted"


@pytest.mark.parametrize(("counted", "state"), [(False, "balanced"), (True, "diff_open")])
async def test_a_line_the_bill_has_twice_is_named_and_counted_once(
    house, office, business, till, counted, state
):
    day = await noon(house)
    order_id = await business.paid(12_000)
    await planting.line_twice(house, till, counted=counted)
    await next_morning(house)
    view = await office.clerk.run(day, till)
    assert view["state"] == state
    method = await report_of(office.auditor, day, till)
    for side in ("channel", "gateway", "finance"):
        assert (method[side]["payments"], method[side]["gross_fen"]) == (1, 12_000), side
    [found] = await office.clerk.differences(day, till)
    assert (found["kind"], found["order_id"], found["channel_fen"]) == ("M11", order_id, 12_000)
    assert ("多出 120.00 元" in found["detail"]) is counted


async def test_a_bill_s_line_nobody_can_read_is_named_and_its_order_found(
    house, office, business, till
):
    """Also beside a column the platform has added; the other orders agree."""
    day = await noon(house)
    orders = {await business.paid(fen) for fen in (10_000, 11_000)}
    await planting.odd_bill(house, till)

    await next_morning(house)
    view = await office.clerk.run(day, till)
    [found] = await office.clerk.differences(day, till)
    method = await report_of(office.auditor, day, till)

    assert (view["state"], found["kind"], found["order_id"] in orders) == ("diff_open", "M3", True)
    column, line, left_out = method["remarks"]
    assert column == "交易 对账单新增列：业务来源；已读各列不受影响"
    assert line.startswith("账单有一行读不出，已搁置")
    assert f"{found['gateway_fen'] // 100}.00 元" in left_out


async def test_what_finance_wants_in_another_amount_is_said_with_both_and_not_reminded_of(
    house, office, business, till
):
    day = await noon(house)
    order_id = await planting.paid_too_much(business)

    for _ in range(2):
        await next_morning(house)
        await office.clerk.run(day, till)
        [found] = await office.clerk.differences(day, till)
        assert (found["kind"], found["order_id"], found["state"]) == ("M6", order_id, "open")
        sums = [found[f"{side}_fen"] for side in ("channel", "gateway", "finance")]
        assert sums == [18_000, 18_000, None]  # finance has refused it
        assert found["detail"] == "财政应收 130.00 元，未入账"

    [case] = (await office.clerk.ask("GET", "/cases"))["cases"]
    assert case["kind"] == "M6"
    [letter] = (await house.order(order_id)).given_up
    assert letter.kind == "confirm"


async def stored(house, day, till):
    """Everything that is kept of a day; the daily job may be at others."""
    page = f"{day}|{till.plugin}"
    found = [
        each
        for kept in COLLECTIONS
        for each in await house.gateway.store.find(kept.name, limit=1000)
    ]
    return [each for each in found if page in (each["_id"], each.get("page"))]


async def report_of(worker, day, till):
    report = await worker.ask("GET", f"/days/{day}")
    (method,) = [each for each in report["methods"] if each["method"] == till.plugin]
    return method


async def test_a_day_is_closed_by_two_people_and_a_late_finding_lands_in_an_open_day(
    house, office, business, till
):
    day = await noon(house)
    await business.paid(20_000)
    await next_morning(house)
    await office.clerk.run(day, till)
    one = f"/days/{day}/{till.plugin}"
    refused = await office.reviewer.call("POST", f"{one}/sign")
    assert (refused.status, refused.json()["code"]) == (409, "close_not_wished")
    await office.clerk.ask("POST", f"{one}/close")
    assert (await office.clerk.call("POST", f"{one}/sign")).json()["code"] == "wrong_role"
    closed = await office.reviewer.ask("POST", f"{one}/sign")
    assert closed["state"] == "closed"
    assert (closed["closing"]["wished_by"], closed["closing"]["signed_by"]) == (
        "clerk-lin",
        "reviewer-wu",
    )
    assert closed["closing"]["journal_number"] > 0
    report = await report_of(office.auditor, day, till)

    await planting.stranger_on_the_bill(house, till)
    await office.clerk.run(day, till, again=True)
    assert await report_of(office.auditor, day, till) == report
    assert await office.clerk.differences(day, till) == []
    days = (await office.operator.ask("GET", "/days"))["days"]
    (host,) = [d for d in days if d["method"] == till.plugin and d["kinds"]]
    assert host["day"] > str(day)
    (adjustment,) = await office.clerk.differences(host["day"], till)
    assert (adjustment["kind"], adjustment["about"], adjustment["adjustment"]) == (
        "M2",
        str(day),
        True,
    )


async def test_a_clerk_works_on_cases_and_each_sees_what_is_theirs(house, office, business, till):
    day = await noon(house)
    await business.paid(20_000)
    await business.paid(21_000)
    await planting.spoiled_bill(house, till)
    await next_morning(house)
    await office.clerk.run(day, till)
    unit = await hire(house, "unit-zhao", Role.UNIT_CLERK, "330199999")
    cases = {c["kind"]: c for c in (await office.clerk.ask("GET", "/cases"))["cases"]}
    assert set(cases) == {"M2", "M3", "M6"}
    assert (await unit.ask("GET", "/cases"))["cases"] == []
    assert (await unit.call("GET", f"/cases/{cases['M3']['id']}")).status == 404
    method = await report_of(unit, day, till)
    assert (method["rows"], method["channel"], method["transit"]) == ([], None, [])
    rows = (await office.auditor.ask("GET", f"/days/{day}"))["together"]["rows"]
    theirs = rows[0]["unit_code"]
    seen = await office.auditor.ask("GET", f"/days/{day}?unit={theirs}")
    assert {row["unit_code"] for row in seen["together"]["rows"]} == {theirs}
    assert seen["together"]["gross_fen"] == sum(row["gross_fen"] for row in rows)
    assert (await unit.call("GET", f"/days/{day}?unit={theirs}")).status == 404
    assert (
        await unit.call("GET", f"/days/{day}/{till.plugin}/differences?unit={theirs}")
    ).status == 404

    stranger = f"/cases/{cases['M2']['id']}"
    await office.clerk.ask("POST", f"{stranger}/notes", {"text": "已致电渠道"})
    await office.clerk.ask("POST", f"{stranger}/suspend", {"reason": "缴款人不明"})
    account = await office.clerk.ask("GET", f"/suspense?method={till.plugin}")
    assert account["balance_fen"] == account["items"][0]["balance_fen"] > 0
    entry = {"kind": "hand_over", "reason": "移交财政", "amount_fen": account["balance_fen"]}
    item = await office.clerk.ask("POST", f"/suspense/{cases['M2']['id']}/entries", entry)
    assert item["balance_fen"] == 0
    for kind in ("M3", "M6"):
        path = f"/cases/{cases[kind]['id']}"
        refused = await office.auditor.call("POST", f"{path}/settle", {"reason": "x"})
        assert refused.json()["code"] == "wrong_role"
        done = await office.clerk.ask("POST", f"{path}/settle", {"reason": "渠道账单有误，已更正"})
        assert (done["state"], done["history"][-1]["by"]) == ("settled", "clerk-lin")

    async def states():
        days = (await office.operator.ask("GET", "/days"))["days"]
        return {d["state"] for d in days if d["day"] == str(day)}

    await until("the day to be balanced", states, lambda seen: seen == {"balanced"})


async def transferred(house, order_id, number):
    """One of finance says so, and another has seen it."""
    paying, checking = [
        await hire_clerk(house, name, Role.FINANCE_CLERK) for name in ("clerk-mei", "clerk-sun")
    ]
    path = f"/orders/{order_id}/refunds/{number}"
    await paying.call("POST", f"{path}/transferred", {"reference": "TR2026"})
    await checking.call("POST", f"{path}/confirm-transfer", {"reference": "TR2026"})
    await house.quiet()


@pytest.mark.parametrize("till", [WECHAT_PAY], ids=["wechat"])
async def test_money_paid_twice_that_finance_transferred_back_is_no_refund_of_finances(
    house, office, till
):
    """The platform cannot give it back; finance pays it, and never had the money on its books."""
    day = await noon(house)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    order_id = await planting.paid_twice(Business(house, till))
    await handed_to_finance(house, order_id)
    await next_morning(house)

    view = await office.clerk.run(day, till)
    [found] = await office.clerk.differences(day, till)
    assert (view["state"], found["kind"], found["state"]) == ("balanced", "M7", "healed")
    assert found["remarks"][-1]["words"] == "后付的一笔已由财政转账退付"
    method = await report_of(office.auditor, day, till)
    nets = [method[side]["net_fen"] for side in ("channel", "gateway", "finance")]
    assert nets == [32_000, 16_000, 16_000]
    assert [each["closing_fen"] for each in method["transit"]] == [0]


@pytest.mark.parametrize("till", [WECHAT_PAY], ids=["wechat"])
async def test_a_case_carried_over_a_closed_day_is_over_when_the_money_is_back(house, office, till):
    """Both payments stay on the bill of that day: nobody has to run it again."""
    day = await noon(house)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    order_id = await planting.paid_twice(Business(house, till))
    await next_morning(house)
    await office.clerk.run(day, till)
    for _ in range(4):  # a refund that is under way is no case on the first day
        await next_morning(house)
    await office.clerk.run(day, till)
    found = {each["kind"]: each for each in await office.clerk.differences(day, till)}
    assert found.keys() == {"M7", "M8"}
    cases, one = [f"/cases/{each['id']}" for each in found.values()], f"/days/{day}/{till.plugin}"
    for case in cases:
        await office.clerk.ask("POST", f"{case}/carry", {"reason": "等待退付"})
    await office.clerk.ask("POST", f"{one}/close")
    await office.reviewer.ask("POST", f"{one}/sign")
    report = await report_of(office.auditor, day, till)

    await handed_to_finance(house, order_id)
    await next_morning(house)

    async def standing():
        return [await office.clerk.ask("GET", case) for case in cases]

    settled = await until(
        "both cases to settle by themselves",
        standing,
        lambda seen: {case["state"] for case in seen} == {"settled"},
    )
    assert "后付的一笔已由财政转账退付" in {case["reason"] for case in settled}
    assert await report_of(office.auditor, day, till) == report


async def handed_to_finance(house, order_id):
    """What is stuck at the platform finance transfers."""
    [stuck] = (await house.order(order_id)).refunds
    clerk = await hire_clerk(house, "clerk-tao", Role.FINANCE_CLERK)
    handed = await clerk.call("POST", f"/orders/{order_id}/refunds/{stuck.number}/by-transfer")
    await transferred(house, order_id, handed.json()["refund"]["refund_no"])
    assert (await house.order(order_id)).state == "returned"


async def test_a_refund_finance_transferred_is_no_difference(house, office, business, till):
    day = await noon(house)
    order_id = await business.paid(20_000)
    refund = await give_back(house, {"order_id": order_id}, 7_000, by_transfer=True)
    await transferred(house, order_id, refund.number)
    await next_morning(house)
    view = await office.clerk.run(day, till)
    assert (view["state"], view["kinds"]) == ("balanced", [])
    method = await report_of(office.auditor, day, till)
    refunded = {side: method[side]["refunded_fen"] for side in ("channel", "gateway", "finance")}
    assert refunded == {"channel": 0, "gateway": 7_000, "finance": 7_000}
    assert [each["closing_fen"] for each in method["transit"]] == [0]
    assert method["bank_fen"] == method["settled_fen"]


async def test_a_day_of_refunds_alone_is_taken_from_the_next_credit(house, office, business, till):
    first = await noon(house)
    order_id = await business.paid(20_000)
    second = await noon(house)
    await business.given_back(order_id, 7_000)
    await house.pass_time(minutes=2)
    third = await noon(house)
    await business.paid(30_000)
    await next_morning(house)
    methods = []
    for day in (first, second, third):
        view = await office.clerk.run(day, till)
        assert (view["state"], view["kinds"]) == ("balanced", []), day
        methods.append(await report_of(office.auditor, day, till))
    refunds, after = methods[1:]
    assert (refunds["settled_fen"] < 0, refunds["bank_fen"]) == (True, None)
    assert after["carried_fen"] == refunds["settled_fen"]
    assert after["bank_fen"] == after["settled_fen"] + after["carried_fen"]
