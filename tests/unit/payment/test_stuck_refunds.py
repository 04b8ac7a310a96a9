"""Refunds the platform does not bring to an end: a person sees them, and can send them again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channel_gateway.domain.errors import Refused, RefusedForNow, Unavailable
from channel_gateway.domain.money import Fen
from payment.facts import PaymentStatus, RefundStatus
from payment.order import FactMismatch, Order, State
from payment.ports import AlreadyPaid
from payment.quote import NoticePaid
from payment.refund import RefundState
from payment.refunds import RefundTooMuch, refund_of
from payment.views import order_view
from tests.unit.payment.conftest import Counter
from tests.unit.payment.fakes import refund_done
from tests.unit.payment.samples import NOW


async def _stray(counter: Counter) -> Order:
    """An order whose money came after closing."""
    order = (await counter.order()).order
    await counter.payments.close(counter.session(), order.id)
    await counter.pay(order)
    return order


async def _resend(counter: Counter, order: Order, task_id: str) -> None:
    await counter.dead_letters.resend("orders", order.id, task_id, counter.clock.now())


async def _letters(counter: Counter) -> list[str]:
    return [letter.task_id for letter in await counter.dead_letters.list()]


@pytest.mark.parametrize("status", [RefundStatus.ABNORMAL, RefundStatus.CLOSED])
async def test_a_refund_the_platform_cannot_finish_is_a_dead_letter_at_once(
    counter: Counter, status: RefundStatus
) -> None:
    counter.wechat.refund_status = status
    order = await _stray(counter)
    await counter.work()
    assert await _letters(counter) == [f"refund:{order.id}R1"]
    assert (await counter.fresh(order)).state is State.STRAY


async def test_a_refund_refused_for_good_reaches_a_person_at_once(counter: Counter) -> None:
    counter.wechat.refuses = Refused("WeChat Pay refused: INVALID_REQUEST (400)")
    order = await _stray(counter)
    await counter.work()
    assert await _letters(counter) == [f"refund:{order.id}R1"]
    counter.wechat.refuses = None
    await counter.dead_letters.resend(
        "orders", order.id, f"refund:{order.id}R1", counter.clock.now()
    )
    await counter.work()
    assert (await counter.fresh(order)).state is State.RETURNED


async def test_a_refund_the_balance_cannot_bear_waits_for_more_money(counter: Counter) -> None:
    counter.wechat.refuses = RefusedForNow("WeChat Pay refused: NOT_ENOUGH (403)")
    order = await _stray(counter)
    await counter.work(for_s=3600)
    assert await _letters(counter) == []
    counter.wechat.refuses = None
    await counter.work(for_s=3600)
    assert (await counter.fresh(order)).state is State.RETURNED


async def test_a_confirmation_refused_for_good_reaches_a_person_at_once(counter: Counter) -> None:
    counter.finance.refuses = Refused("finance answered 18012")
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    assert await _letters(counter) == ["confirm"]


async def test_refunds_of_one_order_go_one_after_the_other_as_fast_as_the_platform_lets_them(
    counter: Counter,
) -> None:
    counter.wechat.clock, counter.wechat.seconds_between_refunds = counter.clock, 60
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    for number in range(6):
        await counter.refunds.ask(
            order.id, number=f"part-{number}", amount_fen=Fen(100), reason="多收"
        )
    before = counter.wechat.calls.count("refund")
    await counter.work(for_s=6 * 70)
    done = await counter.fresh(order)
    assert [refund.state for refund in done.refunds] == [RefundState.DONE] * 6
    assert [task.kind for task in done.tasks if task.kind == "refund"] == []
    assert counter.wechat.calls.count("refund") - before == 6
    assert list(counter.wechat.refunds) == [f"part-{number}" for number in range(6)]


async def test_a_refund_that_was_given_up_lets_the_next_one_go(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    counter.wechat.refuses = Refused("too late")
    await counter.refunds.ask(order.id, number="first-1", amount_fen=Fen(100), reason="多收")
    await counter.work()
    counter.wechat.refuses = None
    await counter.refunds.ask(order.id, number="second", amount_fen=Fen(100), reason="多收")
    await counter.work()
    assert refund_of(await counter.fresh(order), "second").state is RefundState.DONE


async def test_a_closed_refund_is_sent_again_under_a_new_number(counter: Counter) -> None:
    counter.wechat.refund_status = RefundStatus.CLOSED
    order = await _stray(counter)
    await counter.work()
    counter.wechat.refund_status = RefundStatus.DONE
    await counter.dead_letters.resend(
        "orders", order.id, f"refund:{order.id}R1", counter.clock.now()
    )
    await counter.work()
    returned = await counter.fresh(order)
    assert [(r.number, r.state) for r in returned.refunds] == [
        (f"{order.id}R1", RefundState.CLOSED),
        (f"{order.id}R2", RefundState.DONE),
    ]
    assert (returned.state, returned.given_up) == (State.RETURNED, ())


async def test_an_abnormal_refund_a_person_has_seen_to_is_asked_about_not_sent_twice(
    counter: Counter,
) -> None:
    counter.wechat.refund_status = RefundStatus.ABNORMAL
    order = await _stray(counter)
    await counter.work()
    refund_done(counter.wechat, f"{order.id}R1")
    await counter.dead_letters.resend(
        "orders", order.id, f"refund:{order.id}R1", counter.clock.now()
    )
    await counter.work()
    assert (await counter.fresh(order)).state is State.RETURNED
    assert counter.wechat.calls.count("refund") == 1


async def test_money_that_arrives_after_all_takes_its_dead_letter_away(counter: Counter) -> None:
    counter.wechat.refund_status = RefundStatus.ABNORMAL
    order = await _stray(counter)
    await counter.work()
    fact = refund_done(counter.wechat, f"{order.id}R1")
    await counter.orders.believe_refund(fact, counter.wechat, counter.clock.now())  # type: ignore[arg-type]
    assert await counter.dead_letters.list() == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("total", {"total_fen": Fen(1)}),
        ("total", {"total_fen": Fen(0)}),
        ("done_at", {"done_at": NOW + timedelta(days=1, minutes=1)}),
        ("transaction", {"transaction": "another"}),
    ],
)
async def test_a_word_on_a_refund_that_does_not_fit_is_not_believed(
    counter: Counter, field: str, wrong: dict[str, Any]
) -> None:
    counter.wechat.refund_status = RefundStatus.PROCESSING
    order = await _stray(counter)
    await counter.work()
    true = replace(
        refund_done(counter.wechat, f"{order.id}R1"), total_fen=order.amount_fen, done_at=NOW
    )
    with pytest.raises(FactMismatch) as refused:
        await counter.orders.believe_refund(replace(true, **wrong), counter.wechat, NOW)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert (await counter.fresh(order)).state is State.STRAY
    await counter.orders.believe_refund(true, counter.wechat, NOW)  # type: ignore[arg-type]
    assert (await counter.fresh(order)).state is State.RETURNED


async def test_what_was_given_back_meanwhile_is_not_given_back_again(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    counter.wechat.refund_status = RefundStatus.CLOSED
    await counter.refunds.ask(order.id, number="first", amount_fen=Fen(20600), reason="撤销")
    await counter.work()
    counter.wechat.refund_status = RefundStatus.DONE
    await counter.refunds.ask(order.id, number="second", amount_fen=Fen(20600), reason="撤销")
    await counter.work()
    await _resend(counter, order, "refund:first")
    assert [r.number for r in (await counter.fresh(order)).refunds] == ["first", "second"]
    assert await counter.dead_letters.list() == []


async def test_a_number_that_was_chosen_is_not_given_out_again(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    await counter.refunds.ask(order.id, number=f"{order.id}R2", amount_fen=Fen(1), reason="多收")
    assert (await counter.fresh(order)).next_refund_no == f"{order.id}R3"


async def test_a_platform_that_is_down_for_an_hour_leaves_no_dead_letter_for_asking(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.wechat.down = True
    await counter.work(for_s=3600)
    assert await counter.dead_letters.list() == []
    assert (await counter.fresh(order)).state is State.CLOSING


async def test_money_that_is_heard_of_takes_the_dead_letter_for_closing_away(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.wechat.down = True
    for _ in range(40):
        counter.clock.move(hours=6)
        await counter.work()
    assert await _letters(counter) == ["close"]
    counter.wechat.down = False
    await counter.pay(order)
    assert await counter.dead_letters.list() == []


async def test_a_tap_that_finds_the_money_of_the_earlier_order_does_not_open_another(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.wechat.lost = ["close"]
    with pytest.raises(Unavailable):
        await counter.payments.close(counter.session(), order.id)
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    with pytest.raises(NoticePaid):
        await counter.order()
    with pytest.raises(AlreadyPaid):
        await counter.payments.close(counter.session(), order.id)
    assert len(await counter.orders.of_notice(order.notice)) == 1
    assert counter.wechat.facts[order.id].status is PaymentStatus.PAID


async def _refused(counter: Counter, amount_fen: int = 20600) -> Order:
    """A booked order, of which a refund, "first1", was refused for good."""
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    counter.wechat.refuses = Refused("WeChat Pay refused: PARAM_ERROR (400)")
    await counter.refunds.ask(order.id, number="first1", amount_fen=Fen(amount_fen), reason="撤销")
    await counter.work()
    counter.wechat.refuses = None
    return order


async def test_the_amount_of_a_refused_refund_may_be_asked_for_again(counter: Counter) -> None:
    order = await _refused(counter)
    assert refund_of(await counter.fresh(order), "first1").state is RefundState.REFUSED
    assert await _letters(counter) == ["refund:first1"]
    await counter.refunds.ask(order.id, number="second", amount_fen=Fen(20600), reason="撤销")
    await counter.work()
    assert (await counter.fresh(order)).state is State.RETURNED
    await _resend(counter, order, "refund:first1")
    assert [r.number for r in (await counter.fresh(order)).refunds] == ["first1", "second"]
    assert await _letters(counter) == []


async def test_a_refused_refund_is_sent_again_under_a_new_number(counter: Counter) -> None:
    order = await _refused(counter, 600)
    await _resend(counter, order, "refund:first1")
    await counter.work()
    after = await counter.fresh(order)
    assert [(r.number, r.amount_fen, r.state) for r in after.refunds] == [
        ("first1", 600, RefundState.REFUSED),
        (f"{order.id}R2", 600, RefundState.DONE),
    ]
    assert after.given_up == ()


async def test_a_citizen_reads_that_a_person_sees_to_a_refused_refund(counter: Counter) -> None:
    order = await _refused(counter)
    (refund,) = order_view(await counter.fresh(order)).refunds
    assert refund.says == "退款未能提交，工作人员正在处理"


async def test_stray_money_that_is_refused_waits_for_a_person_and_is_not_returned(
    counter: Counter,
) -> None:
    counter.wechat.refuses = Refused("WeChat Pay refused: INVALID_REQUEST (400)")
    order = await _stray(counter)
    await counter.work(for_s=60)
    stuck = await counter.fresh(order)
    assert (stuck.state, stuck.refunds[0].state) == (State.STRAY, RefundState.REFUSED)
    assert await _letters(counter) == [f"refund:{order.id}R1"]


async def test_a_refund_refused_after_it_was_taken_is_not_given_back_twice(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    counter.wechat.refund_status = RefundStatus.PROCESSING
    counter.wechat.lost = ["refund"]
    await counter.refunds.ask(order.id, number="first1", amount_fen=Fen(20600), reason="撤销")
    await counter.work()
    counter.wechat.refuses = Refused("WeChat Pay refused: INVALID_REQUEST (400)")
    await counter.work(for_s=6)
    assert refund_of(await counter.fresh(order), "first1").state is RefundState.PROCESSING
    with pytest.raises(RefundTooMuch):
        await counter.refunds.ask(order.id, number="second", amount_fen=Fen(1), reason="多收")


async def test_a_refusal_that_passes_keeps_the_amount(counter: Counter) -> None:
    counter.wechat.refuses = RefusedForNow("WeChat Pay refused: NOT_ENOUGH (403)")
    order = await _stray(counter)
    await counter.work()
    assert (await counter.fresh(order)).refundable_fen == 0
    assert (await counter.fresh(order)).refunds[0].state is RefundState.REQUESTED
