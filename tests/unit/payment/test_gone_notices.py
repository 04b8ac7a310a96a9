"""A notice that is waived, paid at a counter, or reduced: what is said, what becomes of orders."""

from dataclasses import replace
from datetime import date

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import NoticeState, Pause
from channel_gateway.ports import NoticeWaived
from payment.order import State, StrayReason
from payment.quote import (
    NoticeExempt,
    NoticePaid,
    NoticePaidElsewhere,
    NoticeVoid,
    QuoteDisagrees,
    quote,
)
from payment.views import notice_view
from tests.unit.payment.conftest import Counter
from tests.unit.payment.samples import NOW


def test_what_is_waived_has_nothing_to_pay(counter: Counter) -> None:
    with pytest.raises(NoticeExempt, match="nothing is owed"):
        quote(replace(counter.finance.notice(), state=NoticeState.WAIVED), NOW)


def test_what_is_reduced_to_nothing_has_nothing_to_pay(counter: Counter) -> None:
    notice = counter.finance.notice()
    (item,) = notice.items
    nothing = replace(item, amount_fen=Fen(0), late=None, reduced_fen=Fen(20000))
    reduced = replace(notice, items=(nothing,), principal_fen=Fen(0), late_fee_fen=Fen(0))
    with pytest.raises(NoticeExempt):
        quote(reduced, NOW)


def test_what_was_paid_at_a_counter_is_said_to_be(counter: Counter) -> None:
    paid = replace(counter.finance.notice(), state=NoticeState.PAID)
    with pytest.raises(NoticePaid) as here:
        quote(paid, NOW)
    with pytest.raises(NoticePaidElsewhere) as elsewhere:
        quote(replace(paid, paid_elsewhere=True), NOW)
    assert (here.value.code, elsewhere.value.code) == ("notice_paid", "notice_paid_elsewhere")
    assert "其他渠道" in (elsewhere.value.zh or "")


def test_a_pause_finance_reckons_with_is_reckoned_with_here(counter: Counter) -> None:
    counter.finance.pauses = (Pause(date(2026, 3, 2)),)
    assert quote(counter.finance.notice(), NOW).total_fen == 20000


def test_a_pause_finance_forgets_is_a_sum_that_differs(counter: Counter) -> None:
    forgotten = replace(counter.finance.notice(), pauses=(Pause(date(2026, 3, 2)),))
    with pytest.raises(QuoteDisagrees):
        quote(forgotten, NOW)


def test_the_citizen_sees_quantity_standard_reduction_and_each_late_fee(counter: Counter) -> None:
    notice = counter.finance.notice()
    (item,) = notice.items
    told = replace(item, standard="200.00元/次", reduced_fen=Fen(5000))
    (line,) = notice_view(quote(replace(notice, items=(told,)), NOW)).items
    assert (line.unit, line.quantity, line.standard) == ("次", 1, "200.00元/次")
    assert (line.amount_fen, line.reduced_fen, line.late_fee_fen) == (20000, 5000, 600)


async def test_money_for_what_is_waived_meanwhile_goes_back(counter: Counter) -> None:
    order = (await counter.order()).order
    counter.finance.refuses = NoticeWaived()
    await counter.pay(order)
    await counter.work(for_s=30)
    back = await counter.fresh(order)
    assert (back.state, back.stray_reason) == (State.RETURNED, StrayReason.WAIVED)
    assert back.refunds[0].reason == "该缴款单已获准减免，款项原路退回"


@pytest.mark.parametrize(
    ("state", "elsewhere", "says"),
    [
        (NoticeState.WAIVED, False, NoticeExempt),
        (NoticeState.VOIDED, False, NoticeVoid),
        (NoticeState.PAID, True, NoticePaidElsewhere),
    ],
)
async def test_looking_at_what_is_gone_closes_its_open_orders(
    counter: Counter, state: NoticeState, elsewhere: bool, says: type[Exception]
) -> None:
    orders = [(await counter.order(channel)).order for channel in ("wechat", "alipay")]
    counter.finance.state, counter.finance.paid_elsewhere = state, elsewhere
    with pytest.raises(says):
        await counter.order()
    assert [(await counter.fresh(each)).state for each in orders] == [State.CLOSED] * 2


async def test_an_order_that_cannot_be_closed_now_hides_nothing_from_the_citizen(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.finance.state, counter.wechat.down = NoticeState.WAIVED, True
    with pytest.raises(NoticeExempt):
        await counter.order()
    counter.wechat.down = False
    await counter.work(for_s=1900)
    assert (await counter.fresh(order)).state is State.CLOSED


async def test_a_refund_that_finance_knows_of_has_its_red_receipt(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work(for_s=30)
    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(600), reason="多收")
    await counter.work(for_s=30)
    kept = await counter.fresh(order)
    (refund,) = kept.refunds
    assert refund.red_receipt is not None
    assert kept.receipt is not None
    red, receipt = refund.red_receipt, kept.receipt
    assert red.total_fen == -600
    assert (red.related_code, red.related_number) == (receipt.code, receipt.number)
