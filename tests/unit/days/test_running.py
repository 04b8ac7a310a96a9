"""A day is run: kept whole, healed, made into cases; and run again it stays as it is."""

from datetime import date, timedelta

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.ports import Credit
from payment.commands.reconcile import reconciled_line
from payment.reconciliation.bill_files.day import DayState as Fetching
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState
from payment.reconciliation.days.bank_side import untold
from payment.reconciliation.days.closing import BankAwaited
from payment.reconciliation.days.day import (
    BANK_AWAITED,
    Day,
    DayTrigger,
    ReconciliationState,
    stepped,
)
from payment.reconciliation.days.following_up import AT_ONCE
from payment.reconciliation.days.running import ROUNDS, DayNotOver, DayTooOld, NoSuchMethod
from payment.reconciliation.days.schedule import Daily
from payment.reconciliation.desk.views import day_view
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import Movement, Side
from payment.reconciliation.found.finding import FindingState
from payment.reconciliation.healing.healer import Healing, Outcome
from payment.reconciliation.matching import Repeated
from payment.reconciliation.progress import Step
from tests.unit.days.conftest import Office
from tests.unit.days.fakes import ToldBank
from tests.unit.days.samples import CLERK, DAY, NOW, difference

LOST = difference(Kind.CALLBACK_LOST)
UNKNOWN = difference(Kind.UNKNOWN_MONEY)
TRANSIT = difference(Kind.FINANCE_NOT_TOLD)
NEXT = DAY + timedelta(days=1)


async def test_a_day_without_differences_is_balanced(office: Office) -> None:
    day = await office.run()
    assert day.state is ReconciliationState.BALANCED
    assert [(each.kind, each.version) for each in day.files] == [("ALL", 1)]
    assert (day.channel.gross_fen, day.kinds) == (20600, ())


async def test_what_is_odd_about_the_bill_is_on_the_day_s_report(office: Office) -> None:
    office.matching.remarks = ["对账单新增列：优惠"]
    assert (await office.run()).remarks == ("对账单新增列：优惠",)
    assert (await office.day()).remarks == ("对账单新增列：优惠",)
    before = await office.everything()
    await office.run()
    assert await office.everything() == before


async def test_what_another_run_heals_while_this_one_matches_is_matched_once_more(
    office: Office,
) -> None:
    office.healer.ways = {"M1": Healing(Outcome.HEALED, "已补单")}
    office.matching.rounds = [[LOST], [LOST], [TRANSIT]]

    async def another_run() -> None:
        office.clock.move(seconds=1)
        await office.run()

    office.matching.meanwhile = [another_run]
    day = await office.run()
    assert [(each.kind, each.count) for each in day.kinds] == [("M1", 1), ("M4", 1)]
    assert len(office.matching.matched_days) == 4


async def test_sums_that_no_difference_explains_keep_a_day_from_being_balanced(
    office: Office,
) -> None:
    office.matching.twice_fen = 100  # an entry that stands twice in our books, say
    day = await office.run()
    assert (day.state, day.unlisted_fen, day.kinds) == (ReconciliationState.DIFF_OPEN, -100, ())
    office.matching.twice_fen = 0
    assert (await office.run()).state is ReconciliationState.BALANCED


@pytest.mark.parametrize(
    ("counted", "said"),
    [(False, "账单合计只计一笔"), (True, "账单合计也按 2 笔计，多出 120.00 元")],
)
async def test_a_line_the_bill_has_twice_is_named_and_is_in_no_sum_again(
    office: Office, counted: bool, said: str
) -> None:
    repeated = Repeated(Side.CHANNEL, Movement.PAYMENT, "G1", 2, 12000, "T1")
    office.matching.repeated, office.matching.counts_repeats = [repeated], counted
    day = await office.run()
    [finding] = await office.findings()
    assert (finding.kind, finding.order_id, finding.channel_fen) == ("M11", "G1", 12000)
    assert finding.detail == f"渠道账单有 2 条相同记录，{said}"
    assert (day.state, day.channel.gross_fen, day.unlisted_fen) == (
        ReconciliationState.DIFF_OPEN,
        20600,
        0,
    )


