"""The suspense account: entries are added, never changed, and the balance is what they come to."""

from dataclasses import replace
from typing import Any

import pytest

from channel_gateway.domain.errors import Invalid, Refused, RefusedForNow
from channel_gateway.domain.state_machine import NotNow
from channel_gateway.staff.refusals import WrongRole
from payment.facts import RefundStatus
from payment.orders import Orders
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState, ReasonNeeded
from payment.reconciliation.desk.views import case_view
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.suspense import on_journal
from payment.reconciliation.suspense.account import NotForSuspense
from payment.reconciliation.suspense.item import (
    EntryStanding,
    NothingToApprove,
    NotReversible,
    SuspenseEdited,
    SuspenseEntryKind,
    SuspenseItem,
    SuspenseOverdrawn,
    approved,
)
from payment.reconciliation.two_people import OwnWork
from payment.settlement import received
from tests.unit.days.conftest import Office
from tests.unit.days.samples import BOTH, CLERK, DAY, NOW, REVIEWER, difference
from tests.unit.payment.samples import order, paid

PAY_CODE = "33019926010000000001"


async def entered(office: Office, **given: Any) -> SuspenseItem:
    """Unknown money of 206.00 lies in the account."""
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY, **given)]]
    await office.run()
    (finding,) = await office.findings()
    return await office.desk.suspend(finding.id, CLERK, "缴款人不明")


async def correct(office: Office, item: SuspenseItem, kind: SuspenseEntryKind, **given: object):  # type: ignore[no-untyped-def]
    asked = {"amount_fen": None, "pay_code": None, "reverses": None} | given
    return await office.desk.correct(item.id, kind, CLERK, "经核实", **asked)  # type: ignore[arg-type]


async def given_back(office: Office, item: SuspenseItem, fen: int = 20600) -> SuspenseItem:
    """Entered by a clerk and approved by a reviewer."""
    item = await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=fen)
    return await office.desk.approve(item.id, item.entries[-1].number, REVIEWER)


async def identified(office: Office, item: SuspenseItem, fen: int = 20600) -> SuspenseItem:
    """The same, as a notice's."""
    kind = SuspenseEntryKind.IDENTIFY
    item = await correct(office, item, kind, amount_fen=fen, pay_code=PAY_CODE)
    return await office.desk.approve(item.id, item.entries[-1].number, REVIEWER)


async def standing_of(office: Office, item: SuspenseItem, number: int = 2) -> EntryStanding:
    found = await office.desk.suspense.get(item.id)
    return found.standing(found.entries[number - 1])


async def state_of(office: Office, item: SuspenseItem) -> DifferenceCaseState:
    return await state_of_case(office, item.id)


async def state_of_case(office: Office, case_id: str) -> DifferenceCaseState:
    return (await office.desk.cases.get(case_id)).state


async def test_unknown_money_is_entered_once_and_its_day_can_be_closed(office: Office) -> None:
    item = await entered(office)
    assert item.balance_fen == 20600
    assert await office.desk.suspense.balance_fen("wechat_pay") == 20600
    assert await state_of(office, item) is DifferenceCaseState.SUSPENSE
    assert (await office.day()).state == "balanced"
    again = await office.desk.suspend(item.id, CLERK, "再来一次")
    assert again == await office.desk.suspense.get(item.id)
    assert again.balance_fen == 20600


async def test_money_that_is_identified_is_told_to_finance_as_a_collection(
    office: Office,
) -> None:
    await identified(office, item := await entered(office))
    await office.outbox.work()
    await office.outbox.work()
    (told,) = office.finance.confirmations.values()
    assert (told.pay_code, told.amount_fen, told.transaction) == (PAY_CODE, 20600, "4200001")
    found = await office.desk.suspense.get(item.id)
    assert (found.balance_fen, found.done, found.tasks) == (0, (2,), ())
    assert await state_of(office, item) is DifferenceCaseState.SETTLED


