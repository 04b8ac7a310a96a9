"""Refunds as an approval flow, from the application to the money and finance's books."""

import asyncio
from datetime import UTC, datetime

import pytest

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Role
from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.house import open_house
from tests.journeys.gateway.staff import RECEIPT, file, give_back, hire, staff_of
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY

FULL = 20_000


async def receipted(house, till):
    citizen = await log_in(house, till)
    order = await citizen.order(await issue(house, FULL))
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")
    return citizen, order


async def applies(citizen, order, amount_fen=FULL, **more):
    kind = "receipt_original" if amount_fen == FULL else "receipt_copy"
    asked = {"ground": "overpaid", "words": "重复申报，请退回", "amount_fen": amount_fen}
    path = f"/orders/{order['order_id']}/refund-applications"
    answer = await citizen.call("POST", path, asked | {"materials": [file(kind)]} | more)
    assert answer.status == 201, answer
    return answer.json()


async def stands(citizen, case):
    answer = await citizen.call("GET", f"/refund-applications/{case['case_id']}")
    return answer.json()


async def decided(house, staff, case):
    """Verified by the unit and approved by finance."""
    for clerk, step in ((staff.unit, "verify"), (staff.reviewer, "approve")):
        answer = await clerk.does(case["case_id"], step, "情况属实")
        assert answer.status == 200, answer
    return answer.json()


async def test_money_that_finance_wants_in_another_amount_goes_back_by_people(house, till):
    """Taken off by an authority while an order is open: what is paid then is too much."""
    citizen = await log_in(house, till)
    notice = await issue(house, FULL)
    order = await citizen.order(notice)
    path = f"/finance/notices/{notice['pay_code']}/reduce"
    await house.control("POST", path, by_fen=5_000)
    await citizen.pay(order)
    disputed = await house.becomes(order["order_id"], "disputed")
    assert (disputed.wanted_fen, disputed.refunds) == (15_000, ())
    seen = (await citizen.call("GET", f"/orders/{order['order_id']}")).json()
    assert "应缴金额不符" in seen["says"]
    again = await citizen.asks_for({**notice, "total_fen": 15_000})
    assert (again.status, again.json()["code"]) == (409, "notice_disputed")

    staff = await staff_of(house)
    case = await applies(citizen, order)
    await decided(house, staff, case)
    await house.pass_time(hours=2)

    assert (await stands(citizen, case))["state"] == "done"
    back = await house.order(order["order_id"])
    assert (back.state, back.returned_fen, back.given_up) == ("returned", FULL, ())
    assert await house.control("GET", "/finance/payments") == []
    assert await house.control("GET", "/finance/refunds") == []
    paid = await citizen.order({**notice, "total_fen": 15_000})
    await citizen.pay(paid)
    await house.pass_time(minutes=2)
    await house.becomes(paid["order_id"], "receipted")


@pytest.mark.parametrize("amount_fen", [FULL, 7_000], ids=["full", "part"])
async def test_from_the_application_to_the_money_and_finances_books(house, till, amount_fen):
    citizen, order = await receipted(house, till)
    staff = await staff_of(house)
    case = await applies(citizen, order, amount_fen)
    assert (case["state"], case["missing"]) == ("applied", [])

    assert (await staff.unit.does(case["case_id"], "take")).status == 200
    assert (await stands(citizen, case))["says"] == "执收单位正在核实您的退款申请"
    assert (await decided(house, staff, case))["state"] == "paying_back"
    await house.pass_time(hours=2)

    assert (await stands(citizen, case))["state"] == "done"
    found = await house.order(order["order_id"])
    assert found.returned_fen == amount_fen
    assert found.state == ("returned" if amount_fen == FULL else "receipted")
    [reported] = await house.control("GET", "/finance/refunds")
    assert (reported["refund_no"], reported["amount_fen"]) == (f"{case['case_id']}R1", amount_fen)
    [refund] = found.refunds
    assert refund.red_receipt is not None
    history = (await staff.clerk.call("GET", f"/refund-cases/{case['case_id']}")).json()["history"]
    assert [(e["what"], e["by"]) for e in history if not e["what"].startswith("refund_")] == [
        ("applied", "citizen"),
        ("material_added", "citizen"),
        ("taken", "wang"),
        ("verified", "wang"),
        ("approved", "zhao"),
        ("reserved", "gateway"),
        ("paid_back", "gateway"),
    ]
    await balanced(house)


