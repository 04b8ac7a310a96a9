"""Healing claims nothing without proof: that money is back, that finance has answered."""

from payment.facts import RefundStatus
from payment.order import Order, State
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.healing.healer import Outcome
from tests.unit.days.test_healing import about, healer
from tests.unit.payment.conftest import Counter, counter

__all__ = ["counter"]


async def second_payment(counter: Counter) -> Order:
    """Of a notice that another order has settled: it is on its way back."""
    first, second = (await counter.order()).order, (await counter.order("alipay")).order
    await counter.pay(first)
    await counter.pay(second)
    return second


async def words(counter: Counter, order: Order) -> tuple[Outcome, str]:
    healing = await healer(counter).heal(about(Kind.PAID_TWICE, order))
    assert healing is not None
    return healing.outcome, healing.words


async def test_a_second_payment_is_healed_when_it_is_back(counter: Counter) -> None:
    second = await second_payment(counter)
    assert await words(counter, second) == (
        Outcome.UNDER_WAY,
        "后付的一笔正在退回，渠道尚未答复退成",
    )
    await counter.work()
    assert (await counter.fresh(second)).state is State.RETURNED
    assert await words(counter, second) == (Outcome.HEALED, "后付的一笔已原路退回")


async def test_a_refund_the_platform_gave_up_is_for_a_person(counter: Counter) -> None:
    counter.alipay.refund_status = RefundStatus.CLOSED
    second = await second_payment(counter)
    await counter.work()
    assert await words(counter, second) == (
        Outcome.A_PERSON,
        "后付的一笔没有退成，需人工办理退付",
    )


async def test_finance_is_reminded_of_a_refund_as_long_as_it_has_not_answered(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    number = f"{order.id}R1"
    await counter.refunds.ask(order.id, number=number, amount_fen=100, reason="多收")  # type: ignore[arg-type]
    counter.finance.down = True
    await counter.work()
    counter.clock.move(hours=1)
    finding = about(Kind.FINANCE_NOT_TOLD, order, movement=Movement.REFUND, refund_no=number)
    reminded = await healer(counter).heal(finding)
    assert reminded is not None
    assert (reminded.outcome, reminded.words) == (Outcome.UNDER_WAY, "已重新通知财政")

    counter.finance.down = False
    await counter.work()
    assert counter.finance.reported == {number: 100}
    answered = await healer(counter).heal(finding)
    assert answered is not None
    assert answered.words == "财政已答复入账，等待财政日报体现"


async def test_no_order_is_said_to_be_closed_where_there_was_none(counter: Counter) -> None:
    order = (await counter.order()).order
    healing = await healer(counter).heal(
        about(Kind.PAID_ELSEWHERE, order, order_id="", pay_code="33010000000000000000")
    )
    assert healing is not None
    assert healing.words == "该缴款单已在他处缴清，网关没有该缴款单的订单"
