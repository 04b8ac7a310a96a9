"""Healing asks, believes and reminds; what moves is moved by the order's own reactions."""

from dataclasses import replace

import pytest

from channel_gateway.domain.money import Fen
from payment.facts import RefundStatus
from payment.order import Order, State
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import Finding, found
from payment.reconciliation.healing.healer import Healer, Outcome
from payment.reconciliation.matching.words import AWAITS, AWAITS_BEFORE, FAR, line_twice
from tests.unit.days.samples import DAY, NOW
from tests.unit.payment.conftest import Counter, counter

__all__ = ["counter"]


def healer(counter: Counter) -> Healer:
    methods = {"wechat_pay": counter.wechat, "alipay_pay": counter.alipay}
    return Healer(
        counter.orders,
        counter.payments,
        counter.issued,
        methods,  # type: ignore[arg-type]
        counter.clock,
    )


def about(kind: Kind, order: Order, **more: object) -> Finding:
    given = {"movement": Movement.PAYMENT, "order_id": order.id, "pay_code": order.pay_code}
    return found(Difference(kind, DAY, order.method, **(given | more)), DAY, NOW)  # type: ignore[arg-type]


async def paid_unheard(counter: Counter) -> Order:
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    return order


async def test_a_lost_callback_is_healed_by_asking_and_finance_hears_of_it(
    counter: Counter,
) -> None:
    order = await paid_unheard(counter)
    healing = await healer(counter).heal(about(Kind.CALLBACK_LOST, order))
    assert healing is not None
    assert healing.outcome is Outcome.HEALED
    await counter.work()
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_healing_again_does_nothing_twice(counter: Counter) -> None:
    order = await paid_unheard(counter)
    for _ in range(2):
        await healer(counter).heal(about(Kind.CALLBACK_LOST, order))
    await counter.work()
    assert len(counter.finance.confirmations) == 1


async def test_a_platform_that_does_not_answer_is_asked_by_the_next_run(counter: Counter) -> None:
    order = await paid_unheard(counter)
    counter.wechat.down = True
    healing = await healer(counter).heal(about(Kind.CALLBACK_LOST, order))
    assert healing is not None
    assert healing.outcome is Outcome.UNDER_WAY


async def test_what_a_platform_denies_is_for_a_person(counter: Counter) -> None:
    order = (await counter.order()).order
    healing = await healer(counter).heal(about(Kind.CALLBACK_LOST, order))
    assert healing is not None
    assert healing.outcome is Outcome.A_PERSON


async def test_finance_is_told_again_at_once_and_books_it_once(counter: Counter) -> None:
    order = await paid_unheard(counter)
    counter.finance.down = True
    await counter.pay(order)
    await counter.work()
    counter.clock.move(hours=1)
    counter.finance.down = False
    healing = await healer(counter).heal(about(Kind.FINANCE_NOT_TOLD, order))
    assert healing is not None
    assert healing.outcome is Outcome.UNDER_WAY
    await counter.work()
    assert (await counter.fresh(order)).state is State.RECEIPTED
    assert len(counter.finance.confirmations) == 1


async def test_open_orders_of_what_was_paid_elsewhere_are_closed(counter: Counter) -> None:
    order = (await counter.order()).order
    healing = await healer(counter).heal(about(Kind.PAID_ELSEWHERE, order))
    assert healing is not None
    assert healing.outcome is Outcome.EXPLAINED
    assert (await counter.fresh(order)).state is State.CLOSED


async def test_a_refund_is_asked_about_under_its_number(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    counter.wechat.refund_status = RefundStatus.PROCESSING
    number = f"{order.id}R1"
    _, refund = await counter.refunds.ask(
        order.id, number=number, amount_fen=Fen(100), reason="多收"
    )
    await counter.work()
    finding = about(Kind.REFUND_DIFFERS, order, movement=Movement.REFUND, refund_no=refund.number)
    await healer(counter).heal(finding)
    assert counter.wechat.calls[-1] == "ask_refund"
    stranger = about(Kind.REFUND_DIFFERS, order, movement=Movement.REFUND, refund_no="X")
    healing = await healer(counter).heal(stranger)
    assert healing is not None
    assert healing.outcome is Outcome.A_PERSON


HEALS = {
    Kind.CALLBACK_LOST,
    Kind.FINANCE_NOT_TOLD,
    Kind.PAID_ELSEWHERE,
    Kind.PAID_TWICE,
    Kind.REFUND_DIFFERS,
    Kind.DAY_CUT,
}  # facts of the domain, section 1.10: M1, M4, M5, M7, M8, M9


@pytest.mark.parametrize("kind", sorted(HEALS))
async def test_what_heals_by_itself_is_tried(counter: Counter, kind: Kind) -> None:
    order = (await counter.order()).order
    assert await healer(counter).heal(about(kind, order)) is not None


@pytest.mark.parametrize("kind", sorted(set(Kind) - HEALS - {Kind.MISSING_MONEY}))
async def test_what_only_a_person_can_know_is_not_touched(counter: Counter, kind: Kind) -> None:
    order = (await counter.order()).order
    assert await healer(counter).heal(about(kind, order)) is None


async def test_of_missing_money_a_person_is_told_what_the_platform_says(counter: Counter) -> None:
    order = (await counter.order()).order
    answers = []
    for _ in range(2):
        healing = await healer(counter).heal(about(Kind.MISSING_MONEY, order))
        assert healing is not None
        answers.append((healing.outcome, healing.words))
        counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    assert answers == [
        (Outcome.A_PERSON, "已向渠道查询：渠道答复未支付"),
        (Outcome.A_PERSON, "已向渠道查询：渠道答复已支付，但账单没有这笔款"),
    ]


async def test_a_repeated_line_is_explained_if_the_bills_own_sums_count_it_once(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    once = about(Kind.LINE_TWICE, order, detail=line_twice(2, ""))
    explained = await healer(counter).heal(once)
    assert explained is not None
    assert explained.outcome is Outcome.EXPLAINED
    assert await healer(counter).heal(replace(once, detail=line_twice(2, "1.00"))) is None


async def test_a_day_cut_heals_when_the_other_day_is_there(counter: Counter) -> None:
    order = (await counter.order()).order
    beside = await healer(counter).heal(about(Kind.DAY_CUT, order))
    assert beside is not None
    assert beside.outcome is Outcome.EXPLAINED
    for awaited in (AWAITS, AWAITS_BEFORE):
        waiting = await healer(counter).heal(about(Kind.DAY_CUT, order, detail=awaited))
        assert waiting is not None
        assert waiting.outcome is Outcome.UNDER_WAY
    far = await healer(counter).heal(about(Kind.DAY_CUT, order, detail=FAR))
    assert far is not None
    assert far.outcome is Outcome.A_PERSON


async def test_what_a_platform_of_finances_forgot_is_for_a_person_who_asks_it(
    counter: Counter,
) -> None:
    finding = found(
        Difference(Kind.FINANCE_NOT_TOLD, DAY, "wechat_pay", Movement.PAYMENT, pay_code="33"),
        DAY,
        NOW,
    )

    healing = await healer(counter).heal(finding)

    assert healing is not None
    assert (healing.outcome, "平台" in healing.words) == (Outcome.A_PERSON, True)
