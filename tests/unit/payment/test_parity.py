"""Store, journal and finance are held against each other, order by order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.ports import StatementLine
from payment.journal.parity import Parities
from payment.orders import ORDERS
from tests.unit.payment.samples import NOW

DAY = date(2026, 3, 2)


@pytest.fixture
async def paid(counter):
    ordered = (await counter.order()).order
    await counter.pay(ordered)
    await counter.work(for_s=60)
    return await counter.fresh(ordered)


async def wrong(counter, lines=None, day=DAY):
    async def books(_):
        return lines

    parities = Parities(counter.chain, counter.orders, ["wechat_pay"], books)
    return [each.wrong async for each in parities.of_day("wechat_pay", day)]


async def test_what_agrees_has_nothing_wrong(counter, paid):
    line = StatementLine(paid.id, paid.amount_fen, NOW)
    assert await wrong(counter, [line]) == [()]


async def test_a_day_without_money_has_no_orders(counter, paid):
    assert await wrong(counter, day=DAY + timedelta(days=1)) == []


async def test_what_finance_does_not_have_is_named(counter, paid):
    assert await wrong(counter, []) == [("finance has no payment under this number",)]


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