async def test_money_that_is_no_revenue_goes_back_the_way_it_came_once(office: Office) -> None:
    item = await entered(office)
    office.platform.lost = ["refund"]
    await given_back(office, item)
    for _ in range(4):
        await office.outbox.work()
        office.clock.move(minutes=1)
    (refund,) = office.platform.refunds.values()
    assert (refund.amount_fen, refund.status) == (20600, RefundStatus.DONE)
    found = await office.desk.suspense.get(item.id)
    assert (found.done, found.balance_fen, found.live) == ((2,), 0, None)
    assert await state_of(office, item) is DifferenceCaseState.SETTLED


@pytest.mark.parametrize("kind", [SuspenseEntryKind.GIVE_BACK, SuspenseEntryKind.IDENTIFY])
async def test_one_person_alone_takes_nothing_out(office: Office, kind: SuspenseEntryKind) -> None:
    item = await entered(office)
    await correct(office, item, kind, amount_fen=600, pay_code=PAY_CODE)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.WAITS
    with pytest.raises(WrongRole):
        await office.desk.approve(item.id, 2, CLERK)
    own = await office.desk.suspense.correct(
        item.id, kind, BOTH, "经核实", amount_fen=600, pay_code=PAY_CODE
    )
    with pytest.raises(OwnWork):
        await office.desk.approve(item.id, own.entries[-1].number, BOTH)
    await office.outbox.work()
    assert (office.platform.refunds, office.finance.confirmations) == ({}, {})


async def test_identified_money_nobody_approved_is_taken_back(office: Office) -> None:
    item = await entered(office)
    await correct(office, item, SuspenseEntryKind.IDENTIFY, amount_fen=20600, pay_code=PAY_CODE)
    undone = await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    assert (undone.free_fen, undone.balance_fen) == (20600, 20600)
    with pytest.raises(NothingToApprove):
        await office.desk.approve(item.id, 2, REVIEWER)


async def test_finance_that_did_not_answer_is_told_again_by_a_reviewer(office: Office) -> None:
    item = await entered(office)
    office.finance.down = True
    await identified(office, item)
    for _ in range(40):
        await office.outbox.work()
        office.clock.move(hours=2)
    assert await standing_of(office, item) is EntryStanding.HELD_UP
    office.finance.down = False
    await office.desk.approve(item.id, 2, REVIEWER)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.DONE


async def test_a_give_back_nobody_approved_is_taken_back(office: Office) -> None:
    item = await entered(office)
    await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=20600)
    undone = await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    assert (undone.free_fen, undone.balance_fen) == (20600, 20600)
    with pytest.raises(NothingToApprove):
        await office.desk.approve(item.id, 2, REVIEWER)


async def test_money_on_its_way_out_still_lies_there_and_is_not_free(office: Office) -> None:
    item = await given_back(office, await entered(office), 20000)
    assert (item.balance_fen, item.free_fen) == (20600, 600)
    assert await office.desk.suspense.balance_fen("wechat_pay") == 20600
    with pytest.raises(SuspenseOverdrawn):
        await correct(office, item, SuspenseEntryKind.HAND_OVER, amount_fen=601)
    assert await state_of(office, item) is DifferenceCaseState.SUSPENSE


async def test_a_give_back_the_platform_refuses_is_in_the_list_and_its_money_is_there(
    office: Office,
) -> None:
    item = await entered(office)
    office.platform.refuses = Refused("PARAM_ERROR")
    await given_back(office, item)
    await office.outbox.work()
    found = await office.desk.suspense.get(item.id)
    assert (found.balance_fen, found.live, found.is_stuck) == (20600, "wechat_pay", True)
    assert await standing_of(office, item) is EntryStanding.FAILED
    trouble = found.trouble(2)
    assert trouble is not None
    assert "PARAM_ERROR" in trouble.words
    (listed,) = await office.desk.cases.listed(CLERK, limit=9)
    view = case_view(listed, office.desk.today, await office.desk.money_of(listed))
    assert (view.id, view.state, view.stuck) == (item.id, DifferenceCaseState.SUSPENSE, True)

    office.platform.refuses = None
    await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    await given_back(office, item)
    for _ in range(2):
        await office.outbox.work()
    assert [each.amount_fen for each in office.platform.refunds.values()] == [20600]
    assert await state_of(office, item) is DifferenceCaseState.SETTLED


