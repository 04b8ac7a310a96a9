"""Each movement of money and each booking is in the journal, once, on the platform's day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from channel_gateway.domain.money import Fen
from payment.facts import RefundFact, RefundStatus
from payment.journal.bookings import JOURNAL, all_booked, booked, journalled
from payment.journal.lines_text import read_lines, write_lines
from payment.lines import OrderLine
from payment.order import StrayReason
from payment.orders import ORDERS
from payment.reconciliation.entries import Movement
from payment.refund import Refund
from payment.settlement import received, refund_asked, refunded, rejected, strayed
from tests.unit.payment.samples import NOW, order, paid

DAY = date(2026, 3, 2)
LINES = (
    OrderLine("103", "罚款;=+", Fen(20000)),
    OrderLine("103", "罚款滞纳金", Fen(600), late=True),
)


async def links(counter):
    return [link async for link in counter.chain.links()]


async def words(counter):
    return [link.what for link in await links(counter)]


async def test_a_fee_that_is_paid_confirmed_and_receipted_is_in_the_journal(counter):
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    assert await words(counter) == ["payment_received", "confirmed", "receipted"]
    first = (await links(counter))[0]
    assert first.key == f"{ordered.id}|payment_received|"
    assert (first.group, first.day) == ("wechat_pay", DAY)
    assert first.fields["amount_fen"] == 20600
    assert first.fields["merchant"] == "1900000001"
    money = [replace(line, unit="", quantity=1, standard="") for line in ordered.lines]
    assert read_lines(first.fields["lines"]) == tuple(money)


async def test_a_repeated_callback_is_no_second_entry(counter):
    ordered = (await counter.order()).order
    for _ in range(2):
        await counter.pay(ordered)
        await counter.work(for_s=60)
    assert (await words(counter)).count("payment_received") == 1


async def test_a_refund_is_in_the_journal_when_asked_for_and_when_done(counter):
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    await counter.refunds.ask(ordered.id, number="R1", amount_fen=Fen(100), reason="x")
    await counter.work(for_s=60)
    assert (await words(counter))[3:] == ["refund_requested", "refund_done", "red_receipt"]
    assert (await links(counter))[-1].key == f"{ordered.id}|red_receipt|R1"


async def test_money_that_settles_nothing_is_received_stray_and_given_back(counter):
    first, second = (await counter.order()).order, (await counter.order("alipay")).order
    await counter.pay(first)
    await counter.pay(second)
    await counter.work(for_s=60)
    groups = ("alipay_pay", "alipay_pay|stray")
    of_second = [link.what for link in await links(counter) if link.group in groups]
    assert of_second == ["payment_received", "stray", "refund_requested", "refund_done"]


async def test_a_day_is_read_as_entries_of_money_alone(counter):
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    (entry,) = [each async for each in counter.journal.entries("wechat_pay", DAY)]
    assert (entry.movement, entry.order_id) == (Movement.PAYMENT, ordered.id)
    assert (entry.amount_fen, entry.at) == (20600, "2026-03-02 12:00:00")
    assert [each async for each in counter.journal.entries("alipay_pay", DAY)] == []
    tomorrow = DAY + timedelta(days=1)
    assert [each async for each in counter.journal.entries("wechat_pay", tomorrow)] == []


async def states(counter, method):
    return [entry.state async for entry in counter.journal.entries(method, DAY)]


async def test_what_settles_nothing_is_stray_in_the_books_and_so_is_its_refund(counter):
    first, second = (await counter.order()).order, (await counter.order("alipay")).order
    await counter.pay(first)
    await counter.pay(second)
    await counter.work(for_s=60)
    assert await states(counter, "wechat_pay") == ["done"]
    assert await states(counter, "alipay_pay") == ["stray", "stray"]


def test_a_payment_that_finance_refuses_later_is_stray_on_its_own_day():
    before = received(order(), paid(order()), NOW)
    after = rejected(before, StrayReason.VOIDED, NOW + timedelta(days=1))
    entry = booked(after, "stray:", merchant="m")
    assert (entry.group, entry.day) == ("wechat_pay|stray", DAY)


async def test_an_order_has_in_the_journal_what_its_life_says(counter):
    """What parity compares: the same entries, from the order as it stands."""
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    await counter.refunds.ask(ordered.id, number="R1", amount_fen=Fen(20600), reason="x")
    await counter.work(for_s=60)
    now = await counter.fresh(ordered)
    should = {(each.key, each.day) for each in all_booked(now, merchant="1900000001")}
    assert {(link.key, link.day) for link in await links(counter)} == should


def test_the_day_is_the_platforms_and_not_ours():
    """Paid two minutes before Beijing's midnight, heard of after it."""
    late = NOW + timedelta(hours=11, minutes=58)
    after = received(order(), paid(order(), paid_at=late), late + timedelta(minutes=5))
    assert booked(after, "payment_received:", merchant="m").day == DAY


@pytest.mark.parametrize("status", [RefundStatus.CLOSED, RefundStatus.ABNORMAL])
def test_a_refund_the_platform_gave_up_has_failed_one_that_stalls_has_not(status):
    asked = refund_asked(received(order(), paid(order()), NOW), Refund("R1", Fen(1), "x", NOW), NOW)
    after = refunded(asked, RefundFact(asked.id, "R1", status, amount_fen=Fen(1)), NOW)
    kinds = {task.detail for task in journalled(asked, after).tasks if task.kind == JOURNAL}
    assert kinds == ({"refund_failed:R1"} if status is RefundStatus.CLOSED else set())


def test_what_did_not_change_is_not_written_again():
    before = received(order(), paid(order()), NOW)
    assert journalled(before, replace(before, asked_at=NOW)).tasks == before.tasks


def test_the_task_is_made_by_the_change_itself():
    """So it is written in the same commit as the money, or not at all."""
    before = order()
    after = journalled(before, strayed(before, paid(before), StrayReason.DUPLICATE, NOW))
    details = [task.detail for task in after.tasks if task.kind == JOURNAL]
    assert details == ["payment_received:", "stray:", f"refund_requested:{order().id}R1"]


def test_lines_survive_their_text():
    plain = (replace(LINES[0], name="罚款\uff1b\uff1d+"), LINES[1])
    assert read_lines(write_lines(LINES)) == plain
    assert read_lines(write_lines(())) == ()


def test_a_name_that_looks_like_a_late_fee_is_none():
    (line,) = read_lines(write_lines((OrderLine("1", "+x", Fen(1)),)))
    assert (line.name, line.late) == ("x", False)


async def test_a_void_refund_sent_again_is_in_the_journal_under_its_new_number(counter):
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    counter.wechat.refund_status = RefundStatus.CLOSED
    await counter.refunds.ask(ordered.id, number="R1", amount_fen=Fen(100), reason="x")
    await counter.work(for_s=600)
    (letter,) = await counter.dead_letters.list()
    counter.wechat.refund_status = RefundStatus.DONE
    await counter.dead_letters.resend(ORDERS.name, ordered.id, letter.task_id, counter.clock.now())
    await counter.work(for_s=60)
    keys = [link.key.removeprefix(f"{ordered.id}|") for link in await links(counter)]
    new = f"{ordered.id}R2"
    assert keys[3:] == [
        "refund_requested|R1",
        "refund_failed|R1",
        f"refund_requested|{new}",
        f"refund_done|{new}",
        f"red_receipt|{new}",
    ]