async def test_a_day_with_a_difference_is_open_and_has_a_case(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN]]
    day = await office.run()
    assert day.state is ReconciliationState.DIFF_OPEN
    assert [(each.kind, each.count) for each in day.kinds] == [("M2", 1)]
    (finding,) = await office.findings()
    case = await office.desk.cases.get(finding.id)
    assert (case.state, case.kind, case.due_on) == (
        DifferenceCaseState.OPEN,
        Kind.UNKNOWN_MONEY,
        date(2026, 3, 9),
    )


async def test_what_is_still_open_is_counted_apart_from_what_is_dealt_with(office: Office) -> None:
    other = difference(Kind.UNKNOWN_MONEY, order_id="G2")
    office.matching.rounds = [[UNKNOWN, other, LOST]]
    office.healer.ways = {Kind.CALLBACK_LOST: Healing(Outcome.EXPLAINED, "已补单")}
    day = await office.run()
    assert [(each.kind, each.count) for each in day.kinds] == [("M1", 1), ("M2", 2)]
    assert [(each.kind, each.count) for each in day.open_kinds] == [("M2", 2)]
    assert reconciled_line(day_view(day)).endswith(
        "：有未处理差错，M2 长款-不明账款 2 笔，另有 1 笔已处理或挂账"
    )
    for finding in await office.findings():
        if finding.kind is Kind.UNKNOWN_MONEY:
            await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    day = await office.day()
    assert (day.state, day.open_kinds) == (ReconciliationState.BALANCED, ())
    assert reconciled_line(day_view(day)).endswith("：已平，3 笔已处理或挂账")


async def test_a_difference_is_found_by_every_number_that_its_report_prints(
    office: Office,
) -> None:
    console = difference(
        Kind.REFUND_DIFFERS, order_id="G1", refund_no="CONSOLE1", transaction="5030", pay_code="33"
    )
    office.matching.rounds = [[console, UNKNOWN]]
    await office.run()
    for number in ("G1", "CONSOLE1", "5030", "33"):
        (found,) = await office.desk.findings.by_number(number)
        assert found.refund_no == "CONSOLE1"
    assert await office.desk.findings.by_number("34") == []


async def test_running_a_day_again_changes_nothing(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN, TRANSIT]]
    office.healer.ways = {Kind.FINANCE_NOT_TOLD: Healing(Outcome.UNDER_WAY, "已重新通知财政")}
    await office.run()
    before = await office.everything()
    office.clock.move(minutes=30)
    await office.run()
    assert await office.everything() == before


async def test_a_late_bill_leaves_the_day_waiting_and_says_why(office: Office) -> None:
    office.bills.state, office.bills.why = Fetching.LATE, "bill_late: not made yet"
    day = await office.run()
    assert (day.state, day.waiting) == (ReconciliationState.PENDING_FILE, "bill_late: not made yet")
    office.bills.state = Fetching.READY
    day = await office.run()
    assert (day.state, day.waiting) == (ReconciliationState.BALANCED, "")


async def test_a_wrong_bill_is_named_and_nothing_is_matched(office: Office) -> None:
    office.bills.state, office.bills.why = Fetching.WRONG, "bill_hash_differs: ALL of the day"
    assert (await office.run()).waiting.startswith("bill_hash_differs")
    assert office.matching.matched_days == []


async def test_what_heals_is_matched_again_and_has_no_case(office: Office) -> None:
    office.matching.rounds = [[LOST], []]
    office.healer.ways = {Kind.CALLBACK_LOST: Healing(Outcome.HEALED, "已补单")}
    day = await office.run()
    assert len(office.matching.matched_days) == 2
    assert day.state is ReconciliationState.BALANCED
    (finding,) = await office.findings()
    assert (finding.state, finding.remarks[-1].words) == (FindingState.HEALED, "已补单")
    assert await office.desk.cases.of(finding.id) is None


async def test_healing_is_bounded(office: Office) -> None:
    ids = (f"G20260302aaaaaaaaaaaaaaaaaaa{at}" for at in range(9))
    office.matching.rounds = [[difference(Kind.CALLBACK_LOST, order_id=each)] for each in ids]
    office.healer.ways = {Kind.CALLBACK_LOST: Healing(Outcome.HEALED, "已补单")}
    await office.run()
    assert len(office.matching.matched_days) == ROUNDS


