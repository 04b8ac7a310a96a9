"""The finance office at a terminal: a day is run, read, worked on and closed by commands."""

import json

from channel_gateway.store import open_store
from payment.commands.wide_text import width
from payment.plugin import COLLECTIONS
from payment.traces.traces import TRACES
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.staff import UNIT
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import Business, next_morning, noon

UNIT_NAME = "示例市公安局交通警察支队"  # as the finance stand-in has it


async def token_of(house: House, name: str, role: str) -> str:
    staff = house.gateway.edge.staff
    await staff.add(name, [role], [], by="test")  # type: ignore[list-item]
    return (await staff.new_token(name)).text


async def test_a_day_is_reconciled_read_worked_on_and_closed_at_a_terminal(terminal):
    house = terminal.house
    business = Business(house, WECHAT_PAY)
    clerk = await token_of(house, "clerk-lin", "finance_clerk")
    reviewer = await token_of(house, "reviewer-wu", "finance_reviewer")
    day = str(await noon(house))
    order_id = await business.paid(20_000)
    await business.given_back(order_id, 7_000)
    await planting.stranger_on_the_bill(house, WECHAT_PAY)
    await next_morning(house)

    said = await terminal.says("reconcile", day, "--method", "wechat_pay")
    assert "有未处理差错，M2 长款-不明账款 1 笔" in said
    text = await terminal.says("report", day, "--method", "wechat_pay")
    for part in ("各方合计（元）", "水土保持补偿费", "期末在途", "责任：财政经办人", "下一步："):
        assert part in text
    lines = text.splitlines()
    at = lines.index("各方合计（元）")
    assert len({width(line) for line in lines[at + 1 : at + 6]}) == 1
    told = json.loads(await terminal.says("report", day, "--method", "wechat_pay", "--json"))
    (method,) = told["methods"]
    (difference,) = method["differences"]
    assert (difference["kind"], method["gateway"]["net_fen"]) == ("M2", 13_000)

    listed = json.loads(await terminal.says("cases", "--json"))["cases"]
    assert [each["id"] for each in listed] == [difference["id"]]
    one = ("close", day, "--method", "wechat_pay")
    code, out, err = await terminal.run(*one, token=clerk)
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f"day_not_balanced: {day} wechat_pay: nobody has settled or carried M2 1",
        f"  M2 长款-不明账款 {difference['id']} 200.00：待处理，"
        f"责任 财政经办人，期限 {difference['due_on']}",
    ]
    shown = await terminal.says(
        "cases", "settle", difference["id"], "--reason", "渠道账单有误，已更正", token=clerk
    )
    assert "理由：渠道账单有误，已更正" in shown
    assert "clerk-lin  settle" in shown

    assert "待复核人签字" in await terminal.says(*one, token=clerk)
    assert "已签字结账" in await terminal.says(*one, "--sign", token=reviewer)
    code, _, err = await terminal.run(*one, token=clerk)
    assert (code, "day_closed" in err) == (1, True)
    code, _, err = await terminal.run("close", day, "--sign", token=reviewer)
    assert (code, "no_such_day" in err) == (1, False)


async def test_a_method_that_cannot_be_closed_yet_is_named_and_the_others_are_closed(terminal):
    house = terminal.house
    clerk = await token_of(house, "clerk-lin", "finance_clerk")
    day = str(await noon(house))
    await Business(house, WECHAT_PAY).paid(20_000)
    await next_morning(house, hour=10.6)
    await terminal.says("reconcile", day)

    code, out, err = await terminal.run("close", day, token=clerk)

    assert code == 1
    assert out.startswith(f"{day} alipay_pay：已提交结账")
    assert err.startswith(f"bank_awaited: {day} wechat_pay: The bank has not told yet")
    assert (len(out.splitlines()), len(err.splitlines())) == (1, 1)


async def test_what_a_unit_took_on_a_day_is_told_over_all_payment_methods(terminal):
    house = terminal.house
    day = str(await noon(house))
    for till, amount_fen in ((WECHAT_PAY, 20_000), (ALIPAY, 30_000)):
        await Business(house, till).paid(amount_fen)
    await next_morning(house)
    await terminal.says("reconcile", day)

    text = await terminal.says("report", day)
    lines = text.splitlines()
    sums = lines[lines.index(f"各支付方式合计  {day}") :]
    assert [line.split()[-2:] for line in sums if line.startswith(("合计", UNIT))] == [
        ["500.00", "0.00"],
        ["500.00", "0.00"],
    ]
    assert any(line.startswith(f"{UNIT} {UNIT_NAME}  ") for line in sums)
    assert len({width(line) for line in sums[3:]}) == 1

    told = json.loads(await terminal.says("report", day, "--unit", UNIT, "--json"))
    assert (told["together"]["net_fen"], told["together"]["rows"][0]["unit_name"]) == (
        50_000,
        UNIT_NAME,
    )
    assert told["together"]["rows"][0]["payments"] == 2
    assert all(each["channel"] is None for each in told["methods"])  # of all units together
    other = json.loads(await terminal.says("report", day, "--unit", "999999999", "--json"))
    nothing = await terminal.says("report", day, "--unit", "999999999")
    assert "执收单位 999999999 在该日没有任何款项" in nothing
    assert other["together"] == {
        "without": [],
        "rows": [],
        "gross_fen": 0,
        "refunded_fen": 0,
        "net_fen": 0,
        "late_fee_fen": 0,
    }


async def test_a_day_nobody_reconciled_and_a_wrong_day_are_said_in_one_line(terminal):
    code, out, err = await terminal.run("report", "2026-01-05")
    assert (code, out) == (1, "")
    assert err.startswith("no_such_day: ")
    code, _, err = await terminal.run("reconcile", "yesterday")
    assert code == 2
    assert "a day like 2026-03-02 is wanted" in err


async def test_where_the_money_is_is_told_at_a_terminal_in_words_and_as_json(terminal):
    order_id = await Business(terminal.house, WECHAT_PAY).paid(20_000)
    order = await terminal.house.order(order_id)

    lines = (await terminal.says("explain", order.transaction)).splitlines()
    told = json.loads(await terminal.says("explain", order.pay_code, "--json"))

    assert lines[0].startswith("200.00 元已于 ")
    assert any("wechat_pay 通知 收款 已支付：已采信" in line for line in lines)
    assert any("向 财政 通知已缴款：成功" in line for line in lines)
    assert told["number"] == order.pay_code
    assert told["lines"][0] == {"at": None, "text": lines[0]}
    assert {type(each["at"]) for each in told["lines"]} == {str, type(None)}


async def test_a_gateway_that_ends_writes_what_was_said_before_its_store_closes(tmp_path, keys):
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=store) as house:
        citizen, order = await Business(house, WECHAT_PAY).order(20_000)
        await citizen.pay(order)
        await house.becomes(order["order_id"], "paid", "confirmed", "receipted")
    kept = await open_store(store, COLLECTIONS)
    try:
        rows = [row for each in await kept.find(TRACES.name, limit=100) for row in each["rows"]]
    finally:
        await kept.close()
    assert any("\tpayment paid\ttaken in\t" in row for row in rows)