async def test_nothing_is_reserved_before_finance_has_approved(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    case = await applies(citizen, order)
    await staff.unit.does(case["case_id"], "verify", "属实")
    assert (await house.order(order["order_id"])).refunds == ()


async def test_a_rejected_application_moves_no_money_and_says_why(house, till):
    citizen, order = await receipted(house, till)
    staff = await staff_of(house)
    case = await applies(citizen, order)
    answer = await staff.unit.does(case["case_id"], "reject", "该款项应当收取")
    assert answer.status == 200
    seen = await stands(citizen, case)
    assert (seen["state"], seen["progress"][-1]["words"]) == ("rejected", "该款项应当收取")
    again = await applies(citizen, order)
    assert again["case_id"] != case["case_id"]
    await house.pass_time(hours=2)
    assert (await house.order(order["order_id"])).refunds == ()
    await balanced(house)


async def test_more_material_stops_the_clock_and_goes_on_when_it_came(house, till):
    citizen, order = await receipted(house, till)
    staff = await staff_of(house)
    case = await applies(citizen, order, ground="basis_changed")
    assert case["missing"] == ["legal_document"]
    early = await staff.unit.does(case["case_id"], "verify", "属实")
    assert (early.status, early.json()["missing"]) == (409, ["legal_document"])
    assert (await staff.unit.does(case["case_id"], "ask-material", "请上传决定书")).status == 200
    asked = await stands(citizen, case)
    assert (asked["state"], asked["decided_by"]) == ("more_material", None)
    await house.pass_time(days=20)
    [waiting] = await staff.unit.sees()
    assert (waiting["owner"], waiting["overdue"]) == ("applicant", False)

    path = f"/refund-applications/{case['case_id']}/materials"
    answer = await citizen.call("POST", path, file("legal_document"))
    assert (answer.status, answer.json()["state"]) == (200, "unit_review")
    await decided(house, staff, case)
    await house.pass_time(hours=2)
    assert (await stands(citizen, case))["state"] == "done"
    await balanced(house)


async def test_a_citizen_withdraws_and_sees_nobody_elses(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    case = await applies(citizen, order)
    other = await log_in(house, ALIPAY)
    path = f"/refund-applications/{case['case_id']}"
    assert (await other.call("GET", path)).status == 404
    assert (await other.call("POST", f"{path}/withdraw")).status == 404
    assert (await citizen.call("POST", f"{path}/withdraw")).json()["state"] == "withdrawn"
    staff = await staff_of(house)
    late = await staff.unit.does(case["case_id"], "verify", "属实")
    assert late.status == 409


async def test_a_clerk_of_another_unit_finds_nothing(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    case = await applies(citizen, order)
    stranger = await hire(house, "wu", Role.UNIT_CLERK, units=("999999999",))
    assert (await stranger.call("GET", f"/refund-cases/{case['case_id']}")).status == 404
    assert (await stranger.does(case["case_id"], "verify", "属实")).status == 404
    assert await stranger.sees() == []


async def test_one_person_in_two_roles_is_still_one_person(house):
    _, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    both = await hire(house, "hu", Role.FINANCE_CLERK, Role.FINANCE_REVIEWER)
    asked = {"ground": "mischarged", "words": "误收", "amount_fen": FULL}
    path = f"/orders/{order['order_id']}/refund-applications"
    applied = await both.call("POST", path, asked | {"materials": [file("receipt_original")]})
    case = applied.json()
    assert (await staff.unit.does(case["case_id"], "verify", "属实")).status == 200
    answer = await both.does(case["case_id"], "approve", "同意")
    assert (answer.status, answer.json()["code"]) == (409, "same_person")
    assert (await house.order(order["order_id"])).refunds == ()
    assert (await staff.reviewer.does(case["case_id"], "approve", "同意")).status == 200


async def test_of_many_approvals_at_once_one_decides_and_the_rest_are_told_who(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    reviewers = [
        staff.reviewer,
        await hire(house, "wu", Role.FINANCE_REVIEWER),
        await hire(house, "xu", Role.FINANCE_REVIEWER),
    ]
    case = await applies(citizen, order)
    id = case["case_id"]
    assert (await staff.unit.does(id, "verify", "属实")).status == 200

    answers = await asyncio.gather(*(each.does(id, "approve", "同意") for each in reviewers * 5))

    rest = [answer.json() for answer in answers if answer.status != 200]
    assert len(rest) == len(answers) - 1
    history = (await staff.clerk.call("GET", f"/refund-cases/{id}")).json()["history"]
    [decision] = [each for each in history if each["what"] == "approved"]
    assert {each["code"] for each in rest} == {"decided_already"}
    assert {each["decided_by"] for each in rest} == {decision["by"]}
    auditor = await hire(house, "qin", Role.AUDITOR)
    trail = (await auditor.call("GET", "/audit?limit=100")).json()["entries"]
    approvals = [each for each in trail if each["action"].endswith("/approve")]
    done = [each for each in approvals if each["outcome"] == "done"]
    assert [each["actor"] for each in done] == [decision["by"]]
    assert len((await house.order(order["order_id"])).refunds) == 1


async def test_a_duplicate_goes_back_by_itself_and_is_in_the_same_list(house):
    notice = await issue(house, FULL)
    one, two = await log_in(house, WECHAT_PAY), await log_in(house, ALIPAY)
    first, second = await one.order(notice), await two.order(notice)
    await house.fault("alipay", "slow_reply", "alipay.trade.refund", parameters={"seconds": 1})
    staff = await staff_of(house)
    await one.pay(first)
    await house.becomes(first["order_id"], "paid", "confirmed", "receipted")
    await two.pay_late(second)
    await house.pass_time(hours=2)
    assert (await house.order(second["order_id"])).state == "returned"
    assert await staff.clerk.sees() == []
    [done] = await staff.clerk.sees("?state=done")
    assert (done["automatic"], done["order_id"]) == (True, second["order_id"])
    await balanced(house)


async def test_an_abnormal_refund_is_in_a_persons_list_and_out_again_by_transfer(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    case = await applies(citizen, order)
    await decided(house, staff, case)
    await house.pass_time(hours=8)
    [stuck] = await staff.clerk.sees("?stuck=true")
    assert (stuck["case_id"], stuck["owner"]) == (case["case_id"], "finance")
    assert "财政转账" in stuck["next_step"]

    refund = f"/orders/{order['order_id']}/refunds"
    handed = await staff.clerk.call("POST", f"{refund}/{stuck['refund_no']}/by-transfer")
    assert handed.status == 202, handed
    number = handed.json()["refund"]["refund_no"]
    assert [handed.json()["item"]] == await staff.clerk.sees()
    for about in (stuck["refund_no"], number):  # however one asks, it is the case's
        item = (await staff.clerk.call("GET", f"{refund}/{about}")).json()["item"]
        assert (item["case_id"], item["due_on"]) == (case["case_id"], stuck["due_on"])
        assert item["automatic"] is False
    said = {"reference": "TR2026100001"}
    paid = await staff.treasurer.call("POST", f"{refund}/{number}/transferred", said)
    assert paid.status == 200
    alone = await staff.treasurer.call("POST", f"{refund}/{number}/confirm-transfer", said)
    assert (alone.status, alone.json()["code"]) == (409, "second_person_wanted")
    decider = await staff.reviewer.call("POST", f"{refund}/{number}/confirm-transfer", said)
    assert (decider.status, decider.json()["code"]) == (409, "same_person")
    blind = await staff.checker.call("POST", f"{refund}/{number}/confirm-transfer", {})
    assert blind.status == 422
    other = {"reference": "TR-OTHER"}
    wrong = await staff.checker.call("POST", f"{refund}/{number}/confirm-transfer", other)
    assert (wrong.status, wrong.json()["code"]) == (409, "said_anew")
    seen = await staff.checker.call("POST", f"{refund}/{number}/confirm-transfer", said)
    assert seen.json()["refund"]["state"] == "done"
    await house.pass_time(hours=2)
    assert (await stands(citizen, case))["state"] == "done"
    assert await staff.clerk.sees() == []
    [reported] = await house.control("GET", "/finance/refunds")
    assert (reported["refund_no"], reported["amount_fen"]) == (number, FULL)
    told = (await staff.clerk.call("GET", f"/refund-cases/{case['case_id']}")).json()["history"]
    by_people = [
        (e["what"], e["by"], e["role"], e["words"]) for e in told if "transfer" in e["what"]
    ]
    assert by_people == [
        ("transfer_ordered", "li", "finance_clerk", ""),
        ("transfer_said", "sun", "finance_clerk", "TR2026100001"),
        ("transfer_confirmed", "qian", "finance_reviewer", "TR2026100001"),
    ]


async def test_an_abnormal_refund_goes_to_another_card_that_two_people_answer_for(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    case = await applies(citizen, order)
    await decided(house, staff, case)
    await house.pass_time(hours=8)
    refund = f"/orders/{order['order_id']}/refunds/{case['case_id']}R1"
    card = {"bank": "ICBC_DEBIT", "account": "6222000000000000123", "holder": "林示例"}
    early = await staff.checker.call("POST", f"{refund}/confirm-card", {"card": "0" * 32})
    assert early.json()["code"] == "no_card_named"
    named = await staff.clerk.call("POST", f"{refund}/card", card)
    assert (named.status, "核对" in named.json()["item"]["next_step"]) == (200, True)
    kept = str(await house.gateway.store.find("orders"))
    assert "6222000000000000123" not in kept
    assert "林示例" not in kept
    shown = (await staff.checker.call("GET", refund)).json()["card"]
    assert (shown["bank"], shown["account"], shown["holder"]) == ("ICBC_DEBIT", "****0123", "林**")
    assert (shown["named_by"], shown["confirmed_by"]) == ("li", "")
    seen = {"card": shown["digest"]}
    alone = await staff.clerk.call("POST", f"{refund}/confirm-card", seen)
    assert alone.json()["code"] == "second_person_wanted"
    await house.fault("wechat_pay", "reply_lost", "refunds.apply_abnormal")
    await staff.checker.call("POST", f"{refund}/confirm-card", seen)
    waiting = (await staff.checker.call("GET", refund)).json()["card"]
    assert (waiting["named_by"], waiting["confirmed_by"]) == ("li", "qian")
    other = await staff.treasurer.call("POST", f"{refund}/card", card | {"holder": "别人"})
    assert (other.status, other.json()["code"]) == (409, "card_confirmed")
    for _ in range(2):  # also once the platform has it
        sent = await staff.checker.call("POST", f"{refund}/confirm-card", seen)
        assert (sent.status, sent.json()["refund"]["state"]) == (202, "processing"), sent
        assert sent.json()["card"] is None
    await house.pass_time(hours=2)
    assert (await stands(citizen, case))["state"] == "done"
    assert await staff.clerk.sees() == []
    history = (await staff.clerk.call("GET", f"/refund-cases/{case['case_id']}")).json()["history"]
    told = [(e["what"], e["by"], e["role"], e["words"]) for e in history]
    assert [each for each in told if "card" in each[0]] == [
        ("card_named", "li", "finance_clerk", shown["digest"]),
        ("card_confirmed", "qian", "finance_reviewer", shown["digest"]),
    ]
    await balanced(house)


async def test_a_card_that_was_swapped_after_the_look_is_not_confirmed(house):
    _, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    number = (await give_back(house, order, FULL)).number
    await house.pass_time(hours=8)
    refund = f"/orders/{order['order_id']}/refunds/{number}"
    theirs = {"bank": "ICBC_DEBIT", "account": "6222000000000000123", "holder": "林示例"}
    await staff.clerk.call("POST", f"{refund}/card", theirs)
    shown = (await staff.checker.call("GET", refund)).json()["card"]
    await staff.clerk.call("POST", f"{refund}/card", theirs | {"account": "6222000000009999123"})
    assert (await staff.checker.call("POST", f"{refund}/confirm-card", {})).status == 422
    seen = {"card": shown["digest"]}
    swapped = await staff.checker.call("POST", f"{refund}/confirm-card", seen)
    assert (swapped.status, swapped.json()["code"]) == (409, "said_anew")
    [stuck] = (await house.order(order["order_id"])).refunds
    assert stuck.state == "abnormal"


async def test_a_refund_the_platform_closed_is_sent_again_under_a_new_number(house):
    citizen, order = await receipted(house, WECHAT_PAY)
    staff = await staff_of(house)
    await house.fault("wechat_pay", "refund_closed", "refunds.create")
    case = await applies(citizen, order, 7_000)
    await decided(house, staff, case)
    await house.pass_time(hours=8)
    [stuck] = await staff.clerk.sees("?stuck=true")
    path = f"/orders/{order['order_id']}/refunds/{stuck['refund_no']}/resend"
    assert (await staff.clerk.call("POST", path)).status == 202
    assert (await staff.clerk.call("POST", path)).json()["code"] == "nothing_to_resend"
    await house.pass_time(hours=2)
    assert (await stands(citizen, case))["state"] == "done"
    assert (await house.order(order["order_id"])).returned_fen == 7_000
    await balanced(house)


async def test_what_the_platform_refuses_is_in_a_persons_list_and_is_transferred(house, till):
    """After a year no platform gives money back."""
    _, order = await receipted(house, till)
    await house.pass_time(days=366)
    staff = await staff_of(house)
    asked = {"ground": "mischarged", "words": "误收", "amount_fen": FULL}
    path = f"/orders/{order['order_id']}/refund-applications"
    applied = await staff.clerk.call("POST", path, asked | {"materials": [RECEIPT]})
    case = applied.json()
    await decided(house, staff, case)
    await house.pass_time(hours=1)
    [stuck] = await staff.clerk.sees("?stuck=true")
    assert (stuck["case_id"], stuck["owner"]) == (case["case_id"], "finance")
    refund = f"/orders/{order['order_id']}/refunds"
    handed = await staff.clerk.call("POST", f"{refund}/{stuck['refund_no']}/by-transfer")
    number = handed.json()["refund"]["refund_no"]
    said = {"reference": "TR2027"}
    await staff.treasurer.call("POST", f"{refund}/{number}/transferred", said)
    await staff.checker.call("POST", f"{refund}/{number}/confirm-transfer", said)
    await house.pass_time(hours=1)
    [done] = await staff.clerk.sees("?state=done")
    assert done["case_id"] == case["case_id"]
    assert await staff.clerk.sees() == []


async def test_stray_money_that_cannot_go_back_is_in_a_persons_list(house):
    citizen = await log_in(house, WECHAT_PAY)
    order = await citizen.order(await issue(house, FULL))
    await citizen.close(order)
    await house.fault("wechat_pay", "refund_abnormal", "refunds.create")
    await citizen.pay_late(order)
    await house.pass_time(hours=8)
    clerk = await hire(house, "li", Role.FINANCE_CLERK)
    [stuck] = await clerk.sees("?stuck=true")
    assert (stuck["automatic"], stuck["order_id"]) == (True, order["order_id"])


async def test_the_national_holiday_is_in_no_clock_and_the_overdue_come_first(tmp_path, keys):
    """27 September 2027 is a Monday; 1 to 7 October are off, Saturday 9 October is worked."""
    off = [f"2027-10-0{day}" for day in (4, 5, 6, 7)]  # the law itself names the first three
    calendar = {"closed_days": off, "open_days": ["2027-10-09"]}
    async with open_house(tmp_path, keys, more={"calendar": calendar}) as house:
        await house.advance(datetime(2027, 9, 27, 2, tzinfo=UTC) - house.now())
        citizen, order = await receipted(house, WECHAT_PAY)
        staff = await staff_of(house)
        case = await applies(citizen, order)
        assert case["decided_by"] == "2027-10-15"
        await house.pass_time(days=18)
        assert beijing_day(house.now()).isoformat() == "2027-10-15"
        other, second = await receipted(house, ALIPAY)
        await applies(other, second)
        assert [each["overdue"] for each in await staff.unit.sees()] == [False, False]
        await house.pass_time(days=1)
        listed = await staff.unit.sees()
        assert [each["overdue"] for each in listed] == [True, False]
        assert listed[0]["case_id"] == case["case_id"]
        late = await staff.unit.sees("?overdue=true")
        assert [each["case_id"] for each in late] == [case["case_id"]]


async def test_a_citizen_is_told_of_each_step(house, till):
    citizen, order = await receipted(house, till)
    staff = await staff_of(house)
    case = await applies(citizen, order)
    await decided(house, staff, case)
    await house.pass_time(hours=2)
    inbox = (await citizen.call("GET", "/messages")).json()["messages"]
    told = [each["text"] for each in inbox if "退款" in each["title"]]
    assert len(told) == 4
    assert "已提交" in told[-1]
    assert "退款" in told[0]
