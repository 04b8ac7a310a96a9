"""What finance says is paid without our doing: kept first, then acted on, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import NoticeState
from channel_gateway.ports import NoticeSettledElsewhere, PaidNotice, ToldOtherwise
from payment.order import State
from payment.views import says
from tests.unit.payment.conftest import Counter
from tests.unit.payment.samples import NOW
from tests.unit.payment.test_fee_desk import DRAFT, matter

PAY_CODE = "33019926010000000001"
AT_A_BANK = PaidNotice(PAY_CODE, Fen(20600), NOW, "ICBC20260105001")


async def both_ordered(counter: Counter) -> list[str]:
    """And meanwhile somebody pays at a bank."""
    await counter.desk.issue("A1", DRAFT, matter())
    orders = [(await counter.order(channel)).order.id for channel in ("wechat", "alipay")]
    counter.finance.state = NoticeState.PAID
    return orders


async def states(counter: Counter, orders: list[str]) -> list[State]:
    return [(await counter.orders.get(order)).state for order in orders]


async def test_what_was_paid_elsewhere_closes_open_orders_at_their_platforms(
    counter: Counter,
) -> None:
    orders = await both_ordered(counter)

    await counter.elsewhere.paid(AT_A_BANK)
    await counter.work()

    assert await states(counter, orders) == [State.CLOSED] * 2
    assert "其他渠道" in says(await counter.orders.get(orders[0]))
    assert {counter.departments.told[each][1] for each in counter.departments.told} == {
        "fee.paid_elsewhere"
    }


async def test_told_twice_it_is_kept_and_told_on_once(counter: Counter) -> None:
    await both_ordered(counter)

    for _ in range(2):
        await counter.elsewhere.paid(AT_A_BANK)
        await counter.work()

    assert len(await counter.elsewhere.of_notice(PAY_CODE)) == 1
    assert len(counter.departments.told) == 1


async def test_told_again_in_another_amount_it_is_refused(counter: Counter) -> None:
    await both_ordered(counter)
    await counter.elsewhere.paid(AT_A_BANK)

    with pytest.raises(ToldOtherwise):
        await counter.elsewhere.paid(replace(AT_A_BANK, amount_fen=Fen(100)))

    assert [each.told for each in await counter.elsewhere.of_notice(PAY_CODE)] == [AT_A_BANK]


async def test_a_confirmed_payment_of_ours_in_another_amount_is_refused(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    with pytest.raises(ToldOtherwise):
        await counter.elsewhere.paid(PaidNotice(PAY_CODE, Fen(100), NOW, "1", order.id))

    assert await counter.elsewhere.of_notice(PAY_CODE) == []


async def test_what_finance_has_unpaid_when_asked_closes_nothing(counter: Counter) -> None:
    orders = await both_ordered(counter)
    counter.finance.state = NoticeState.UNPAID

    await counter.elsewhere.paid(AT_A_BANK)
    await counter.work(for_s=60)
    assert await states(counter, orders) == [State.UNPAID] * 2
    assert counter.departments.told == {}

    counter.finance.state = NoticeState.PAID
    await counter.work(for_s=600)
    assert await states(counter, orders) == [State.CLOSED] * 2


@pytest.mark.parametrize("amount_fen", [1, 19_999, 99_999_00])
async def test_an_amount_that_cannot_be_is_a_persons_matter_before_a_department_hears_it(
    counter: Counter, amount_fen: int
) -> None:
    orders = await both_ordered(counter)

    await counter.elsewhere.paid(replace(AT_A_BANK, amount_fen=Fen(amount_fen)))
    await counter.work(for_s=60)

    assert await states(counter, orders) == [State.CLOSED] * 2
    assert counter.departments.told == {}
    assert len(await counter.dead_letters.list()) == 1


async def test_an_authority_speaks_of_its_own_notices_alone(counter: Counter) -> None:
    orders = await both_ordered(counter)

    with pytest.raises(Refused):
        await counter.elsewhere.paid(replace(AT_A_BANK, authority="another"))
    await counter.elsewhere.paid(replace(AT_A_BANK, authority="finance"))
    await counter.work()

    assert len(await counter.elsewhere.of_notice(PAY_CODE)) == 1
    assert await states(counter, orders) == [State.CLOSED] * 2


async def test_the_help_desk_reads_who_told_what(counter: Counter) -> None:
    assert await counter.elsewhere.tell(PAY_CODE) is None

    await counter.elsewhere.paid(AT_A_BANK)

    told = await counter.elsewhere.tell(PAY_CODE)
    assert told is not None
    (line,) = told.lines
    assert line.at == counter.clock.now()
    assert line.text == (
        f"缴款码 {PAY_CODE}：财政告知已于 2026-03-02 12:00:00 缴款 206.00 元，"
        "在他处缴清，流水 ICBC20260105001"
    )


async def test_it_is_kept_although_no_platform_answers_and_done_when_they_do(
    counter: Counter,
) -> None:
    orders = await both_ordered(counter)
    counter.wechat.down = counter.departments.down = True

    await counter.elsewhere.paid(AT_A_BANK)
    await counter.work()
    assert await states(counter, orders) == [State.CLOSING, State.CLOSED]
    assert counter.departments.told == {}

    counter.wechat.down = counter.departments.down = False
    await counter.work(for_s=120)

    assert await states(counter, orders) == [State.CLOSED] * 2
    assert len(counter.departments.told) == 1


async def test_finances_word_on_our_own_payment_changes_nothing(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    paid = await counter.fresh(order)

    for echo in (
        PaidNotice(PAY_CODE, order.amount_fen, NOW, paid.transaction or ""),
        PaidNotice(PAY_CODE, order.amount_fen, NOW, "finance's own", order.id),
    ):
        await counter.elsewhere.paid(echo)
    await counter.work()

    assert await counter.elsewhere.of_notice(PAY_CODE) == []
    assert await counter.fresh(order) == paid


async def test_a_payment_whose_callback_finance_outran_is_ours(counter: Counter) -> None:
    """A platform that tells finance itself may be faster there than here."""
    await counter.desk.issue("A1", DRAFT, matter())
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, NOW)
    transaction = counter.wechat.facts[order.id].transaction
    counter.finance.state = NoticeState.PAID

    await counter.elsewhere.paid(PaidNotice(PAY_CODE, Fen(20600), NOW, transaction or ""))
    await counter.work()

    assert (await counter.fresh(order)).settles
    kinds = {kind for _, kind, _ in counter.departments.told.values()}
    assert "fee.paid_elsewhere" not in kinds


async def test_money_that_finance_booked_by_the_channels_word_stays_there(counter: Counter) -> None:
    """Finance has this very payment from the channel, so our own word about it comes too late."""
    order = (await counter.order()).order
    counter.finance.down = True
    await counter.pay(order)
    await counter.work()
    transaction = (await counter.fresh(order)).transaction or ""
    booked_at = NOW + timedelta(seconds=1)

    await counter.elsewhere.paid(PaidNotice(PAY_CODE, order.amount_fen, booked_at, transaction))
    counter.finance.down = False
    counter.finance.refuses = NoticeSettledElsewhere()
    await counter.work(for_s=120)

    booked = await counter.fresh(order)
    assert (booked.state, booked.confirmed_at) == (State.CONFIRMED, booked_at)
    assert booked.refunds == ()
    told = await counter.elsewhere.tell(PAY_CODE)
    assert told is not None
    assert f"即订单 {order.id}，流水 {transaction}" in told.lines[0].text


async def test_money_that_raced_with_a_payment_elsewhere_goes_back(counter: Counter) -> None:
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, NOW)
    counter.finance.refuses = NoticeSettledElsewhere()
    counter.finance.state = NoticeState.PAID

    await counter.elsewhere.paid(AT_A_BANK)
    await counter.work(for_s=60)

    assert (await counter.fresh(order)).state is State.RETURNED
