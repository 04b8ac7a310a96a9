"""Who holds a receipt can verify it; who guesses gets nowhere, and learns nothing on the way."""

from dataclasses import replace

import pytest

from channel_gateway.domain.money import Fen
from payment.attempts import ATTEMPTS, Attempts
from payment.order import Order
from payment.payers import Payers
from payment.receipts.copies import Standing
from payment.receipts.register import Register
from payment.receipts.verifying import (
    MISSES_OF_A_CALLER,
    MISSES_OF_A_RECEIPT,
    AmountWanted,
    Claimed,
    NoSuchReceipt,
    ReceiptsGuessed,
    Verifying,
)
from tests.unit.payment.conftest import Counter

HOLDER, STRANGER = "203.0.113.7", "198.51.100.9"
TRUE = Claimed("33010126", "0000000001", "a1b2c3")  # as the fake authority issues it


@pytest.fixture
def verifying(counter: Counter) -> Verifying:
    vault = counter.payments._payers._vault
    attempts = Attempts(counter.store)
    return Verifying(counter.orders, Register(counter.store), Payers(vault), attempts, vault)


@pytest.fixture
async def order(counter: Counter) -> Order:
    made = (await counter.order()).order
    await counter.pay(made)
    await counter.work(for_s=30)
    return await counter.fresh(made)


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("amount", ["", "206.00", "206"])
async def test_a_true_receipt_is_found(counter: Counter, verifying: Verifying, amount: str) -> None:
    found = await verifying.verify(replace(TRUE, amount=amount), HOLDER, counter.clock.now())
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
        await verifying.verify(replace(TRUE, **wrong), HOLDER, counter.clock.now())
    assert str(no.value) == str(NoSuchReceipt())


async def guess(counter: Counter, verifying: Verifying, caller: str, times: int) -> None:
    for number in range(times):
        wrong = replace(TRUE, check_code=f"{number:06d}")
        with pytest.raises(NoSuchReceipt):
            await verifying.verify(wrong, caller, counter.clock.now())


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    ("stranger", "neighbour"),
    [(STRANGER, STRANGER), ("2001:db8:7:1::1", "2001:db8:7:2::99"), ("", "")],
)
async def test_who_guesses_is_held_back_on_every_receipt_until_tomorrow(
    counter: Counter, verifying: Verifying, stranger: str, neighbour: str
) -> None:
    await guess(counter, verifying, stranger, MISSES_OF_A_CALLER)
    for claimed in (TRUE, replace(TRUE, amount="206.00"), replace(TRUE, number="0000000002")):
        with pytest.raises(ReceiptsGuessed):
            await verifying.verify(claimed, neighbour, counter.clock.now())
    counter.clock.move(seconds=86_400)
    assert await verifying.verify(TRUE, neighbour, counter.clock.now())


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("holder", [HOLDER, "2001:db8:8::1"])
async def test_a_stranger_s_guesses_shut_out_nobody_who_has_the_right_codes(
    counter: Counter, verifying: Verifying, holder: str
) -> None:
    await guess(counter, verifying, STRANGER, MISSES_OF_A_CALLER)
    await guess(counter, verifying, "2001:db8:7::1", MISSES_OF_A_CALLER)
    assert await verifying.verify(TRUE, holder, counter.clock.now())


@pytest.mark.usefixtures("order")
async def test_of_a_receipt_that_a_crowd_guesses_at_the_amount_is_wanted_and_suffices(
    counter: Counter, verifying: Verifying
) -> None:
    for host in range(MISSES_OF_A_RECEIPT // MISSES_OF_A_CALLER):
        await guess(counter, verifying, f"198.51.100.{host}", MISSES_OF_A_CALLER)
    now = counter.clock.now()
    with pytest.raises(AmountWanted):
        await verifying.verify(TRUE, HOLDER, now)
    with pytest.raises(NoSuchReceipt):
        await verifying.verify(replace(TRUE, amount="205.00"), HOLDER, now)
    assert await verifying.verify(replace(TRUE, amount="206.00"), HOLDER, now)


async def test_a_receipt_that_does_not_exist_is_guessed_at_no_oftener(
    counter: Counter, verifying: Verifying
) -> None:
    await guess(counter, verifying, STRANGER, MISSES_OF_A_CALLER)
    with pytest.raises(ReceiptsGuessed):
        await verifying.verify(TRUE, STRANGER, counter.clock.now())


async def test_no_caller_s_address_is_kept(counter: Counter, verifying: Verifying) -> None:
    await guess(counter, verifying, STRANGER, 1)
    assert STRANGER not in str(await counter.store.find(ATTEMPTS.name))


async def test_a_reversed_receipt_and_its_red_one_are_both_found(
    counter: Counter, verifying: Verifying, order: Order
) -> None:
    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(20600), reason="错缴")
    await counter.work(for_s=30)
    now = counter.clock.now()
    assert (await verifying.verify(TRUE, HOLDER, now)).standing is Standing.REVERSED
    red = (await counter.fresh(order)).refunds[0].red_receipt
    assert red is not None
    claimed = Claimed(red.code, red.number, red.check_code, "-206.00")
    assert (await verifying.verify(claimed, HOLDER, now)).standing is Standing.RED


async def test_the_payer_s_name_lies_masked_and_sealed_in_the_store(
    counter: Counter, order: Order
) -> None:
    assert order.payer is not None
    assert "林" not in order.payer
    assert counter.payments._payers.of(order) == "林**"
