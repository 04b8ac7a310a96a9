"""A closed day is looked at again: what is otherwise now stands elsewhere, and goes by itself."""

from datetime import timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Credit
from payment.commands.report_text import difference_lines
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState
from payment.reconciliation.days.day import ReconciliationState
from payment.reconciliation.days.schedule import Daily
from payment.reconciliation.desk.views import as_signed, difference_view
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import Entry
from payment.reconciliation.found.finding import FindingState, healed
from payment.reconciliation.gathering.sources import Booked
from payment.reconciliation.healing.healer import Healing, Outcome
from tests.unit.days.conftest import Office
from tests.unit.days.fakes import NoBooks
from tests.unit.days.samples import CLERK, DAY, NOW, REVIEWER, difference

NEXT = DAY + timedelta(days=1)
LATE = difference(Kind.UNKNOWN_MONEY, order_id="G20260302bbbbbbbbbbbbbbbbbbbb")
WRONG = difference(Kind.AMOUNT_DIFFERS, gateway_fen=20500)
MORE_WRONG = difference(Kind.AMOUNT_DIFFERS, gateway_fen=20400)


async def close(office: Office) -> None:
    await office.desk.closing.wish(await office.day(), CLERK)
    await office.desk.closing.sign(await office.day(), REVIEWER)
    office.clock.move(days=2)
    await office.run(NEXT)


