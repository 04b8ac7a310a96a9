"""A refund at a terminal: everything of its case, in Chinese, Beijing's time, aligned."""

import json
import re

from payment.commands.wide_text import width
from tests.journeys.gateway.staff import staff_of
from tests.journeys.gateway.test_refund_cases import applies, receipted
from tests.journeys.gateway.tills import WECHAT_PAY

APPLICATION = {"ground": "mischarged", "words": "误收", "amount_fen": 100, "materials": []}
_BEIJING = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ")


async def test_cases_are_listed_by_the_states_the_list_itself_names(terminal):
    _, order = await receipted(terminal.house, WECHAT_PAY)
    staff = await staff_of(terminal.house)
    await staff.unit.call("POST", f"/orders/{order['order_id']}/refund-applications", APPLICATION)
    [item] = json.loads(await terminal.says("refunds", "--json"))
    listed = await terminal.says("refunds", "--state", item["state"])
    assert item["case_id"] in listed
    assert item["case_id"] not in await terminal.says("refunds", "--state", "paying_back")


async def test_a_case_is_told_whole_with_who_ordered_and_who_confirmed_the_transfer(terminal):
    house = terminal.house
    citizen, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    case = (await applies(citizen, order))["case_id"]
    await staff.unit.does(case, "verify", "属实，同意退付")
    await staff.reviewer.does(case, "approve", "准予退付")
    await house.pass_time(hours=8)
    refund = f"/orders/{order['order_id']}/refunds"
    handed = await staff.clerk.call("POST", f"{refund}/{case}R1/by-transfer")
    number = handed.json()["refund"]["refund_no"]
    said = {"reference": "TR2026100001"}
    await staff.treasurer.call("POST", f"{refund}/{number}/transferred", said)
    await staff.checker.call("POST", f"{refund}/{number}/confirm-transfer", said)
    await house.pass_time(hours=2)

    listed = (await terminal.says("refunds", order["order_id"])).splitlines()
    assert listed[2].startswith(f"{case}  已退付")
    told = await terminal.says("explain", said["reference"])
    assert order["order_id"] in told.splitlines()[0]
    text = await terminal.says("refunds", case)

    lines = text.splitlines()
    assert lines[0] == f"退付申请 {case}  已退付"
    assert "材料：票据原件 receipt_original.pdf（" in text
    at = lines.index("办理过程")
    steps = [re.split(r" {2,}", line.rstrip())[1:] for line in lines[at + 3 :]]
    assert all(_BEIJING.match(line) for line in lines[at + 3 :])
    assert steps[0] == ["提交申请", "缴款人", "重复申报，请退回"]
    assert [step for step in steps if step[1] in ("wang", "li", "zhao", "sun", "qian")] == [
        ["单位核实通过", "wang", "执收单位经办人", "属实，同意退付"],
        ["财政审核通过", "zhao", "财政复核人", "准予退付"],
        ["改为财政转账", "li", "财政经办人"],
        ["登记转账", "sun", "财政经办人", "TR2026100001"],
        ["复核转账", "qian", "财政复核人", "TR2026100001"],
    ]
    told = zip(lines[at + 3 :], steps, strict=True)
    assert len({width(line[: line.index(f" {step[1]}")]) for line, step in told}) == 1
