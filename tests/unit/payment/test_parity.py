"""Store, journal and finance are held against each other, order by order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.ports import StatementLine
from payment.authorities import Jurisdiction
from payment.journal.bookings import booked
from payment.journal.parity import Parities
from payment.order import State
from payment.orders import ORDERS
from payment.reconciliation.gathering.statements import FinanceStatements
from tests.unit.payment.samples import NOW

DAY = date(2026, 3, 2)


@pytest.fixture
async def paid(counter):
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    return await counter.fresh(ordered)


class Told:
    """`Statements` as told."""

    def __init__(self, lines):
        self.lines = lines

    async def statement(self, day):
        yield self.lines


def statements(lines, *, told=frozenset({"3301", "33"})):
    """Of two authorities, by how their pay codes begin; the other gives none."""
    regions = [Jurisdiction(None, region, name=region) for region in ("3301", "33")]
    return FinanceStatements(regions, {name: Told(lines) for name in told if lines is not None})


def parities(counter, lines=None, method="wechat_pay", **given):
    return Parities(counter.chain, counter.orders, [method], statements(lines, **given))


async def wrong(counter, lines=None, day=DAY, method="wechat_pay", **given):
    books = parities(counter, lines, method, **given)
    return [each.wrong async for each in books.of_day(method, day)]


async def test_what_agrees_has_nothing_wrong(counter, paid):
    line = StatementLine(paid.id, paid.amount_fen, NOW)
    assert await wrong(counter, [line]) == [()]


async def test_a_day_without_money_has_no_orders(counter, paid):
    assert await wrong(counter, day=DAY + timedelta(days=1)) == []


async def test_what_finance_does_not_have_is_named(counter, paid):
    assert await wrong(counter, []) == [("finance has no payment under this number",)]


async def test_an_authority_that_gives_no_statement_is_taken_to_agree(counter, paid):
    assert await wrong(counter, [], told={"33"}) == [()]
    assert await wrong(counter, [], told={"33", "3301"}) != [()]


async def test_another_amount_at_finance_is_named(counter, paid):
    line = StatementLine(paid.id, Fen(1), NOW)
    assert await wrong(counter, [line]) == [("finance has another amount",)]


async def test_what_the_journal_lacks_is_named(counter, paid):
    for link in [link async for link in counter.chain.links()]:
        if link.what == "confirmed":
            await counter.store.delete("journal_links", f"{link.number:012d}")
    assert await wrong(counter) == [("the journal has no confirmed",)]


async def test_an_order_that_was_changed_behind_our_back_is_named(counter, paid):
    await counter.store.mutate(ORDERS.name, paid.id, lambda order: order | {"amount_fen": 1})
    (found,) = await wrong(counter)
    assert "amount_fen of payment_received differs between store and journal" in found


async def test_an_order_that_is_gone_is_named(counter, paid):
    await counter.store.delete(ORDERS.name, paid.id)
    assert await wrong(counter) == [("the journal has it, the store has not",)]


async def test_money_the_journal_says_and_the_store_does_not_is_named(counter, paid):
    await counter.orders.change(paid.id, lambda order: replace(order, receipt=None))
    assert await wrong(counter) == [("the store knows of no receipted",)]


@pytest.fixture
async def returned(counter):
    """Its receipt comes last, when all of the money is back."""
    counter.finance.receipts_ready = False
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    await counter.refunds.ask(ordered.id, number="R1", amount_fen=Fen(20600), reason="x")
    await counter.work(for_s=60)
    assert (await counter.fresh(ordered)).state is State.RETURNED
    counter.finance.receipts_ready = True
    await counter.work(for_s=3600)
    return await counter.fresh(ordered)


async def test_a_receipt_that_came_after_the_money_was_back_agrees(counter, returned):
    assert returned.receipt is not None
    assert await counter.dead_letters.list() == []
    assert await wrong(counter) == [()]
    told = [link.what for link in await counter.journal.of_order(returned)]
    assert told[-1] == "receipted"


async def test_what_an_older_version_did_not_note_agrees_by_the_receipt_itself(counter, returned):
    old = replace(returned, events=tuple(e for e in returned.events if e.what != "receipted"))
    assert booked(old, "receipted:", merchant="").at == returned.receipt.issued_at
    await counter.orders.change(returned.id, lambda _: old)
    assert await wrong(counter) == [()]


async def test_an_order_that_lost_a_moment_is_named_and_hides_no_other(counter):
    first, second = (await counter.order()).order, (await counter.order("alipay")).order
    for each in (first, second):
        await counter.pay(each)
    await counter.work(for_s=60)
    await counter.orders.change(second.id, lambda order: replace(order, events=()))
    assert await wrong(counter, method="alipay_pay") == [("the store has no moment of stray",)]
    bare = await counter.fresh(second)
    assert await parities(counter).with_journal(bare) == ("the store has no moment of stray",)
    told = [link.what for link in await counter.journal.of_order(bare)]
    assert told == ["payment_received", "stray", "refund_requested", "refund_done"]
