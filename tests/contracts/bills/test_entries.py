"""The lines of a day's trade bill: exactly what was paid and given back, or a finding."""

import pytest

from payment.ports import BillWrong
from payment.reconciliation.entries import Entry, Movement
from tests.contracts.bills.desk import GIVEN_BACK, PAID, Desk


async def entries_of(desk: Desk) -> list[Entry]:
    bills = await desk.fetch()
    return list(desk.source.entries(bills[desk.source.trades]))


def paid(entries: list[Entry]) -> dict[str, int]:
    payments = [each for each in entries if each.movement == Movement.PAYMENT]
    return {each.order_id: each.amount_fen for each in payments}


async def test_a_day_s_lines_are_what_was_paid_and_given_back(desk: Desk) -> None:
    await desk.a_day_of_business()
    entries = await entries_of(desk)
    assert paid(entries) == PAID
    [refund] = [each for each in entries if each.movement == Movement.REFUND]
    assert (refund.order_id, refund.refund_no) == ("FEE20260105B", "REFUND-1")
    assert refund.amount_fen == GIVEN_BACK
    assert {each.at[:10] for each in entries} == {desk.day.isoformat()}


async def test_lines_and_account_come_to_the_same_money(desk: Desk) -> None:
    await desk.a_day_of_business()
    bills = await desk.fetch()
    entries = list(desk.source.entries(bills[desk.source.trades]))
    gross = sum(
        each.amount_fen if each.movement == Movement.PAYMENT else -each.amount_fen
        for each in entries
    )
    fees = sum(each.fee_e5 or 0 for each in entries)
    assert gross * 1000 - fees == desk.source.settled_fen(list(bills.values())) * 1000


@pytest.mark.parametrize(
    ("kind", "orders"),
    [
        ("bill_missing_line", 2),  # lost
        ("bill_foreign_line", 4),  # money nobody knows
        ("bill_wrong_amount", 3),
    ],
)
async def test_books_that_differ_and_add_up_are_read_as_they_are(
    desk: Desk, kind: str, orders: int
) -> None:
    await desk.a_day_of_business()
    await desk.spoiled(kind, 0)
    found = paid(await entries_of(desk))
    assert len(found) == orders
    assert found != PAID


async def test_a_line_that_stands_twice_and_is_counted_once_is_read_twice(desk: Desk) -> None:
    """So that matching can name it."""
    await desk.a_day_of_business()
    await desk.spoiled("bill_duplicate_line", 0)
    entries = await entries_of(desk)
    assert len(entries) == len(set(entries)) + 1 == 5


@pytest.mark.parametrize("counted", [True, False])
async def test_whether_the_sums_count_a_line_again_that_stands_twice_is_known(
    desk: Desk, counted: bool
) -> None:
    await desk.a_day_of_business()
    await desk.spoiled("bill_duplicate_line", 0, parameters={"sums_follow": counted})
    bills = await desk.fetch()
    assert desk.source.counts_repeats(bills[desk.source.trades]) is counted


@pytest.mark.parametrize("kind", ["bill_missing_line", "bill_foreign_line", "bill_wrong_amount"])
async def test_lines_that_do_not_come_to_their_sums_are_wrong(desk: Desk, kind: str) -> None:
    await desk.a_day_of_business()
    await desk.spoiled(kind, 0, parameters={"sums_follow": False})
    with pytest.raises(BillWrong):
        await entries_of(desk)


async def test_a_renamed_column_is_wrong(desk: Desk) -> None:
    await desk.a_day_of_business()
    await desk.spoiled("bill_changed_column", 0)
    with pytest.raises(BillWrong):
        await entries_of(desk)


async def looked_at(desk: Desk) -> tuple[list[Entry], list[str]]:
    """As columns, and what is remarked upon."""
    bills = await desk.fetch()
    remarks: list[str] = []
    pieces = desk.source.columns(bills[desk.source.trades], remarks.append)
    return sorted(entry for piece in pieces for entry in piece.entries()), remarks


async def test_a_new_column_is_passed_over_and_remarked_upon(desk: Desk) -> None:
    await desk.a_day_of_business()
    before, silent = await looked_at(desk)
    await desk.spoiled("bill_added_column", 0)
    after, remarks = await looked_at(desk)
    assert (after, silent) == (before, [])
    assert remarks == ["交易 对账单新增列：业务来源；已读各列不受影响"]


async def test_a_line_nobody_can_read_is_set_aside_and_the_others_are_read(desk: Desk) -> None:
    await desk.a_day_of_business()
    before, _ = await looked_at(desk)
    await desk.spoiled("bill_short_line", 0)
    after, remarks = await looked_at(desk)
    assert len(after) == len(before) - 1
    assert set(after) < set(before)
    assert [words.startswith("账单有一行读不出，已搁置") for words in remarks] == [True, False]
    assert remarks[1].startswith("按账单自报的合计，搁置的行应为：")
