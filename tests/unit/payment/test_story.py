"""What is told of an order: where its money is, and each change behind what brought it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.notices import NoticeState
from channel_gateway.ports import Link
from channel_gateway.service import Line, Story, Table, Told
from channel_gateway.stories import as_text, in_order, tell_story
from payment.facts import PaymentStatus, RefundStatus
from payment.journal.bookings import Booking
from payment.order import CloseReason, Event, State, StrayReason
from payment.reconciliation.cases.case import CaseTrigger
from payment.refund import RefundState, RefundTrigger
from payment.refund_cases.case import Desk
from payment.settlement import refund_moved, strayed
from payment.story.answers import behind_answers
from payment.story.books import MOST_DAYS, days_over, known_at
from payment.story.money import where
from payment.story.trace_lines import trace_lines
from payment.story.words import ANSWERS, BOOKINGS, CASE_STEPS, DESKS, NOTES, ORDERS, REFUNDS
from payment.traces.trace import Trace, What
from tests.unit.payment.conftest import Counter
from tests.unit.payment.samples import NOW, order, paid

LATER = NOW + timedelta(seconds=1)


def tells(told: dict[str, Told]) -> Table:
    async def tell(number: str) -> Told | None:
        return told.get(number)

    table = Table()
    table.stories += [Story("one", tell), Story("nothing", _nothing)]
    return table


async def _nothing(number: str) -> None:
    return None


async def test_lines_of_all_are_sorted_into_one_order_of_time() -> None:
    first = Told((Line(LATER, "b"), Line(None, "stands")), also=("other",))
    table = tells({"number": first, "other": Told((Line(NOW, "a"), Line(LATER, "b")))})

    lines = await tell_story(table, "number", "a store")

    assert [line.text for line in lines] == ["stands", "a", "b"]


async def test_what_nobody_may_see_leads_nowhere() -> None:
    table = tells({"number": Told((Line(NOW, "a"),), also=("other",)), "other": Told(())})
    with pytest.raises(NotFound):
        await tell_story(table, "number", "a store", lambda told: bool(told.units))


def test_at_one_moment_lines_stay_as_they_were_told() -> None:
    lines = [Line(NOW, "callback"), Line(NOW, "paid")]
    assert in_order(lines) == lines
    assert as_text(lines[0]) == "  2026-03-02 12:00:00  callback"


async def test_the_first_words_are_where_the_money_is(counter: Counter) -> None:
    order = (await counter.order()).order
    assert where(order).startswith("206.00 元：款项未动，缴款人仍可支付；")
    await counter.pay(order)
    paid = await counter.fresh(order)
    assert where(paid).startswith("206.00 元在 wechat_pay，正在通知财政；")
    await counter.work()
    booked = await counter.fresh(order)
    assert where(booked).startswith("206.00 元已于 2026-03-02 12:00:00 由财政入账；")
    unknown = replace(order, state=State.UNKNOWN)
    assert "款项是否已动尚不清楚" in where(unknown)


def test_stray_money_that_is_stuck_is_not_said_to_be_on_its_way() -> None:
    stray = strayed(order(), paid(order()), StrayReason.DUPLICATE, NOW)
    assert "正在退回缴款人" in where(stray)
    stuck = refund_moved(stray, stray.refunds[0], RefundTrigger.STALL, NOW)
    assert where(stuck).startswith("206.00 元在 wechat_pay，应退回缴款人，退款受阻，须人工处理；")


def test_every_state_step_and_question_has_its_words() -> None:
    assert {*State} - {State.RECEIPTED} <= ORDERS.keys()
    assert {f"refund_{state}" for state in RefundState} <= REFUNDS.keys()
    assert {*Booking} <= BOOKINGS.keys()
    assert {*CaseTrigger} <= CASE_STEPS.keys()
    assert {*Desk} <= DESKS.keys()
    assert {*PaymentStatus, *RefundStatus, *NoticeState} <= ANSWERS.keys()
    assert {*StrayReason, *CloseReason} <= NOTES.keys()


def test_what_was_asked_told_and_tried_is_told_in_chinese() -> None:
    traces = [
        Trace("G1", NOW, What.REQUEST, "wechat_pay", "ask", "paid", 3),
        Trace("G1", NOW, What.CALLBACK, "wechat_pay", "refund R1 done", "taken in"),
        Trace("G1", NOW, What.CALLBACK, "wechat_pay", "payment paid", "refused: forged", 0, "sign"),
        Trace("G1", NOW, What.TRY, "worker", "journal, try 1", "done", 0, "refund_done:R1"),
        Trace("G1", NOW, What.TRY, "worker", "refund, try 2", "not_yet", 0, "R1"),
        Trace("G1", NOW, What.MORE, "worker", "", ""),
    ]
    assert [line.text for line in trace_lines(traces)] == [
        "向 wechat_pay 查询是否已支付：已支付，3 毫秒",
        "wechat_pay 通知 退款 R1 完成：已采信",
        "wechat_pay 通知 收款 已支付：未采信，forged（sign）",
        "系统办理 记资金流水，第 1 次：完成（退款 R1），0 毫秒",
        "系统办理 退款，第 2 次：尚未完成（R1），0 毫秒",
        "其后还有更多记录，此处未保留",
    ]


async def test_a_change_is_told_behind_the_answer_that_brought_it(counter: Counter) -> None:
    order = (await counter.order()).order
    events = (Event(NOW, "created"), Event(NOW, "confirmed"), Event(NOW, "refund_requested"))
    order = replace(order, events=events)
    asked = Trace(order.id, NOW, What.REQUEST, "finance", "confirm", "ok", took_ms=40)

    moved = behind_answers(order, [asked])

    answered = NOW + timedelta(milliseconds=40)
    assert [event.at for event in moved.events] == [NOW, answered, answered]
    called = Trace(order.id, NOW, What.CALLBACK, "finance", "paid", "taken in")
    assert behind_answers(order, [called, asked]) == order
    late = asked._replace(at=NOW + timedelta(minutes=1))
    assert behind_answers(order, [late]) == order  # of another try


def written(what: str) -> Link:
    """An entry of the journal, as the platform's clock dates it."""
    day = date(2026, 3, 2)
    return Link(1, "key", what, "wechat_pay", day, NOW, {}, before="", hash="")


async def test_no_entry_of_the_journal_is_told_before_what_caused_it(counter: Counter) -> None:
    order = (await counter.order()).order
    events = (Event(NOW, "created"), Event(LATER, "paid"), Event(LATER, "refund_done", "R1"))
    order = replace(order, events=events)

    assert known_at(order, written(Booking.PAYMENT_RECEIVED), "") == LATER
    assert known_at(order, written(Booking.REFUND_TRANSFERRED), "R1") == LATER
    assert known_at(order, written(Booking.REFUND_TRANSFERRED), "R2") == NOW
    assert known_at(replace(order, events=events[:1]), written(Booking.PAYMENT_RECEIVED), "") == NOW


def test_books_are_looked_through_for_a_few_days_that_are_over() -> None:
    today, one_day = beijing_day(NOW), timedelta(days=1)

    assert days_over([NOW], NOW) == []
    assert days_over([NOW - one_day], NOW) == [today - one_day]
    assert days_over([NOW - 2 * one_day], NOW) == [today - 2 * one_day, today - one_day]
    assert len(days_over([NOW - n * one_day for n in range(40)], NOW)) == MOST_DAYS
