"""A payment without a receipt is seen by whom it concerns, and asked about until somebody knows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.tasks import doing
from channel_gateway.ports import Member, Role
from payment.order import Order, State
from payment.receipts.chasing import Chasing
from payment.settlement import RECEIPT
from tests.unit.payment.conftest import Counter

HOUR = 3600
CLERK = Member("chen", frozenset({Role.FINANCE_CLERK}))


def of_unit(*units: str) -> Member:
    return Member("wang", frozenset({Role.UNIT_CLERK}), frozenset(units))


@pytest.fixture
def chasing(counter: Counter) -> Chasing:
    return Chasing(counter.store, counter.orders, counter.clock, after=timedelta(hours=24))


@pytest.fixture
async def order(counter: Counter) -> Order:
    """Paid and booked, while finance makes no receipts."""
    counter.finance.receipts_ready = False
    made = (await counter.order()).order
    await counter.pay(made)
    await counter.work(for_s=30)
    return await counter.fresh(made)


async def ids(chasing: Chasing, member: Member = CLERK) -> list[str]:
    return [each.order.id for each in await chasing.missing(member)]


async def test_a_receipt_is_missing_after_a_day_and_until_it_comes(
    counter: Counter, chasing: Chasing, order: Order
) -> None:
    assert await ids(chasing) == []
    counter.clock.move(seconds=25 * HOUR)
    assert await ids(chasing) == [order.id]
    counter.finance.receipts_ready = True
    await counter.work()
    assert (await counter.fresh(order)).state is State.RECEIPTED
    assert await ids(chasing) == []


async def test_a_unit_s_clerk_sees_the_unit_s_own(
    counter: Counter, chasing: Chasing, order: Order
) -> None:
    counter.clock.move(seconds=25 * HOUR)
    assert await ids(chasing, of_unit("330199011")) == [order.id]
    assert await ids(chasing, of_unit("330199021")) == []
    assert await ids(chasing, of_unit()) == []


async def test_after_the_ladder_a_person_is_told_and_reads_why(
    counter: Counter, chasing: Chasing, order: Order
) -> None:
    for _ in range(30):
        counter.clock.move(seconds=6 * HOUR)
        await counter.work()
    (missing,) = await chasing.missing(CLERK)
    assert (missing.order.id, missing.given_up) == (order.id, True)
    assert "being made" in missing.last_word


async def test_what_nobody_asks_about_any_more_is_asked_about_again(
    counter: Counter, chasing: Chasing, order: Order
) -> None:
    await counter.orders.change(order.id, lambda o: replace(o, **doing()))
    counter.finance.receipts_ready = True
    counter.clock.move(seconds=25 * HOUR)
    await chasing.chase(counter.clock.now())
    await counter.work()
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_chasing_leaves_alone_what_is_asked_about_or_given_up(
    counter: Counter, chasing: Chasing, order: Order
) -> None:
    counter.clock.move(seconds=25 * HOUR)
    before = await counter.fresh(order)
    await chasing.chase(counter.clock.now())
    after = await counter.fresh(order)
    assert after == before
    assert [task.kind for task in after.tasks] == [RECEIPT]


async def test_what_went_back_whole_needs_no_receipt(
    counter: Counter, chasing: Chasing, order: Order
) -> None:
    await counter.refunds.ask(order.id, number="R1", amount_fen=order.amount_fen, reason="错缴")
    await counter.work(for_s=30)
    counter.clock.move(seconds=25 * HOUR)
    assert await ids(chasing) == []