async def test_a_balance_too_low_is_said_at_once_and_tried_on(office: Office) -> None:
    item = await entered(office)
    office.platform.refuses = RefusedForNow("NOT_ENOUGH")
    await given_back(office, item)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.HELD_UP
    with pytest.raises(NotReversible):
        await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    office.platform.refuses = None
    office.clock.move(minutes=5)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.DONE
    assert not (await office.desk.suspense.get(item.id)).is_stuck


async def test_what_the_payers_account_does_not_take_is_asked_about_again_by_a_reviewer(
    office: Office,
) -> None:
    item = await entered(office)
    office.platform.refund_status = RefundStatus.ABNORMAL
    await given_back(office, item)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.HELD_UP
    number = f"{item.id}B2"
    paid = replace(office.platform.refunds[number], status=RefundStatus.DONE)
    office.platform.refunds[number] = paid
    await office.desk.approve(item.id, 2, REVIEWER)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.DONE


async def test_identified_money_finance_does_not_take_is_free_again(office: Office) -> None:
    item = await entered(office)
    office.finance.paid_by = "another"
    await identified(office, item)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.FAILED
    undone = await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    assert undone.free_fen == 20600


@pytest.mark.parametrize(
    "known",
    [
        {"kind": Kind.AMOUNT_DIFFERS, "gateway_fen": 20000},
        {"kind": Kind.REFUND_DIFFERS, "movement": Movement.REFUND, "refund_no": "RC1R1"},
        {"movement": Movement.REFUND, "refund_no": "RC1R1"},
        {"finance_fen": 20600},
    ],
)
async def test_only_unknown_money_that_came_in_is_suspended(
    office: Office, known: dict[str, Any]
) -> None:
    office.matching.rounds = [[difference(**known)]]
    office.clock.move(days=7)
    await office.run()
    (finding,) = await office.findings()
    with pytest.raises(NotForSuspense):
        await office.desk.suspend(finding.id, CLERK, "缴款人不明")
    assert await office.desk.suspense.of(finding.id) is None
    assert await state_of_case(office, finding.id) is DifferenceCaseState.OPEN


@pytest.mark.parametrize("named", ["order_id", "transaction"])
async def test_money_of_an_order_of_ours_goes_back_by_its_refund_alone(
    office: Office, named: str
) -> None:
    paid_order = received(order(), paid(order()), NOW)
    theirs = {"order_id": "G20260302zzzz", "transaction": "4299999"}
    theirs[named] = paid_order.id if named == "order_id" else str(paid_order.transaction)
    item = await entered(office, **theirs)
    await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=600)
    await Orders(office.store).add(paid_order)  # known since, by a callback that came late
    with pytest.raises(NotForSuspense):
        await office.desk.approve(item.id, 2, REVIEWER)
    with pytest.raises(NotForSuspense):
        await office.desk.suspend(item.id, CLERK, "再来一次")


async def test_a_case_that_is_over_puts_nothing_into_the_account(office: Office) -> None:
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY)]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.SETTLE, CLERK, "渠道账单有误")
    with pytest.raises(NotNow):
        await office.desk.suspend(finding.id, CLERK, "缴款人不明")
    assert await office.desk.suspense.of(finding.id) is None


async def test_the_account_is_never_overdrawn(office: Office) -> None:
    item = await entered(office)
    await correct(office, item, SuspenseEntryKind.HAND_OVER, amount_fen=20000)
    with pytest.raises(SuspenseOverdrawn):
        await correct(office, item, SuspenseEntryKind.HAND_OVER, amount_fen=601)
    assert (await office.desk.suspense.get(item.id)).balance_fen == 600


async def test_entries_are_never_changed_nor_taken_away(office: Office) -> None:
    item = await entered(office)
    smaller = replace(item.entries[0], change_fen=1)
    for entries in ((smaller,), ()):
        with pytest.raises(SuspenseEdited):
            await office.desk.suspense.change(item.id, lambda i: replace(i, entries=entries))  # noqa: B023


