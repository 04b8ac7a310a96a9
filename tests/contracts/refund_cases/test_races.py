"""On every store: however many approve at once, never more goes back than was paid."""

import asyncio

from channel_gateway.domain.money import Fen
from channel_gateway.ports import Store
from channel_gateway.service import Session
from payment.refund_cases.applying import Wish
from payment.refund_cases.case import Ground
from payment.refund_cases.life import State
from payment.refund_cases.refusals import AppliedAlready, DecidedAlready
from payment.refunds import RefundTooMuch
from tests.unit.payment.refund_cases.office import LI, QIAN, ZHAO, Office, office

MANY = 12


async def _approved_at_once(town: Office, amounts: list[int]) -> list[object]:
    order = await town.receipted()
    cases = [
        await town.at_finance(order, amount, key=f"k{number}")
        for number, amount in enumerate(amounts)
    ]
    return await asyncio.gather(
        *(
            town.handling.approve((ZHAO, QIAN)[n % 2], case.id, "同意", town.clock.now())
            for n, case in enumerate(cases)
        ),
        return_exceptions=True,
    )


async def test_many_cases_approved_at_once_never_pass_the_payment(store: Store) -> None:
    town = office(store)
    answers = await _approved_at_once(town, [5000] * MANY)
    [order] = await town.orders.of_pay_code("33019926010000000001")
    good = [each for each in answers if not isinstance(each, Exception)]
    assert len(good) == 4  # of 20600
    assert {type(each) for each in answers if isinstance(each, Exception)} == {RefundTooMuch}
    assert order.refundable_fen == 600
    cases = await town.cases.of_order(order.id)
    states = [case.state for case in cases]
    assert (states.count(State.PAYING_BACK), states.count(State.FINANCE_REVIEW)) == (4, MANY - 4)
    await town.work()
    order = await town.orders.get(order.id)
    assert (order.returned_fen, order.refundable_fen) == (20_000, 600)
    states = [case.state for case in await town.cases.of_order(order.id)]
    assert (states.count(State.DONE), states.count(State.FINANCE_REVIEW)) == (4, MANY - 4)


async def test_one_case_approved_by_many_at_once_is_one_refund(store: Store) -> None:
    town = office(store)
    order = await town.receipted()
    case = await town.at_finance(order, 5000)
    ends = await asyncio.gather(
        *(
            town.handling.approve((ZHAO, QIAN)[number % 2], case.id, "同意", town.clock.now())
            for number in range(MANY)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(end, DecidedAlready) for end in ends) == MANY - 1
    await town.work()
    [refund] = (await town.orders.get(order.id)).refunds
    assert (refund.number, refund.amount_fen, refund.case_id) == (f"{case.id}R1", 5000, case.id)
    approvals = [each for each in (await town.cases.get(case.id)).events if each.what == "approved"]
    assert len(approvals) == 1


async def test_the_worker_and_the_reviewer_at_once_are_one_refund(store: Store) -> None:
    town = office(store)
    order = await town.receipted()
    case = await town.at_finance(order, 20600)
    await asyncio.gather(
        town.handling.approve(ZHAO, case.id, "同意", town.clock.now()),
        *(town.outbox.work() for _ in range(4)),
    )
    await town.work()
    order = await town.orders.get(order.id)
    assert (len(order.refunds), order.returned_fen) == (1, 20600)
    assert (await town.cases.get(case.id)).state is State.DONE


async def test_a_double_tap_is_one_application(store: Store) -> None:
    town = office(store)
    order = await town.receipted()
    asked = {"ground": Ground.OVERPAID, "words": "多缴", "amount_fen": Fen(100)}
    path = "/orders/{order_id}/refund-applications"
    answers = await asyncio.gather(
        *(town.citizen_call("POST", path, asked, order_id=order.id) for _ in range(MANY))
    )
    assert len({each.case_id for each in answers}) == 1
    assert len(await town.cases.of_order(order.id)) == 1


async def test_of_a_citizen_one_application_is_open_at_a_time(store: Store) -> None:
    town = office(store)
    order, now = await town.receipted(), town.clock.now()
    session = Session("s", "wechat", "wx1", "citizen-1", now, now)
    wish = Wish(Ground.OVERPAID, "多缴", Fen(100))
    answers = await asyncio.gather(
        *(
            town.applying.by_citizen(session, order.id, wish, f"key-{number}", now)
            for number in range(5)
        ),
        return_exceptions=True,
    )
    refused = [each for each in answers if isinstance(each, AppliedAlready)]
    [case] = await town.cases.of_order(order.id)
    assert len(refused) == 4
    assert {each.extra["case_id"] for each in refused} == {case.id}


async def test_the_list_is_read_by_unit_state_and_day(store: Store) -> None:
    town = office(store)
    first = await town.receipted()
    second = await town.receipted("G20260302bbbbbbbbbbbbbbbbbbbb", unit_code="330199099")
    old = await town.applied(first, 100, by=LI, key="old")
    town.clock.move(days=40)
    new = await town.applied(second, 100, by=LI, key="new")
    done = await town.approved(first, 200, by=LI, key="done")
    now, path = town.clock.now(), "/staff/refunds"

    async def seen(**query: str) -> list[str | None]:
        return [each.case_id for each in (await town.call(LI, "GET", path, **query)).refunds]

    assert (await seen())[0] == old.id
    assert set(await seen()) == {old.id, new.id, done.id}
    assert await seen(overdue="true") == [old.id]
    assert await seen(unit="330199099") == [new.id]
    assert await seen(unit="330199099", overdue="true") == []
    assert await seen(state="applied", unit="330199099") == [new.id]
    assert set(await seen(state="applied")) == {old.id, new.id}
    await town.work()
    assert await seen(state="done") == [done.id]
    assert await seen(state="done", unit="330199099") == []
    await town.refunds.ask(first.id, number="alone-1", amount_fen=Fen(50), reason="多收")
    [automatic] = (await town.call(LI, "GET", path, automatic="true")).refunds
    assert (automatic.refund_no, automatic.since) == ("alone-1", now)
    await town.work()
    assert (await town.call(LI, "GET", path, automatic="true")).refunds == []
    [back] = (await town.call(LI, "GET", path, automatic="true", state="done")).refunds
    assert back.refund_no == "alone-1"
