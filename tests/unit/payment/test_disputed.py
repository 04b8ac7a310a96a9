"""Money that finance wants in another amount: said plainly, told no more in vain, given back by
people, or booked once the notice has been put right.
"""

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.ports import NoticeAmountDiffers, NoticeSettledElsewhere
from payment.order import Order, State
from payment.quote import NoticeDisputed
from payment.views import says
from tests.unit.payment.conftest import Counter

WANTED = Fen(21200)


async def disputed(counter: Counter) -> Order:
    """Ordered before midnight, paid after it: the classic six yuan."""
    counter.finance.refuses = NoticeAmountDiffers("finance said no", expected_fen=WANTED)
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work(for_s=600)
    return await counter.fresh(order)


async def test_finance_is_told_once_and_then_a_person_and_the_citizen_reads_what_is(
    counter: Counter,
) -> None:
    order = await disputed(counter)

    assert (order.state, order.wanted_fen, order.refunds) == (State.DISPUTED, WANTED, ())
    assert "应缴金额不符" in says(order)
    [letter] = await counter.dead_letters.list()
    assert (letter.id, letter.task_id) == (order.id, "confirm")


async def test_who_orders_it_reads_that_it_is_looked_into_and_not_that_it_is_paid(
    counter: Counter,
) -> None:
    await disputed(counter)

    with pytest.raises(NoticeDisputed) as refused:
        await counter.order("alipay")

    assert "已缴清" not in (refused.value.zh or "")


async def test_a_second_payment_goes_back_without_a_word_of_its_being_settled(
    counter: Counter,
) -> None:
    counter.finance.refuses = NoticeAmountDiffers(expected_fen=WANTED)
    order, twin = [(await counter.order(channel)).order for channel in ("wechat", "alipay")]

    await counter.pay(order)
    await counter.pay(twin)
    await counter.work(for_s=60)

    [refund] = (await counter.fresh(twin)).refunds
    assert "重复缴纳" in refund.reason
    assert "已缴清" not in refund.reason


async def test_a_notice_put_right_is_told_again_and_booked(counter: Counter) -> None:
    order = await disputed(counter)
    counter.finance.refuses = None

    await counter.dead_letters.resend("orders", order.id, "confirm", counter.clock.now())
    await counter.work(for_s=60)

    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_told_again_it_may_be_refused_for_good(counter: Counter) -> None:
    order = await disputed(counter)
    counter.finance.refuses = NoticeSettledElsewhere()

    await counter.dead_letters.resend("orders", order.id, "confirm", counter.clock.now())
    await counter.work(for_s=60)

    assert (await counter.fresh(order)).state is State.RETURNED


async def test_people_give_it_back_although_finance_never_booked_it(counter: Counter) -> None:
    order = await disputed(counter)

    await counter.refunds.ask(
        order.id, number="RC1R1", amount_fen=order.amount_fen, reason="经审核，款项退回"
    )
    await counter.dead_letters.resend("orders", order.id, "confirm", counter.clock.now())
    counter.finance.refuses = None
    await counter.work(for_s=600)

    back = await counter.fresh(order)
    assert (back.state, back.settles, back.confirmed_at) == (State.RETURNED, None, None)
    assert counter.finance.reported == {}
    assert counter.finance.confirmations == {}
    assert await counter.dead_letters.list() == []
    assert (await counter.order("alipay")).order.state is State.UNPAID
