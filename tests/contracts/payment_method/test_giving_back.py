"""What every payment method must do about refunds: whole, in parts, repeated, too much."""

from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Refused
from payment.facts import PaymentStatus, RefundFact, RefundStatus
from tests.contracts.payment_method.till import Till, repayment


async def test_all_of_a_payment_goes_back(till: Till) -> None:
    fact = await till.paid(till.order())
    await till.method.refund(repayment(fact, 1000))
    await till.money_arrives()

    refund = await till.method.ask_refund(fact.order_id, "REFUND-1")

    assert (refund.order_id, refund.refund_no) == (fact.order_id, "REFUND-1")
    assert (refund.status, refund.amount_fen) == (RefundStatus.DONE, 1000)
    assert refund.done_at is not None


async def test_a_payment_given_back_stays_a_payment(till: Till) -> None:
    fact = await till.paid(till.order())
    await till.method.refund(repayment(fact, 1000))
    await till.money_arrives()

    assert await till.method.ask(fact.order_id) == fact


async def test_the_answer_of_a_refund_is_about_that_refund(till: Till) -> None:
    fact = await till.paid(till.order())

    refund = await till.method.refund(repayment(fact, 400))

    assert (refund.order_id, refund.refund_no) == (fact.order_id, "REFUND-1")
    assert refund.status in (RefundStatus.DONE, RefundStatus.PROCESSING)
    assert refund.amount_fen == 400


async def test_a_payment_goes_back_in_parts_and_no_further(till: Till) -> None:
    fact = await till.paid(till.order())
    for number, fen in enumerate((400, 350, 250), start=1):
        await till.method.refund(repayment(fact, fen, f"REFUND-{number}"))
        await till.money_arrives()
        refund = await till.method.ask_refund(fact.order_id, f"REFUND-{number}")
        assert (refund.status, refund.amount_fen) == (RefundStatus.DONE, fen)
        await till.time_between_refunds()

    with pytest.raises(Refused):
        await till.method.refund(repayment(fact, 1, "REFUND-4"))


async def test_a_repeated_refund_number_moves_money_once(till: Till) -> None:
    fact = await till.paid(till.order())
    await till.method.refund(repayment(fact, 600))
    await till.money_arrives()

    again = await till.method.refund(repayment(fact, 600))

    assert (again.status, again.amount_fen) == (RefundStatus.DONE, 600)
    await till.time_between_refunds()
    rest = await till.method.refund(repayment(fact, 400, "REFUND-2"))
    assert rest.status in (RefundStatus.DONE, RefundStatus.PROCESSING)


async def test_a_refund_number_with_another_amount_is_refused(till: Till) -> None:
    fact = await till.paid(till.order())
    await till.method.refund(repayment(fact, 600))
    await till.time_between_refunds()

    with pytest.raises(Refused):
        await till.method.refund(repayment(fact, 300))


async def test_more_than_was_paid_does_not_go_back(till: Till) -> None:
    fact = await till.paid(till.order())

    with pytest.raises(Refused):
        await till.method.refund(repayment(fact, 1001))

    status = (await till.method.ask_refund(fact.order_id, "REFUND-1")).status
    assert status is RefundStatus.ABSENT


async def test_a_refund_the_platform_never_heard_of_is_absent(till: Till) -> None:
    fact = await till.paid(till.order())

    status = (await till.method.ask_refund(fact.order_id, "NEVER-HEARD")).status

    assert status is RefundStatus.ABSENT


async def test_the_refund_callback_says_which_refund_is_done(till: Till) -> None:
    fact = await till.paid(till.order())
    await till.method.refund(repayment(fact, 400))
    await till.money_arrives()

    told = await till.read(await till.world.callback())

    assert isinstance(told, RefundFact)
    assert (told.order_id, told.refund_no) == (fact.order_id, "REFUND-1")
    assert (told.status, told.amount_fen) == (RefundStatus.DONE, 400)
    assert (told.merchant, told.transaction) == (till.method.merchant, fact.transaction)


async def test_an_unpaid_order_gives_nothing_back(till: Till) -> None:
    paid = await till.paid(till.order("FEE1PAID"))
    await till.method.prepare(unpaid := till.order("FEE2UNPAID"))
    asked = replace(repayment(paid, 400), order_id=unpaid.order_id, transaction="0" * 28)

    with pytest.raises(Refused):
        await till.method.refund(asked)

    assert (await till.method.ask(unpaid.order_id)).status is PaymentStatus.UNPAID