async def test_what_cannot_be_healed_becomes_a_case_with_what_was_tried(office: Office) -> None:
    office.matching.rounds = [[LOST]]
    office.healer.ways = {Kind.CALLBACK_LOST: Healing(Outcome.A_PERSON, "渠道答复未支付")}
    await office.run()
    (finding,) = await office.findings()
    assert finding.remarks[-1].words == "渠道答复未支付"
    assert (await office.desk.cases.get(finding.id)).state is DifferenceCaseState.OPEN
    assert len(office.matching.matched_days) == 1


async def test_money_in_transit_is_no_case_before_two_working_days(office: Office) -> None:
    office.matching.rounds = [[TRANSIT]]
    assert (await office.run()).state is ReconciliationState.DIFF_OPEN
    (finding,) = await office.findings()
    assert await office.desk.cases.of(finding.id) is None
    office.clock.move(days=2)
    await office.run()
    assert (await office.desk.cases.get(finding.id)).state is DifferenceCaseState.OPEN


async def test_a_finding_that_vanishes_settles_its_case_with_the_reason(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN], []]
    await office.run()
    (finding,) = await office.findings()
    day = await office.run()
    case = await office.desk.cases.get(finding.id)
    assert (case.state, case.history[-1].by) == (DifferenceCaseState.SETTLED, "system")
    assert "已不存在" in case.reason
    assert day.state is ReconciliationState.BALANCED


async def test_a_finding_that_comes_back_opens_its_case_and_day_again(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN], [], [UNKNOWN]]
    for _ in range(3):
        day = await office.run()
    (finding,) = await office.findings()
    assert finding.state is FindingState.OPEN
    assert (await office.desk.cases.get(finding.id)).state is DifferenceCaseState.OPEN
    assert day.state is ReconciliationState.DIFF_OPEN


async def test_a_new_bill_version_opens_a_balanced_day_again(office: Office) -> None:
    await office.run()
    office.bills.content = "another bill"
    office.matching.rounds = [[UNKNOWN]]
    day = await office.run(again=True)
    assert office.bills.fetched == 1
    assert day.state is ReconciliationState.DIFF_OPEN
    assert [each.version for each in day.files] == [2]