async def test_a_mistake_is_corrected_by_an_entry_against_it(office: Office) -> None:
    item = await entered(office)
    await correct(office, item, SuspenseEntryKind.HAND_OVER, amount_fen=20600)
    assert await state_of(office, item) is DifferenceCaseState.SETTLED
    undone = await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    assert [each.change_fen for each in undone.entries] == [20600, -20600, 20600]
    assert await state_of(office, item) is DifferenceCaseState.SUSPENSE
    with pytest.raises(NotReversible):
        await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)
    with pytest.raises(Invalid):
        await correct(office, item, SuspenseEntryKind.REVERSE, reverses=3)


async def test_what_acts_outside_is_not_reversed(office: Office) -> None:
    item = await entered(office)
    await given_back(office, item, 600)
    with pytest.raises(NotReversible):
        await correct(office, item, SuspenseEntryKind.REVERSE, reverses=2)


async def test_every_entry_is_on_the_journal_with_its_name_and_no_reason(office: Office) -> None:
    item = await entered(office)
    await correct(office, item, SuspenseEntryKind.HAND_OVER, amount_fen=20600)
    await office.outbox.work()
    await office.outbox.work()
    links = [each async for each in office.chains.chain("journal").links()]
    assert sorted((each.fields["number"], each.fields["change_fen"]) for each in links) == [
        (1, 20600),
        (2, -20600),
    ]
    assert {each.fields["by"] for each in links} == {"clerk-lin"}
    assert all("经核实" not in str(each.fields) for each in links)


@pytest.mark.parametrize("take_out", [given_back, identified])
async def test_who_approved_is_on_the_journal_before_anything_goes_out(
    office: Office, take_out: Any
) -> None:
    item = await take_out(office, await entered(office))
    journal = office.chains.chain("journal")
    link = await journal.of_key(f"suspense|{item.id}|2|approved")
    assert link is not None
    assert (link.what, link.fields["by"], link.fields["approved_by"], link.at) == (
        "suspense approval",
        "clerk-lin",
        "reviewer-wu",
        item.approvals[0].at,
    )
    await office.outbox.work()
    done = await journal.of_key(f"suspense|{item.id}|2|done")
    assert done is not None
    assert done.number > link.number
    assert (done.fields["change_fen"], done.fields["approved_by"]) == (-20600, "reviewer-wu")


async def test_an_approval_that_was_written_into_the_store_moves_nothing(office: Office) -> None:
    item = await entered(office)
    item = await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=20600)
    now = office.clock.now()
    await office.desk.suspense.change(item.id, lambda i: approved(i, 2, "reviewer-wu", now))
    await office.outbox.work()
    assert office.platform.refunds == {}
    assert await standing_of(office, item) is EntryStanding.HELD_UP


async def test_who_approves_second_leaves_the_first_name(office: Office) -> None:
    """The journal had it, and somebody died before the sum had it."""
    item = await entered(office)
    item = await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=20600)
    agreed = approved(item, 2, "reviewer-first", office.clock.now())
    await office.chains.chain("journal").append(
        on_journal.approved(agreed, agreed.entries[1], agreed.approvals[0])
    )
    made = await office.desk.approve(item.id, 2, REVIEWER)
    assert made.approvals == agreed.approvals


async def test_an_entry_needs_a_reason_and_an_amount(office: Office) -> None:
    item = await entered(office)
    with pytest.raises(ReasonNeeded):
        await office.desk.suspense.correct(
            item.id, SuspenseEntryKind.HAND_OVER, CLERK, " ", amount_fen=100
        )
    for kind in (SuspenseEntryKind.HAND_OVER, SuspenseEntryKind.ENTER):
        with pytest.raises(Invalid):
            await correct(office, item, kind)
    with pytest.raises(Invalid):
        await correct(office, item, SuspenseEntryKind.IDENTIFY, amount_fen=100)


async def test_only_what_came_through_the_channel_is_entered(office: Office) -> None:
    missing = difference(Kind.MISSING_MONEY, channel_fen=None, gateway_fen=20600)
    office.matching.rounds = [[missing]]
    await office.run()
    (finding,) = await office.findings(DAY)
    with pytest.raises(NotForSuspense):
        await office.desk.suspend(finding.id, CLERK, "缴款人不明")
