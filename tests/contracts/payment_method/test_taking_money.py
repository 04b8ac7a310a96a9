"""What every payment method must do until the money is there: prepare, ask, close, be paid."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.money import Fen
from payment.facts import PaymentStatus
from payment.ports import AlreadyPaid, ClosesByItself, OrderClosed
from tests.contracts.payment_method.till import Till


async def test_preparing_again_gives_the_same_handle(till: Till) -> None:
    order = till.order()

    assert await till.method.prepare(order) == await till.method.prepare(order)


async def test_an_order_the_platform_never_heard_of_is_absent(till: Till) -> None:
    assert (await till.method.ask("NEVERHEARD")).status is PaymentStatus.ABSENT


async def test_a_prepared_order_is_unpaid(till: Till) -> None:
    await till.method.prepare(order := till.order())

    fact = await till.method.ask(order.order_id)

    assert (fact.order_id, fact.status) == (order.order_id, PaymentStatus.UNPAID)


async def test_what_the_page_was_given_lets_the_citizen_pay(till: Till) -> None:
    fact = await till.paid(order := till.order())

    assert (fact.order_id, fact.amount_fen) == (order.order_id, order.amount_fen)
    assert (fact.app, fact.merchant) == (till.method.app, till.method.merchant)
    assert fact.currency == "CNY"
    assert fact.transaction
    assert fact.paid_at is not None
    assert timedelta() <= till.world.now() - fact.paid_at < timedelta(minutes=1)


async def test_asking_tells_the_same_as_the_callback(till: Till) -> None:
    told = await till.paid(order := till.order())

    assert await till.method.ask(order.order_id) == told


async def test_two_orders_are_two_payments(till: Till) -> None:
    one, other = await till.paid(till.order("FEE1ONE")), await till.paid(till.order("FEE2OTHER"))

    assert one.order_id != other.order_id
    assert one.transaction != other.transaction


async def test_another_amount_under_the_same_number_is_refused(till: Till) -> None:
    await till.method.prepare(order := till.order())

    with pytest.raises(Refused):
        await till.method.prepare(replace(order, amount_fen=Fen(order.amount_fen + 1)))


async def test_a_paid_order_is_not_prepared_again(till: Till) -> None:
    await till.paid(order := till.order())

    with pytest.raises(AlreadyPaid):
        await till.method.prepare(order)


async def test_a_paid_order_is_not_closed(till: Till) -> None:
    await till.paid(order := till.order())

    with pytest.raises(AlreadyPaid):
        await till.method.close(order.order_id)

    assert (await till.method.ask(order.order_id)).status is PaymentStatus.PAID


async def test_a_closed_order_is_closed_for_all(till: Till) -> None:
    handle = await till.method.prepare(order := till.order())
    await till.closed(order.order_id)

    assert (await till.method.ask(order.order_id)).status is PaymentStatus.CLOSED
    with pytest.raises(OrderClosed):
        await till.method.prepare(order)
    with pytest.raises(AssertionError):  # the platform's payment sheet says no
        await till.rig.pay(till.world, till.method, order, handle)


async def test_where_nothing_can_be_closed_an_unpaid_order_says_so(till: Till) -> None:
    await till.method.prepare(order := till.order())

    if till.rig.closes_after is not None:
        with pytest.raises(ClosesByItself):
            await till.method.close(order.order_id)
        assert (await till.method.ask(order.order_id)).status is PaymentStatus.UNPAID


async def test_closing_what_is_closed_or_unknown_is_done(till: Till) -> None:
    await till.method.prepare(order := till.order())
    await till.closed(order.order_id)

    await till.method.close(order.order_id)
    await till.method.close("NEVERHEARD")


async def test_nobody_pays_an_order_whose_time_is_over(till: Till) -> None:
    handle = await till.method.prepare(order := till.order())
    await till.world.advance(timedelta(minutes=31))

    assert (await till.method.ask(order.order_id)).status is PaymentStatus.CLOSED
    with pytest.raises(AssertionError):  # the platform's payment sheet says no
        await till.rig.pay(till.world, till.method, order, handle)
