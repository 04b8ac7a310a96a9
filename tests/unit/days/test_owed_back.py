"""What had not gone back at the end of a day stands on its report, also when it has since."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from channel_gateway.domain.money import Fen
from payment.commands.report_text import report_lines
from payment.order import Order, StrayReason
from payment.orders import Orders
from payment.reconciliation.days.day import Day, begun
from payment.reconciliation.days.owed_back import MOST_LISTED, AllOwed, owed_at_end
from payment.reconciliation.days.running import Running
from payment.reconciliation.desk.views import method_report
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.refund import RefundState, RefundTrigger
from payment.settlement import refund_moved, refund_renewed, strayed
from tests.unit.days.conftest import Office
from tests.unit.days.fakes import NoBooks
from tests.unit.days.samples import DAY
from tests.unit.payment.samples import NOW, order, paid

ONE_DAY = timedelta(days=1)
TWICE = {"reason": StrayReason.DUPLICATE, "now": NOW}
BEFORE, NEXT, LATER = DAY - ONE_DAY, DAY + ONE_DAY, DAY + 2 * ONE_DAY


def stray(id: str = "G20260302aaaaaaaaaaaaaaaaaaaa", **given: object) -> Order:
    """Paid for the second time on the day; its refund is asked for."""
    made = order(id, unit_code="330199011", **given)
    return strayed(made, paid(made), **TWICE)  # type: ignore[arg-type]


def moved(of: Order, trigger: RefundTrigger, days: int = 0) -> Order:
    at = NOW + days * ONE_DAY
    done_at = at if trigger is RefundTrigger.FINISH else None
    return refund_moved(of, of.refunds[-1], trigger, at, done_at=done_at)


def owed(of: Order, *days: object) -> list[bool]:
    return [bool(owed_at_end([of], day).count) for day in days]  # type: ignore[arg-type]


def test_it_is_owed_from_the_day_it_was_asked_for_until_the_day_it_is_done() -> None:
    assert owed(stray(), BEFORE, DAY, NEXT, LATER) == [False, True, True, True]
    back = moved(stray(), RefundTrigger.FINISH, days=1)
    assert owed(back, BEFORE, DAY, NEXT, LATER) == [False, True, False, False]


def test_what_is_asked_for_anew_is_one_debt_since_the_first_day() -> None:
    closed = moved(stray(), RefundTrigger.GIVE_UP)
    anew = refund_renewed(closed, closed.refunds[0], NOW + ONE_DAY)
    for day, number in ((DAY, closed.refunds[0].number), (NEXT, anew.refunds[1].number)):
        [item] = owed_at_end([anew], day).listed
        assert (item.refund_no, item.since, item.amount_fen) == (number, NOW, 20600)


def test_what_is_stuck_comes_first_and_says_what_to_do() -> None:
    goes_on = stray()
    stuck = moved(stray("G20260302bbbbbbbbbbbbbbbbbbbb"), RefundTrigger.STALL, days=0)
    assert stuck.refunds[0].state is RefundState.ABNORMAL
    found = owed_at_end([goes_on, stuck], DAY)
    assert [(each.order_id, each.stuck) for each in found.listed] == [
        (stuck.id, True),
        (goes_on.id, False),
    ]
    assert (found.count, found.fen) == (2, 41200)
    report = method_report(begun_with(found), frozenset({"330199011"}), suspense_fen=0, names={})
    text = "\n".join(report_lines(report, []))
    assert "206.00 元  自动退回（受阻）  自 2026-03-02 12:00:00" in text
    assert "下一步：退款未能到达缴款人账户" in text
    assert "共 2 笔" not in text  # of all units together
    other = method_report(begun_with(found), frozenset({"U"}), suspense_fen=0, names={})
    assert other.owed_back == []


def begun_with(found: AllOwed) -> Day:
    return replace(begun(DAY, "wechat_pay", NOW), owed_back=found)


def test_the_sum_is_of_all_however_many_are_listed() -> None:
    many = [stray(f"G20260302{number:020}", amount_fen=Fen(100)) for number in range(201)]
    found = owed_at_end(many, DAY)
    assert (len(found.listed), found.count, found.fen) == (MOST_LISTED, 201, 20_100)


async def test_a_run_finds_what_is_owed_by_its_own_method_and_what_was_done_since(
    office: Office,
) -> None:
    orders = Orders(office.store)
    for letter, method, done_after in (
        ("a", "wechat_pay", None),
        ("b", "wechat_pay", 1),
        ("c", "wechat_pay", 0),
        ("d", "alipay", None),
    ):
        made = order(f"G20260302{letter * 20}", open_key=None, method=method)
        await orders.add(made)
        fact = paid(made, transaction=letter)
        await orders.change(made.id, partial(strayed, fact=fact, **TWICE))
        if done_after is not None:
            finish = partial(moved, trigger=RefundTrigger.FINISH, days=done_after)
            await orders.change(made.id, finish)
    await office.run()
    listed = (await office.day()).owed_back.listed
    assert sorted(each.order_id[9] for each in listed) == ["a", "b"]


REFUND = Entry(Movement.REFUND, "G1", "G1R1", "T", 100, f"{DAY} 12:00:00")


@pytest.mark.parametrize(
    ("ours", "out", "on_the_bill"),
    [
        ([], [], False),
        ([EntryState.STRAY], [], True),
        ([EntryState.TRANSFERRED, EntryState.STRAY_TRANSFERRED], [], False),
        ([], [EntryState.IDENTIFIED], False),
        ([], [EntryState.STRAY], True),
    ],
)
async def test_only_what_the_channel_moved_makes_a_day_without_a_bill_suspicious(
    office: Office, ours: list[EntryState], out: list[EntryState], on_the_bill: bool
) -> None:
    books = NoBooks()
    books.moved = [REFUND._replace(state=each) for each in ours]
    books.out = [REFUND._replace(state=each) for each in out]
    await Running(replace(office.tools, own=books)).run(DAY, "wechat_pay")
    assert office.bills.taken[0] is on_the_bill
