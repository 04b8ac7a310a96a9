"""Which payment was made for a matter, as a parcel's card names it to the platform."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.ports import ChannelPayment
from payment.order import Order
from payment.paid import Paid
from tests.unit.payment.conftest import Counter
from tests.unit.payment.samples import NOW
from tests.unit.payment.test_fee_desk import DRAFT, matter

PAYER = "citizen-in-wechat"


@pytest.fixture
def paid(counter: Counter) -> Paid:
    methods = {"wechat_pay": counter.wechat, "alipay_pay": counter.alipay}
    return Paid(counter.orders, counter.issued, methods)  # type: ignore[arg-type]


async def paid_order(counter: Counter, channel: str = "wechat") -> Order:
    order = (await counter.order(channel)).order
    await counter.pay(order)
    return await counter.fresh(order)


async def test_a_matter_s_payment_is_found_on_the_channel_that_took_it(
    counter: Counter, paid: Paid
) -> None:
    await counter.desk.issue("A1", DRAFT, matter(case_no="C1"))
    order = await paid_order(counter, "alipay")

    payer = "citizen-in-alipay"
    expected = ChannelPayment("alipay", order.transaction or "", Fen(20600), NOW)
    assert await paid.paid_for(payer, appointment_id="A1") == expected
    assert await paid.paid_for(payer, case_no="C1") == expected


async def test_it_counts_for_the_account_that_made_it_alone(counter: Counter, paid: Paid) -> None:
    """Somebody of the family pays: their platform has the payment, and no other page names it."""
    await counter.desk.issue("A1", DRAFT, matter())
    first = await paid_order(counter)

    assert first.citizen == PAYER
    assert await paid.paid_for("citizen-in-alipay", appointment_id="A1") is None
    assert await paid.paid_for("another-in-wechat", appointment_id="A1") is None


async def test_nobody_else_s_payment_is(counter: Counter, paid: Paid) -> None:
    await counter.desk.issue("A1", DRAFT, matter(case_no="C1"))
    await paid_order(counter)

    assert await paid.paid_for(PAYER, appointment_id="A2", case_no="C2") is None
    assert await paid.paid_for(PAYER) is None


async def test_what_is_not_paid_or_was_given_back_is_none(counter: Counter, paid: Paid) -> None:
    await counter.desk.issue("A1", DRAFT, matter())
    order = (await counter.order()).order
    assert await paid.paid_for(PAYER, appointment_id="A1") is None

    await counter.pay(order)
    await counter.work()
    await counter.desk.give_back(order.id, "不再需要")
    await counter.work(for_s=60)

    assert await paid.paid_for(PAYER, appointment_id="A1") is None


async def test_of_two_payments_the_one_that_goes_back_does_not_count(
    counter: Counter, paid: Paid
) -> None:
    await counter.desk.issue("A1", DRAFT, matter(pay_before=NOW + timedelta(hours=1)))
    first, second = (await counter.order("wechat")).order, (await counter.order("alipay")).order
    await counter.pay(first)
    counter.clock.move(seconds=5)
    await counter.pay(second)

    found = await paid.paid_for(PAYER, appointment_id="A1")

    assert found is not None
    assert found.transaction == (await counter.fresh(first)).transaction
    assert await paid.paid_for("citizen-in-alipay", appointment_id="A1") is None


@dataclass(frozen=True)
class TwoFees:
    """A matter with two fees, each paid: the notices, and their orders."""

    orders: tuple[Order, Order]

    async def for_what(self, **_: str | None) -> AsyncIterator[Order]:
        for order in self.orders:
            yield order

    async def of_pay_code(self, pay_code: str) -> list[Order]:
        return [order for order in self.orders if order.id == pay_code]


@pytest.mark.parametrize("newest", [0, 1])
async def test_of_two_fees_of_a_matter_the_last_payment_is_named(
    counter: Counter, newest: int
) -> None:
    await counter.desk.issue("A1", DRAFT, matter())
    order = await paid_order(counter)
    later = {newest: NOW + timedelta(days=1)}
    first, second = (
        replace(order, id=f"G{each}", transaction=f"T{each}", paid_at=later.get(each, NOW))
        for each in range(2)
    )
    fees = TwoFees((first, second))
    paid = Paid(fees, fees, {"wechat_pay": counter.wechat})  # type: ignore[arg-type]

    found = await paid.paid_for(PAYER, appointment_id="A1")

    assert found is not None
    assert found.transaction == f"T{newest}"