async def closed_over_a_carried_case(office: Office) -> str:
    office.matching.rounds = [[WRONG]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    await close(office)
    return finding.id


async def test_an_adjustment_goes_when_the_right_bill_is_back(office: Office) -> None:
    await office.run()
    await close(office)
    office.matching.rounds = [[LATE]]
    await office.run()
    (adjustment,) = await office.findings(NEXT)
    office.matching.rounds = [[]]
    await office.run()
    (adjustment,) = await office.findings(NEXT)
    assert adjustment.state is FindingState.GONE
    case = await office.desk.cases.get(adjustment.id)
    assert (case.state, case.history[-1].by) == (DifferenceCaseState.SETTLED, "system")
    assert (await office.day(NEXT)).state is ReconciliationState.BALANCED


async def test_other_amounts_than_were_signed_are_an_adjustment_of_their_own(
    office: Office,
) -> None:
    signed = await closed_over_a_carried_case(office)
    await office.desk.step(signed, CaseTrigger.SETTLE, CLERK, "渠道已答复")
    report, day = await office.findings(), await office.day()
    await office.run()
    assert await office.findings(NEXT) == []  # as it was signed
    office.matching.rounds = [[MORE_WRONG]]
    await office.run()
    (adjustment,) = await office.findings(NEXT)
    assert (adjustment.about, adjustment.gateway_fen) == (DAY, 20400)
    assert (await office.desk.cases.get(adjustment.id)).state is DifferenceCaseState.OPEN
    before = await office.everything()
    await office.run()
    assert await office.everything() == before
    assert (await office.findings(), await office.day()) == (report, day)


async def test_a_case_that_was_carried_at_closing_settles_when_its_difference_is_gone(
    office: Office,
) -> None:
    carried = await closed_over_a_carried_case(office)
    report = await office.findings()
    office.matching.rounds = [[]]
    await office.run()
    assert (await office.desk.cases.get(carried)).state is DifferenceCaseState.SETTLED
    assert await office.findings() == report


async def test_a_closed_report_reads_as_signed_with_later_work_beside_it(office: Office) -> None:
    carried = await closed_over_a_carried_case(office)
    await office.desk.step(carried, CaseTrigger.SETTLE, CLERK, "渠道已答复")
    day = await office.day()
    ((finding, case),) = await office.desk.differences(day, None)
    view = as_signed(difference_view(finding, case, office.desk.calendar), case, day)
    assert (view.case_state, view.case_state_since) == (
        DifferenceCaseState.CARRIED,
        DifferenceCaseState.SETTLED,
    )
    assert "签字时挂账，现已了结" in next(iter(difference_lines(1, view)))


async def test_money_known_after_the_signature_is_in_transit_from_the_next_day_on(
    office: Office,
) -> None:
    own = office.tools.own
    assert isinstance(own, NoBooks)
    await office.run()
    await close(office)
    number = (await office.day()).signature.journal_number  # type: ignore[union-attr]
    early = Entry("payment", "G1", "", "T1", 300, "2026-03-02 12:00:00", unit_code="330199011")
    late = early._replace(order_id="G2", amount_fen=500)
    back = late._replace(movement="refund", refund_no="R1", amount_fen=200)
    own.later = [
        (number, Booked(early, ())),
        (number + 1, Booked(late, ())),
        (number + 2, Booked(back, ())),
    ]
    (transit,) = (await office.run(NEXT)).transit
    assert (transit.opening_fen, transit.late_fen, transit.closing_fen) == (0, 300, 300)


async def test_a_persons_word_holds_for_the_amounts_it_was_given_over(office: Office) -> None:
    office.matching.rounds = [[WRONG]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.SETTLE, CLERK, "已核实")
    assert (await office.run()).state is ReconciliationState.BALANCED
    office.matching.rounds = [[MORE_WRONG]]
    assert (await office.run()).state is ReconciliationState.DIFF_OPEN
    case = await office.desk.cases.get(finding.id)
    assert (case.state, case.reason) == (DifferenceCaseState.OPEN, "")


async def test_what_the_bank_says_later_of_a_closed_day_is_an_adjustment(office: Office) -> None:
    office = office.with_bank()
    office.bills.settled_fen = 20600
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", DAY, Fen(20600), NOW)]
    await office.run()
    office.bills.settled_fen, settled = 0, 20600
    await close(office)
    office.bills.settled_fen = settled
    office.bank.told = [Credit("B1", "wechat_pay", "1900000001", DAY, Fen(20500), NOW)]
    await office.run()
    (adjustment,) = await office.findings(NEXT)
    assert (adjustment.kind, adjustment.about) == (Kind.CREDIT_DIFFERS, DAY)


async def test_what_was_gone_when_a_day_was_signed_and_is_back_is_an_adjustment(
    office: Office,
) -> None:
    for office.matching.rounds in ([[LATE]], [[]]):
        await office.run()
    await close(office)
    office.matching.rounds = [[LATE]]
    await office.run()
    (adjustment,) = await office.findings(NEXT)
    assert (adjustment.about, adjustment.state) == (DAY, FindingState.OPEN)


async def test_with_every_day_closed_an_adjustment_stands_on_the_day_that_is_not_over(
    office: Office,
) -> None:
    await office.run()
    await office.desk.closing.wish(await office.day(), CLERK)
    await office.desk.closing.sign(await office.day(), REVIEWER)
    office.matching.rounds = [[LATE]]
    await office.run()
    (adjustment,) = await office.findings(NEXT)
    assert (adjustment.about, adjustment.entered_on) == (DAY, NEXT)


PAID_TWICE = difference(Kind.PAID_TWICE)


async def closed_over_money_that_is_not_back(office: Office) -> str:
    office.matching.rounds = [[PAID_TWICE]]
    office.healer.ways = {Kind.PAID_TWICE: Healing(Outcome.A_PERSON, "后付的一笔没有退成")}
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待退付")
    await close(office)
    return finding.id


async def test_a_case_that_was_carried_at_closing_settles_when_its_difference_heals(
    office: Office,
) -> None:
    """Both payments stay on the bill for ever: it is the money's way back that ends it."""
    carried = await closed_over_money_that_is_not_back(office)
    report = await office.findings()
    await office.run()
    assert (await office.desk.cases.get(carried)).state is DifferenceCaseState.CARRIED
    office.healer.ways = {Kind.PAID_TWICE: Healing(Outcome.HEALED, "后付的一笔已退回")}
    await office.run()
    case = await office.desk.cases.get(carried)
    assert (case.state, case.reason) == (DifferenceCaseState.SETTLED, "后付的一笔已退回")
    assert await office.findings() == report
    before, asked = await office.everything(), len(office.healer.asked)
    await office.run()
    assert (await office.everything(), len(office.healer.asked)) == (before, asked)


async def test_a_case_settles_whose_difference_healed_while_the_day_was_being_closed(
    office: Office,
) -> None:
    carried = await closed_over_money_that_is_not_back(office)
    now = office.clock.now()
    await office.desk.findings.change(carried, lambda each: healed(each, "后付的一笔已退回", now))
    await office.run()
    case = await office.desk.cases.get(carried)
    assert (case.state, case.reason) == (DifferenceCaseState.SETTLED, "后付的一笔已退回")


async def test_a_closed_day_with_a_carried_case_is_looked_at_once_a_day_by_itself(
    office: Office,
) -> None:
    carried = await closed_over_money_that_is_not_back(office)
    daily = Daily(office.desk.running, office.desk.days, office.desk.cases, ["wechat_pay"])
    seen = len(office.matching.matched_days)
    for _ in range(3):
        await daily.look(office.clock.now())
        office.clock.move(minutes=30)
    assert office.matching.matched_days[seen:].count(DAY) == 1
    office.healer.ways = {Kind.PAID_TWICE: Healing(Outcome.HEALED, "后付的一笔已退回")}
    office.clock.move(days=1)
    await daily.look(office.clock.now())
    assert (await office.desk.cases.get(carried)).state is DifferenceCaseState.SETTLED
    office.clock.move(days=1)
    assert (DAY, "wechat_pay") not in await daily.due(beijing_day(office.clock.now()))
