"""The rows of each kind: nothing left out, nothing of another unit's, words for what they are."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Role
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from payment.exports.difference_rows import CaseRows, DifferenceRows
from payment.exports.endpoints import roles_of
from payment.exports.movement_rows import MovementRows, movement_row
from payment.exports.receipt_rows import ReceiptRows
from payment.exports.refund_rows import RefundRows
from payment.exports.report_rows import ReportRows, report_rows
from payment.exports.suspense_rows import SuspenseRows
from payment.exports.table import sees
from payment.exports.what import What
from payment.journal.bookings import all_booked
from payment.journal.journal import Journal, Moved
from payment.lines import OrderLine
from payment.order import StrayReason
from payment.plugin import COLLECTIONS
from payment.receipts.chasing import Chasing
from payment.reconciliation.days.day import begun
from payment.reconciliation.days.sums import Counting, InTransit, Row, Totals
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.suspense.item import SuspenseEntryKind
from payment.refund import Refund, RefundState
from payment.refund_cases.case import Ground, Way
from payment.refund_cases.life import State
from payment.settlement import refund_asked
from payment.words import (
    GROUNDS,
    MOVEMENTS,
    REFUND_CASES,
    REFUNDS,
    STRAYS,
    SUSPENSE,
    WAYS,
)
from tests.unit.exports.samples import DAY, NOW
from tests.unit.payment.fakes import CountingNames
from tests.unit.payment.refund_cases.office import UNIT, Office, office

OTHER = frozenset({"330199099"})
LINES = (
    OrderLine("103050101", "交通违法罚款", Fen(20000)),
    OrderLine("103050199", "加处罚款", Fen(600), late=True),
)


def told(columns, row):
    """A row by its columns' titles."""
    return {column.title: cell for column, cell in zip(columns, row, strict=True)}


async def rows_of(source, day, units=None):
    return [told(source.columns, row) async for row in source.of_day(day, units)]


def moved(**given) -> Moved:
    entry = Entry(
        Movement.PAYMENT, "G1", "", "42", 20600, "2026-03-02 23:59:59", "done", None, "33", UNIT
    )
    return Moved(entry._replace(**given), "1900000001", 600, LINES, 7)


def test_a_payment_stands_under_what_came_in_and_a_refund_under_what_went_out():
    paid = told(MovementRows.columns, movement_row(DAY, "wechat_pay", moved(), None,
                                                   after_closing=False))  # fmt: skip
    assert (paid["收款"], paid["退款"], paid["净额"], paid["其中滞纳金"]) == (
        20600, None, 20600, 600,
    )  # fmt: skip
    assert paid["收费项目"] == "103050101 交通违法罚款 200.00；103050199 加处罚款 6.00"
    refund = moved(movement=Movement.REFUND, refund_no="G1R1", amount_fen=10300)
    back = told(MovementRows.columns, movement_row(DAY, "wechat_pay", refund, None,
                                                   after_closing=True))  # fmt: skip
    assert (back["收款"], back["退款"], back["净额"], back["其中滞纳金"]) == (
        None, 10300, -10300, None,
    )  # fmt: skip
    assert back["收费项目"] == "103050101 交通违法罚款 100.00；103050199 加处罚款 3.00"
    assert back["备注"] == "结账后入账"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([UNIT, "330199099"]),
            st.lists(st.tuples(st.integers(1, 10**7), st.booleans()), min_size=1, max_size=4),
            st.integers(0, 100),
        ),
        max_size=12,
    )
)
def test_movements_and_report_of_the_same_books_have_the_same_sums(payments):
    """Whatever part of whatever lines goes back."""
    counting, movements = Counting(), []
    for unit, amounts, per_cent in payments:
        lines = tuple(OrderLine(str(fen % 7), "费", Fen(fen), late) for fen, late in amounts)
        total, late = sum(fen for fen, _ in amounts), sum(fen for fen, late in amounts if late)
        back = total * per_cent // 100
        counting.paid(unit, total, lines)
        paid = replace(moved(unit_code=unit, amount_fen=total), lines=lines, late_fee_fen=late)
        movements.append(paid)
        if back:
            counting.went_back(unit, back, lines)
            entry = paid.entry._replace(movement=Movement.REFUND, refund_no="R", amount_fen=back)
            movements.append(replace(paid, entry=entry))
    known = replace(
        begun(DAY, "wechat_pay", NOW), rows=counting.sorted_rows(), gateway=counting.gateway
    )
    written = [movement_row(DAY, "wechat_pay", m, None, after_closing=False) for m in movements]
    for column in ("收款", "退款", "净额", "其中滞纳金"):
        for unit in (UNIT, "330199099"):
            ours = [told(MovementRows.columns, row) for row in written]
            theirs = [told(ReportRows.columns, row) for row in report_rows(known, None)]
            sums = [
                sum(each[column] or 0 for each in found if each["执收单位"] == unit)
                for found in (ours, theirs)
            ]
            assert sums[0] == sums[1], column


def day(**given):
    known = begun(DAY, "wechat_pay", NOW)
    rows = (Row(UNIT, "103", "费", 1, 20000, 0, 0, 0), Row("330199099", "104", "款", 1, 500))
    transit = (InTransit(UNIT, 1000, 20000, 21000), InTransit("330199099", 0, 500, 0))
    return replace(known, rows=rows, transit=transit, gateway=Totals(2, 20500), **given)


