"""A day is closed by two people, and after that nothing about it changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import ChainEntry
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState
from payment.reconciliation.cases.cases import CASES
from payment.reconciliation.days.closing import (
    CloseNotWished,
    DayNotBalanced,
    NotYourPart,
    OwnWork,
)
from payment.reconciliation.days.day import (
    Day,
    DayClosed,
    KeptFile,
    ReconciliationState,
    Standing,
    filed,
)
from payment.reconciliation.days.heads import SignedHeads
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import Finding
from tests.unit.days.conftest import Office
from tests.unit.days.samples import BOTH, CLERK, DAY, NOW, REVIEWER, UNIT_CLERK, difference

UNKNOWN = difference(Kind.UNKNOWN_MONEY)
LATE = difference(Kind.UNKNOWN_MONEY, order_id="G20260302bbbbbbbbbbbbbbbbbbbb")
NEXT = DAY + timedelta(days=1)


async def closed(office: Office) -> Day:
    await office.desk.closing.wish(await office.day(), CLERK)
    return await office.desk.closing.sign(await office.day(), REVIEWER)


async def test_a_clerk_asks_a_reviewer_signs_and_the_journals_head_is_kept(
    office: Office,
) -> None:
    await office.run()
    journal = office.chains.chain("journal")
    head = await journal.append(
        ChainEntry("k", "w", group="wechat_pay", day=DAY, at=NOW, fields={})
    )
    day = await closed(office)
    assert day.state is ReconciliationState.CLOSED
    assert day.signature is not None
    assert (day.signature.by, day.signature.journal_number, day.signature.journal_hash) == (
        "reviewer-wu",
        1,
        head.hash,
    )
    assert await office.desk.closed.faults_of(DAY, "wechat_pay") == []
    (kept,) = await SignedHeads(office.desk.days, office.desk.methods).heads("journal")
    assert (kept.number, kept.hash) == (1, head.hash)
    assert str(DAY) in kept.where


async def test_one_person_with_both_roles_does_not_sign_their_own_wish(office: Office) -> None:
    await office.run()
    await office.desk.closing.wish(await office.day(), BOTH)
    with pytest.raises(OwnWork):
        await office.desk.closing.sign(await office.day(), BOTH)


async def test_neither_part_is_done_by_the_other_role(office: Office) -> None:
    await office.run()
    with pytest.raises(NotYourPart):
        await office.desk.closing.wish(await office.day(), REVIEWER)
    with pytest.raises(NotYourPart):
        await office.desk.closing.sign(await office.day(), CLERK)


async def test_a_day_signed_over_an_empty_journal_keeps_no_head_and_no_other_chains(
    office: Office,
) -> None:
    await office.run()
    await closed(office)
    heads = SignedHeads(office.desk.days, office.desk.methods)
    assert await heads.heads("journal") == []
    office.clock.move(days=1)
    await office.run(NEXT)
    await office.desk.closing.wish(await office.day(NEXT), CLERK)
    await office.desk.closing.sign(await office.day(NEXT), REVIEWER)
    assert [each.number for each in await heads.heads("journal")] == [1]
    assert await heads.heads("audit") == []


async def test_the_same_wish_again_changes_nothing(office: Office) -> None:
    await office.run()
    wished = await office.desk.closing.wish(await office.day(), CLERK)
    office.clock.move(minutes=5)
    assert await office.desk.closing.wish(await office.day(), CLERK) == wished


async def test_a_wish_is_void_when_a_case_is_taken_up_again(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    await office.desk.closing.wish(await office.day(), CLERK)
    await office.desk.step(finding.id, CaseTrigger.TAKE, CLERK)
    assert (await office.day()).wish is None


async def test_other_files_void_a_wish(office: Office) -> None:
    await office.run()
    wished = await office.desk.closing.wish(await office.day(), CLERK)
    assert wished.wish is not None
    assert filed(wished, wished.files) == wished
    assert filed(wished, (KeptFile("ALL", "another", 2),)).wish is None


async def test_what_is_gone_is_no_part_of_what_is_signed(office: Office) -> None:
    day = await office.run()
    before = await office.desk.closing.parts(day, ())
    for office.matching.rounds in ([[UNKNOWN]], [[]]):
        await office.run()
    assert len(await office.findings()) == 1
    assert await office.desk.closing.parts(day, ()) == before


async def test_nobody_signs_what_no_clerk_asked_for(office: Office) -> None:
    await office.run()
    with pytest.raises(CloseNotWished):
        await office.desk.closing.sign(await office.day(), REVIEWER)


async def test_a_report_that_changed_after_the_wish_is_not_signed(office: Office) -> None:
    await office.run()
    await office.desk.closing.wish(await office.day(), CLERK)
    office.matching.gross_fen = 30000
    await office.run()
    with pytest.raises(CloseNotWished):
        await office.desk.closing.sign(await office.day(), REVIEWER)


async def test_a_day_is_closed_when_each_difference_is_dealt_with_only(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN]]
    await office.run()
    with pytest.raises(DayNotBalanced):
        await office.desk.closing.wish(await office.day(), CLERK)
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    assert (await closed(office)).is_closed


async def test_a_day_that_is_not_closed_names_what_keeps_it_open(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN, difference(Kind.FINANCE_NOT_TOLD, order_id="G2")]]
    await office.run()
    with pytest.raises(DayNotBalanced, match="settled or carried M2 1, M4 1") as caught:
        await office.desk.closing.wish(await office.day(), CLERK)
    assert "M2 长款-不明账款 1 笔，M4 在途 1 笔" in str(caught.value.zh)
    found = [finding.kind async for finding, _ in office.desk.open_differences(await office.day())]
    assert sorted(found) == [Kind.UNKNOWN_MONEY, Kind.FINANCE_NOT_TOLD]


async def test_sums_that_no_difference_explains_are_named_when_a_day_is_to_be_closed(
    office: Office,
) -> None:
    office.matching.twice_fen = 100
    await office.run()
    with pytest.raises(DayNotBalanced, match=r"1\.00 yuan"):
        await office.desk.closing.wish(await office.day(), CLERK)


async def test_what_may_still_heal_is_carried_without_waiting_for_a_case(office: Office) -> None:
    office.matching.rounds = [[difference(Kind.FINANCE_NOT_TOLD)]]
    await office.run()
    (finding,) = await office.findings()
    assert await office.desk.cases.of(finding.id) is None
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "财政明日入账")
    day = await office.run()
    assert day.state is ReconciliationState.BALANCED
    office.matching.rounds = [[]]
    await office.run()
    assert (await office.desk.cases.get(finding.id)).state is DifferenceCaseState.SETTLED


async def test_no_step_makes_a_case_of_what_somebody_does_not_see_or_is_over(
    office: Office,
) -> None:
    office.matching.rounds = [[difference(Kind.FINANCE_NOT_TOLD, unit_code="999")]]
    await office.run()
    (finding,) = await office.findings()
    with pytest.raises(NotFound):
        await office.desk.step(finding.id, CaseTrigger.TAKE, UNIT_CLERK)
    office.matching.rounds = [[]]
    await office.run()
    with pytest.raises(NotFound):
        await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "财政明日入账")
    assert await office.desk.cases.of(finding.id) is None


async def test_every_write_of_a_closed_day_is_refused(office: Office) -> None:
    await office.run()
    day = await closed(office)
    for change in (
        lambda d: replace(d, waiting="x"),
        lambda d: replace(d, state=ReconciliationState.BALANCED, signature=None),
        lambda d: replace(d, rows=(), channel=replace(d.channel, gross_fen=1)),
    ):
        with pytest.raises(DayClosed):
            await office.desk.days.change(day.id, change)
    for step in (office.desk.closing.wish, office.desk.closing.sign):
        with pytest.raises(DayClosed):
            await step(day, BOTH)
    assert await office.day() == day


async def test_a_late_finding_goes_to_the_earliest_open_day_and_names_its_own(
    office: Office,
) -> None:
    office.matching.rounds = [[]]
    await office.run()
    day = await closed(office)
    office.clock.move(days=2)
    await office.run(NEXT)
    office.matching.rounds = [[LATE]]
    await office.run(DAY)
    assert await office.day() == day
    assert await office.findings(DAY) == []
    (adjustment,) = await office.findings(NEXT)
    assert (adjustment.about, adjustment.entered_on) == (DAY, NEXT)
    assert adjustment.is_adjustment
    assert (await office.day(NEXT)).state is ReconciliationState.DIFF_OPEN
    assert (await office.desk.cases.get(adjustment.id)).about == DAY


async def test_an_adjustment_stays_when_its_host_day_is_matched_again(office: Office) -> None:
    await office.run()
    await closed(office)
    office.clock.move(days=2)
    await office.run(NEXT)
    office.matching.rounds = [[LATE]]
    await office.run(DAY)
    before = await office.everything()
    await office.run(DAY)
    await office.run(NEXT)
    assert await office.everything() == before
    (adjustment,) = await office.findings(NEXT)
    assert (await office.desk.cases.get(adjustment.id)).state is DifferenceCaseState.OPEN


async def test_what_was_known_when_a_day_was_closed_is_not_found_again(office: Office) -> None:
    office.matching.rounds = [[UNKNOWN]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    day = await closed(office)
    await office.run(DAY)
    assert await office.desk.days.earliest_open("wechat_pay", DAY) is None
    office.clock.move(minutes=1)
    await office.desk.step(finding.id, CaseTrigger.SETTLE, CLERK, "渠道已答复")
    assert await office.day() == day
    assert await office.desk.closed.faults_of(DAY, "wechat_pay") == []


async def carried(office: Office) -> Finding:
    office.matching.rounds = [[UNKNOWN]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待渠道答复")
    return finding


async def test_a_closed_day_names_none_of_its_cases_and_knows_how_each_stood(
    office: Office,
) -> None:
    finding = await carried(office)
    day = await closed(office)
    office.clock.move(minutes=1)
    await office.desk.step(finding.id, CaseTrigger.SETTLE, CLERK, "渠道已答复")

    assert finding.id not in str(to_document(day))
    case = await office.desk.cases.get(finding.id)
    assert day.signed_state(case) is DifferenceCaseState.CARRIED


async def test_a_day_whose_wish_still_names_its_cases_is_what_was_signed(office: Office) -> None:
    finding = await carried(office)
    wished = await office.desk.closing.wish(await office.day(), CLERK)
    standing = (Standing(finding.id, DifferenceCaseState.CARRIED),)

    def as_of_old(day: Day) -> Day:
        assert day.wish is not None
        return replace(day, wish=replace(day.wish, standing=standing))

    await office.desk.days.change(wished.id, as_of_old)
    day = await office.desk.closing.sign(await office.day(), REVIEWER)
    office.clock.move(minutes=1)
    await office.desk.step(finding.id, CaseTrigger.SETTLE, CLERK, "渠道已答复")

    case = await office.desk.cases.get(finding.id)
    assert day.signed_state(case) is DifferenceCaseState.CARRIED
    assert await office.desk.closed.faults_of(DAY, "wechat_pay") == []


async def test_a_step_that_a_case_never_took_shows_on_a_closed_day(office: Office) -> None:
    finding = await carried(office)
    await closed(office)

    await office.store.mutate(
        CASES.name, finding.id, lambda document: document | {"history": [], "state": "open"}
    )

    (fault,) = await office.desk.closed.faults_of(DAY, "wechat_pay")
    assert fault.field == "cases"