async def test_the_last_case_dealt_with_balances_the_day(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN, difference(Kind.MISSING_MONEY)]]
    await office.run()
    first, second = await office.findings()
    await office.desk.step(first.id, CaseTrigger.SETTLE, CLERK, "已核实")
    assert (await office.day()).state is ReconciliationState.DIFF_OPEN
    await office.desk.step(second.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    assert (await office.day()).state is ReconciliationState.BALANCED
    await office.desk.step(second.id, CaseTrigger.TAKE, CLERK)
    assert (await office.day()).state is ReconciliationState.DIFF_OPEN


async def test_a_day_that_is_not_over_is_refused(office: Office) -> None:
    with pytest.raises(DayNotOver):
        await office.run(NEXT)
    with pytest.raises(NoSuchMethod):
        await office.desk.running.run(DAY, "cash")


async def test_a_credit_that_has_not_come_is_missed_after_the_settlement_cycle(
    office: Office,
) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 20600
    day = await office.run()
    assert (day.state, day.waiting) == (ReconciliationState.MATCHED, BANK_AWAITED)
    with pytest.raises(BankAwaited):
        await office.desk.closing.wish(day, CLERK)
    before = await office.everything()
    await office.run()
    assert await office.everything() == before
    office.clock.move(days=2)
    day = await office.run()
    assert [(each.kind, each.count) for each in day.kinds] == [("M10", 1)]
    [finding] = await office.findings()
    assert finding.detail == "应到账 206.00 元，结算周期已过，银行仍无到账记录"
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", DAY, Fen(20600), NOW)]
    assert (await office.run()).state is ReconciliationState.BALANCED


async def test_a_day_of_refunds_alone_is_taken_from_the_next_credits(office: Office) -> None:
    office = office.with_bank()
    days = [DAY + timedelta(days=each) for each in range(3)]
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", days[2], Fen(300), NOW)]
    office.clock.move(days=9)
    for day, settled_fen in zip(days, (-200, -100, 600), strict=True):
        office.bills.settled_fen = settled_fen
        ran = await office.run(day)
        assert (ran.state, ran.kinds) == (ReconciliationState.BALANCED, ()), day
    assert [(await office.day(day)).carried_fen for day in days] == [0, -200, -300]


async def test_a_credit_that_keeps_back_more_than_was_owed_is_a_difference(
    office: Office,
) -> None:
    office = office.with_bank()
    office.bank.told = [
        Credit("B1", "wechat_pay", "1900000001", DAY + timedelta(days=1), Fen(300), NOW)
    ]
    office.clock.move(days=9)
    office.bills.settled_fen = -200
    await office.run()
    office.bills.settled_fen = 600
    ran = await office.run(DAY + timedelta(days=1))
    assert [each.kind for each in ran.kinds] == [Kind.CREDIT_DIFFERS]


async def test_the_job_asks_the_bank_until_it_tells_and_then_balances_the_day(
    office: Office,
) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 20600
    daily = Daily(office.desk.running, office.desk.days, office.desk.cases, ["wechat_pay"])
    for _ in range(3):
        await daily.look(office.clock.now())
        office.clock.move(minutes=30)
    assert office.matching.matched_days == [DAY]  # as long as the bank is silent nothing is new
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", DAY, Fen(20600), NOW)]
    await daily.look(office.clock.now())
    day = await office.day()
    assert (day.state, day.waiting) == (ReconciliationState.BALANCED, "")


async def test_a_difference_and_a_silent_bank_are_both_waited_for(office: Office) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 20600
    office.matching.rounds = [[UNKNOWN]]
    assert (await office.run()).state is ReconciliationState.DIFF_OPEN
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    assert (await office.day()).state is ReconciliationState.MATCHED


async def test_a_short_credit_is_a_difference_at_once(office: Office) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 20600
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", DAY, Fen(20500), NOW)]
    await office.run()
    (finding,) = await office.findings()
    assert finding.kind is Kind.CREDIT_DIFFERS
    assert finding.sides == (20600, None, None, 20500)
    assert (await office.desk.cases.get(finding.id)).state is DifferenceCaseState.OPEN


async def test_what_the_bank_has_told_holds_while_it_does_not_answer(office: Office) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 20600
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", DAY, Fen(20600), NOW)]
    await office.run()
    office.bank.is_down = True
    day = await office.run()
    assert (day.state, day.bank_fen) == (ReconciliationState.BALANCED, 20600)


async def test_a_method_of_which_no_bank_tells_is_neither_waited_for_nor_missed(
    office: Office,
) -> None:
    office.bank.methods = ("alipay_pay",)
    office = office.with_bank()
    office.bills.settled_fen = 20600
    for _ in range(2):
        assert (await office.run()).state is ReconciliationState.BALANCED
        assert await office.findings() == []
        office.clock.move(days=28)


def test_check_names_the_methods_of_which_no_connected_bank_tells() -> None:
    (said,) = untold(["alipay_pay", "wechat_pay"], [ToldBank()])
    assert said.startswith("alipay_pay: no connected bank tells")
    assert untold(["alipay_pay"], []) == []


async def test_no_bank_is_waited_for_where_nothing_is_to_come_in(office: Office) -> None:
    office = office.with_bank()
    assert (await office.run()).state is ReconciliationState.BALANCED


async def test_what_a_day_had_to_come_in_is_not_expected_again_of_the_next(
    office: Office,
) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 300
    office.bank.told = [
        Credit(f"B{at}", "wechat_pay", "1900000001", day, Fen(300), NOW)
        for at, day in enumerate((DAY, NEXT))
    ]
    office.clock.move(days=2)
    await office.run()
    day = await office.run(NEXT)
    assert (day.state, day.carried_fen) == (ReconciliationState.BALANCED, 0)


async def test_what_does_not_heal_is_tried_once_in_a_run(office: Office) -> None:
    office.matching.rounds = [[LOST, TRANSIT], [TRANSIT]]
    office.healer.ways = {
        Kind.CALLBACK_LOST: Healing(Outcome.HEALED, "已补单"),
        Kind.FINANCE_NOT_TOLD: Healing(Outcome.UNDER_WAY, "已重新通知财政"),
    }
    await office.run()
    assert office.healer.asked.count(Kind.FINANCE_NOT_TOLD) == 1


async def test_a_run_that_broke_off_before_matching_is_made_up_for(office: Office) -> None:
    day = await office.run()
    await office.desk.days.change(day.id, lambda known: stepped(known, DayTrigger.FILE))
    assert (await office.run()).state is ReconciliationState.BALANCED


async def test_a_day_that_cannot_be_run_keeps_the_job_from_no_other(office: Office) -> None:
    daily = Daily(office.desk.running, office.desk.days, office.desk.cases, ["cash", "wechat_pay"])
    await daily.look(NOW)
    assert office.matching.matched_days == [DAY]


async def test_the_job_waits_for_half_past_ten_and_then_runs_yesterday(office: Office) -> None:
    daily = Daily(office.desk.running, office.desk.days, office.desk.cases, ["wechat_pay"])
    await daily.look(NOW - timedelta(minutes=1))
    assert office.matching.matched_days == []
    await daily.look(NOW)
    assert office.matching.matched_days == [DAY]
    await daily.look(NOW)
    assert office.matching.matched_days == [DAY]  # it is balanced


async def test_the_job_looks_back_at_what_is_not_balanced_for_thirty_days(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN]]
    await office.run()
    daily = Daily(office.desk.running, office.desk.days, office.desk.cases, ["wechat_pay"])
    in_two_days = NEXT + timedelta(days=1)
    assert await daily.due(in_two_days) == [(DAY, "wechat_pay"), (NEXT, "wechat_pay")]
    far = DAY + timedelta(days=40)
    assert len(await daily.due(far)) == 30