def test_a_report_has_items_and_what_is_in_transit_and_keeps_them_apart():
    found = [told(ReportRows.columns, row) for row in report_rows(day(), None)]
    assert sum(each["收款"] or 0 for each in found) == 20500
    transit = found[2]
    assert (transit["项目"], transit["收款"]) == ("在途（全部项目）", None)
    assert (transit["期初在途"], transit["财政入账"], transit["期末在途"]) == (1000, 21000, 0)


def test_money_of_no_known_item_is_in_the_report_too():
    known = replace(day(), gateway=Totals(3, 20800, 1, 100))
    rest = told(ReportRows.columns, list(report_rows(known, None))[2])
    assert (rest["项目"], rest["收款"], rest["退款"], rest["净额"]) == (
        "（未列明项目）", 300, 100, 200,
    )  # fmt: skip


def test_a_day_that_waits_for_its_bill_is_not_left_out_in_silence():
    waits = begun(DAY, "wechat_pay", NOW)
    (row,) = [told(ReportRows.columns, each) for each in report_rows(waits, None)]
    assert (row["对账状态"], row["项目"], row["收款"]) == ("等待对账单", "（尚未对账）", None)
    assert list(report_rows(waits, OTHER)) == []


def test_of_a_report_a_unit_has_its_own_rows_alone():
    known = replace(day(), gateway=Totals(3, 20800))
    found = [told(ReportRows.columns, row) for row in report_rows(known, OTHER)]
    assert [(each["执收单位"], each["项目"]) for each in found] == [
        ("330199099", "款"),
        ("330199099", "在途（全部项目）"),
    ]


@pytest.fixture
async def town() -> AsyncIterator[Office]:
    store = MemoryStore((*COLLECTIONS, *CHAINS))
    await store.open()
    yield office(store)
    await store.close()


@pytest.fixture
def journal(town: Office) -> Journal:
    vault = Vault({"1": b"k" * 32}, b"i" * 32, CountingNames())
    return Journal(StoredChains(town.store, vault).chain("journal"))


def today(town: Office) -> date:
    return beijing_day(town.clock.now())


async def test_refunds_are_cases_and_what_goes_back_by_itself(town, journal):
    source = RefundRows(town.worklist, journal, town.orders, ["wechat_pay"], town.clock)
    case = await town.approved(await town.receipted(), 10_000)
    second, now = await town.receipted("G20260302bbbbbbbbbbbbbbbbbbbb"), town.clock.now()
    await town.orders.change(
        second.id, lambda o: refund_asked(o, Refund("BY-ITSELF", Fen(500), "重复", now), now)
    )
    for order_id in (case.order_id, second.id):
        for booking in all_booked(await town.orders.get(order_id), merchant="m"):
            await journal.write(booking)
    found = await rows_of(source, today(town))
    assert [(each["类型"], each["编号"], each["金额"]) for each in found] == [
        ("申请", case.id, 10_000),
        ("自动", "BY-ITSELF", 500),
    ]
    assert (found[0]["事由"], found[0]["方式"], found[0]["执收单位"]) == ("多缴", "原路退回", UNIT)
    assert await rows_of(source, today(town), OTHER) == []
    assert await rows_of(source, today(town) - timedelta(days=1)) == []


async def test_a_case_is_exported_on_its_day_whatever_became_of_it(town, journal):
    source = RefundRows(town.worklist, journal, town.orders, [], town.clock)
    first = await town.applied(await town.receipted(), 100)
    other = await town.receipted("G20260302bbbbbbbbbbbbbbbbbbbb")
    second = await town.approved(other, 100, key="k2")
    found = await rows_of(source, today(town))
    assert {each["编号"] for each in found} == {first.id, second.id}
    assert {each["申请状态"] for each in found} == {"待受理", "退付中"}


async def test_a_missing_receipt_is_exported_on_the_day_finance_booked_it(town):
    chasing = Chasing(town.store, town.orders, town.clock, after=timedelta(hours=24))
    source = ReceiptRows(chasing)
    order = await town.receipted()
    await town.orders.change(
        order.id, lambda o: replace(o, receipt=None, unreceipted_since=o.confirmed_at)
    )
    day = today(town)
    assert await rows_of(source, day) == []  # finance still has time
    town.clock.move(seconds=25 * 3600)
    (missing,) = await rows_of(source, day)
    assert (missing["订单号"], missing["金额"]) == (order.id, 20600)
    assert await rows_of(source, day + timedelta(days=1)) == []
    assert await rows_of(source, day, OTHER) == []


def test_every_kind_is_for_finance_and_what_is_no_units_for_finance_alone():
    finance = {Role.FINANCE_CLERK, Role.FINANCE_REVIEWER, Role.AUDITOR}
    for what in What:
        assert roles_of(what) - {Role.UNIT_CLERK} == finance
        assert (Role.UNIT_CLERK in roles_of(what)) == (what is not What.SUSPENSE)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (MOVEMENTS, Movement), (STRAYS, StrayReason), (SUSPENSE, SuspenseEntryKind),
        (REFUNDS, RefundState), (REFUND_CASES, State), (GROUNDS, Ground), (WAYS, Way),
    ],
)  # fmt: skip
def test_every_state_and_kind_has_a_word(words, kind):
    assert set(words) == set(kind)
    assert len(set(words.values())) == len(words)


def test_who_is_kept_to_units_sees_nothing_that_is_of_none():
    assert sees(None, "")
    assert not sees(frozenset({UNIT}), "")


@pytest.mark.parametrize(
    "source", [MovementRows, ReportRows, DifferenceRows, CaseRows, SuspenseRows, RefundRows,
               ReceiptRows]
)  # fmt: skip
def test_no_two_columns_of_a_sheet_have_one_name(source):
    titles = [column.title for column in source.columns]
    assert len(set(titles)) == len(titles)
