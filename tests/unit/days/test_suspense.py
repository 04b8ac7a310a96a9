"""The suspense account: entries are added, never changed, and the balance is what they come to."""

from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Invalid
from payment.facts import RefundStatus
from payment.reconciliation.cases.case import DifferenceCaseState, ReasonNeeded
from payment.reconciliation.differences import Kind
from payment.reconciliation.suspense.item import (
    NotReversible,
    SuspenseEdited,
    SuspenseEntryKind,
    SuspenseItem,
    SuspenseOverdrawn,
)
from tests.unit.days.conftest import Office
from tests.unit.days.samples import CLERK, DAY, difference

PAY_CODE = "33019926010000000001"


async def entered(office: Office) -> SuspenseItem:
    """Unknown money of 206.00 lies in the account."""
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY)]]
    await office.run()
    (finding,) = await office.findings()
    return await office.desk.suspend(finding.id, CLERK, "缴款人不明")


async def correct(office: Office, item: SuspenseItem, kind: SuspenseEntryKind, **given: object):  # type: ignore[no-untyped-def]
    asked = {"amount_fen": None, "pay_code": None, "reverses": None} | given
    return await office.desk.correct(item.id, kind, CLERK, "经核实", **asked)  # type: ignore[arg-type]


async def state_of(office: Office, item: SuspenseItem) -> DifferenceCaseState:
    return (await office.desk.cases.get(item.id)).state


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
    item = await entered(office)
    await correct(office, item, SuspenseEntryKind.IDENTIFY, amount_fen=20600, pay_code=PAY_CODE)
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
    await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=20600)
    for _ in range(3):
        await office.outbox.work()
        office.clock.move(minutes=1)
    (refund,) = office.platform.refunds.values()
    assert (refund.amount_fen, refund.status) == (20600, RefundStatus.DONE)
    assert (await office.desk.suspense.get(item.id)).done == (2,)


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
    await correct(office, item, SuspenseEntryKind.GIVE_BACK, amount_fen=600)
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
    with pytest.raises(Invalid):
        await office.desk.suspend(finding.id, CLERK, "缴款人不明")
