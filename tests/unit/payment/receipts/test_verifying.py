"""Who holds a receipt can verify it; who guesses gets nowhere, and learns nothing on the way."""

from dataclasses import replace

import pytest

from channel_gateway.domain.money import Fen
from payment.attempts import Attempts
from payment.order import Order
from payment.payers import Payers
from payment.receipts.copies import Standing
from payment.receipts.register import Register
from payment.receipts.verifying import (
    MISSES_OF_A_RECEIPT,
    Claimed,
    NoSuchReceipt,
    ReceiptGuessed,
    Verifying,
)
from tests.unit.payment.conftest import Counter

TRUE = Claimed("33010126", "0000000001", "a1b2c3")  # as the fake authority issues it


@pytest.fixture
def verifying(counter: Counter) -> Verifying:
    vault = counter.payments._payers._vault
    attempts = Attempts(counter.store)
    return Verifying(counter.orders, Register(counter.store), Payers(vault), attempts)


@pytest.fixture
async def order(counter: Counter) -> Order:
    made = (await counter.order()).order
    await counter.pay(made)
    await counter.work(for_s=30)
    return await counter.fresh(made)


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("amount", ["", "206.00", "206"])
async def test_a_true_receipt_is_found(counter: Counter, verifying: Verifying, amount: str) -> None:
    found = await verifying.verify(replace(TRUE, amount=amount), counter.clock.now())
    assert (found.standing, found.payer) == (Standing.VALID, "林**")
    assert [line.amount_fen for line in found.lines] == [20000, 600]


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "33010127"},
        {"number": "0000000002"},
        {"check_code": "a1b2c4"},
        {"check_code": ""},
        {"check_code": "ａ1b2c3"},
        {"amount": "206.01"},
        {"amount": "much"},
        {"number": "1" * 40},
    ],
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    counter: Counter, verifying: Verifying, wrong: dict[str, str]
) -> None:
    with pytest.raises(NoSuchReceipt) as no:
        await verifying.verify(replace(TRUE, **wrong), counter.clock.now())
    assert str(no.value) == str(NoSuchReceipt())


@pytest.mark.usefixtures("order")
async def test_guessing_a_check_code_is_bounded_and_tomorrow_is_another_day(
    counter: Counter, verifying: Verifying
) -> None:
    now = counter.clock.now()
    for guess in range(MISSES_OF_A_RECEIPT):
        with pytest.raises(NoSuchReceipt):
            await verifying.verify(replace(TRUE, check_code=f"{guess:06d}"), now)
    with pytest.raises(ReceiptGuessed):
        await verifying.verify(TRUE, now)
    counter.clock.move(seconds=86_400)
    assert await verifying.verify(TRUE, counter.clock.now())


async def test_a_receipt_that_does_not_exist_is_guessed_at_no_oftener(
    counter: Counter, verifying: Verifying
) -> None:
    now = counter.clock.now()
    for _ in range(MISSES_OF_A_RECEIPT):
        with pytest.raises(NoSuchReceipt):
            await verifying.verify(TRUE, now)
    with pytest.raises(ReceiptGuessed):
        await verifying.verify(TRUE, now)


async def test_a_reversed_receipt_and_its_red_one_are_both_found(
    counter: Counter, verifying: Verifying, order: Order
) -> None:
    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(20600), reason="错缴")
    await counter.work(for_s=30)
    now = counter.clock.now()
    assert (await verifying.verify(TRUE, now)).standing is Standing.REVERSED
    red = (await counter.fresh(order)).refunds[0].red_receipt
    assert red is not None
    claimed = Claimed(red.code, red.number, red.check_code, "-206.00")
    assert (await verifying.verify(claimed, now)).standing is Standing.RED


async def test_the_payer_s_name_lies_masked_and_sealed_in_the_store(
    counter: Counter, order: Order
) -> None:
    assert order.payer is not None
    assert "林" not in order.payer
    assert counter.payments._payers.of(order) == "林**"