async def test_a_day_nobody_has_bills_of_any_more_is_not_begun(office: Office) -> None:
    for day in (date(1, 1, 1), DAY - timedelta(days=400)):
        with pytest.raises(DayTooOld):
            await office.run(day)
        assert await office.desk.days.of(day, "wechat_pay") is None


async def test_a_day_matched_before_the_one_before_it_begins_with_what_that_comes_to(
    office: Office,
) -> None:
    """The first day's bill came late: until then nobody knew what it left in transit."""
    office.clock.move(days=2)
    last = NEXT + timedelta(days=1)
    office.matching.received = {NEXT: {"U1": 7}}
    assert opening_of(await office.run(NEXT)) == {"U1": 0}
    assert opening_of(await office.run(last)) == {"U1": 7}
    office.matching.received[DAY] = {"U1": 300}

    await office.run()

    assert opening_of(await office.day(NEXT)) == {"U1": 300}
    assert opening_of(await office.day(last)) == {"U1": 307}
    runs = len(office.matching.matched_days)
    await office.run()
    assert len(office.matching.matched_days) == runs + 1


def opening_of(day: Day) -> dict[str, int]:
    return {each.unit_code: each.opening_fen for each in day.transit}


async def test_a_day_with_hundreds_of_differences_keeps_each_and_lets_each_go(
    office: Office,
) -> None:
    many = 3 * AT_ONCE + 1
    office.matching.rounds = [
        [difference(Kind.UNKNOWN_MONEY, order_id=f"G{number}") for number in range(many)]
    ]
    assert [(each.kind, each.count) for each in (await office.run()).kinds] == [("M2", many)]
    cases = office.desk.cases
    assert len([each async for each in cases.of_page(f"{DAY}|wechat_pay")]) == many

    office.matching.rounds = [[]]
    day = await office.run()

    assert (day.state, day.kinds) == (ReconciliationState.BALANCED, ())
    assert {each.state for each in await office.findings()} == {FindingState.GONE}


async def test_what_only_explains_itself_does_not_have_the_day_matched_again(
    office: Office,
) -> None:
    office.matching.rounds = [[difference(Kind.DAY_CUT)]]
    office.healer.ways = {Kind.DAY_CUT: Healing(Outcome.EXPLAINED, "已在相邻日期核对一致")}

    await office.run()

    assert office.matching.matched_days == [DAY]
    assert [each.state for each in await office.findings()] == [FindingState.HEALED]


async def test_a_run_says_what_it_is_at(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN, TRANSIT]]
    said: list[tuple[Step, int]] = []

    await office.desk.running.run(DAY, "wechat_pay", lambda step, done: said.append((step, done)))

    assert said == [(Step.BILLS, 0), (Step.KEEPING, 2), (Step.HEALING, 2), (Step.CASES, 0)]
