"""On every store: what an order must be rid of before it goes, each alone keeps it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.tasks import Task
from payment.archive.refusals import DaysNotClosed
from payment.archive.resting import Unrest
from payment.elsewhere import CLOSE_OPEN, ELSEWHERE, Heard
from payment.order import State
from payment.orders import ORDERS
from payment.reconciliation.days.day import begun
from payment.reconciliation.days.days import DAYS
from payment.reconciliation.suspense.account import SUSPENSE
from payment.reconciliation.suspense.item import SuspenseEntry, SuspenseEntryKind, SuspenseItem
from tests.contracts.archive.cellar import FIRST, METHOD, SECOND, Cellar
from tests.unit.days.samples import DAY, difference
from tests.unit.payment.samples import order

Keeps = Callable[[Cellar], Awaitable[None]]
LETTER = {"id": "t", "kind": "tell", "due": 1, "tries": 9, "note": "", "detail": ""}


async def changed(house: Cellar, **fields: object) -> None:
    await house.store.mutate(ORDERS.name, FIRST, lambda known: known | fields)


async def a_receipt_is_to_come(house: Cellar) -> None:
    await changed(house, state=State.CONFIRMED.value)


async def a_dead_letter_lies_there(house: Cellar) -> None:
    await changed(house, given_up=[LETTER], gave_up_at=1)


async def a_task_is_to_be_done(house: Cellar) -> None:
    await changed(house, tasks=[LETTER], due=1)


async def a_refund_is_owed(house: Cellar) -> None:
    refund = {"number": "R1", "amount_fen": 1, "reason": "", "asked_at": 1, "state": "processing"}
    await changed(house, refunds=[refund])


async def a_case_has_a_task(house: Cellar) -> None:
    case = await house.refunds.applied(await house.refunds.orders.get(FIRST))
    over = {"state": "withdrawn", "given_up": [LETTER]}
    await house.store.mutate("refund_cases", case.id, lambda known: known | over)


async def money_lies_in_suspense(house: Cellar) -> None:
    desk = house.finance.desk
    found = await desk.findings.see(difference(order_id=FIRST), DAY, desk.clock.now())
    at = desk.clock.now()
    entry = SuspenseEntry(1, SuspenseEntryKind.ENTER, 100, at, "clerk-lin", "sealed")
    item = SuspenseItem(
        id=found.id,
        method=METHOD,
        about=DAY,
        unit_code="",
        order_id=FIRST,
        transaction="",
        entered_at=at,
        entries=(entry,),
    )
    await house.store.insert(SUSPENSE.name, to_document(item))


async def another_order_can_be_paid(house: Cellar) -> None:
    notice = (await house.refunds.orders.get(FIRST)).notice
    await house.refunds.orders.add(order("G20260303zzzzzzzzzzzzzzzzzzzz", notice=notice))


async def finance_told_of_a_payment_elsewhere(house: Cellar) -> None:
    known = await house.refunds.orders.get(FIRST)
    now = house.refunds.clock.now()
    task = Task(CLOSE_OPEN, CLOSE_OPEN, due=1)
    heard = Heard(
        id="E",
        pay_code=known.pay_code,
        amount_fen=known.amount_fen,
        paid_at=now,
        transaction="B1",
        heard_at=now,
        tasks=(task,),
        due=1,
    )
    await house.store.insert(ELSEWHERE.name, to_document(heard))


@pytest.mark.parametrize(
    ("keeps", "why"),
    [
        (a_receipt_is_to_come, Unrest.NOT_FINAL),
        (a_dead_letter_lies_there, Unrest.UNDELIVERED),
        (a_task_is_to_be_done, Unrest.UNDELIVERED),
        (a_refund_is_owed, Unrest.REFUND_OPEN),
        (a_case_has_a_task, Unrest.REFUND_CASE_OPEN),
        (money_lies_in_suspense, Unrest.IN_SUSPENSE),
        (another_order_can_be_paid, Unrest.NOTICE_OPEN),
        (finance_told_of_a_payment_elsewhere, Unrest.DEPARTMENT_UNTOLD),
    ],
)
async def test_each_of_these_alone_keeps_an_order(house: Cellar, keeps: Keeps, why: Unrest) -> None:
    known = await house.receipted()
    assert await house.archiving.resting.unrest(known) is None
    await keeps(house)
    fresh = await house.refunds.orders.get(FIRST)
    assert await house.archiving.resting.unrest(fresh) is why


async def test_what_began_after_the_file_was_written_keeps_the_order(house: Cellar) -> None:
    """Nobody has changed the order itself."""
    first = await house.receipted(FIRST)
    await house.receipted(SECOND)
    await house.close()
    house.wait()

    class Killed(Exception):
        pass

    def said(step: str) -> None:
        if step == "places":
            raise Killed

    with pytest.raises(Killed):
        await house.archiving.put_away(DAY, "operator-he", said)
    await house.refunds.applied(first)
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert (outcome.gone, outcome.left) == (1, 1)
    assert await house.store.get(ORDERS.name, FIRST) is not None
    assert await house.archive.places.of(FIRST) is None


async def test_a_method_that_came_later_holds_no_older_day_up(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    desk = replace(house.finance.desk, methods=(METHOD, "alipay_pay"))
    gate = replace(house.archiving.gate, desk=desk)
    later = begun(DAY + timedelta(days=9), "alipay_pay", desk.clock.now())
    await house.store.insert(DAYS.name, to_document(later))
    house.wait()
    assert await gate.check(DAY, []) == [(METHOD, DAY)]


async def test_a_method_that_was_there_must_have_closed_the_day(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    desk = replace(house.finance.desk, methods=(METHOD, "alipay_pay"))
    gate = replace(house.archiving.gate, desk=desk)
    earlier = begun(DAY - timedelta(days=9), "alipay_pay", desk.clock.now())
    await house.store.insert(DAYS.name, to_document(earlier))
    house.wait()
    with pytest.raises(DaysNotClosed, match="alipay_pay 2026-03-02 is not closed"):
        await gate.check(DAY, [])
