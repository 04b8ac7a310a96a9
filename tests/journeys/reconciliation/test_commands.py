"""The finance office at a terminal: a day is run, read, worked on and closed by commands."""

import json

from payment.commands.wide_text import width
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import Business, next_morning, noon


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
    shown = await terminal.says(
        "cases", "settle", difference["id"], "--reason", "渠道账单有误，已更正", token=clerk
    )
    assert "理由：渠道账单有误，已更正" in shown
    assert "clerk-lin  settle" in shown

    one = ("close", day, "--method", "wechat_pay")
    assert "待复核人签字" in await terminal.says(*one, token=clerk)
    assert "已签字结账" in await terminal.says(*one, "--sign", token=reviewer)
    code, _, err = await terminal.run(*one, token=clerk)
    assert (code, "day_closed" in err) == (1, True)


async def test_a_day_nobody_reconciled_and_a_wrong_day_are_said_in_one_line(terminal):
    code, out, err = await terminal.run("report", "2026-01-05")
    assert (code, out) == (1, "")
    assert err.startswith("no_such_day: ")
    code, _, err = await terminal.run("reconcile", "yesterday")
    assert code == 2
    assert "a day like 2026-03-02 is wanted" in err
