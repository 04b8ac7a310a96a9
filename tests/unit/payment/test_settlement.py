"""What platforms' words do to an order, by rules alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Receipt
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.order import Event, FactMismatch, Order, State, StrayReason, check_fact
from payment.refund import Refund, RefundState
from payment.settlement import (
    closed,
    confirmed,
    heard,
    receipted,
    received,
    refund_asked,
    refund_refused,
    refund_renewed,
    refunded,
    rejected,
    strayed,
)
from tests.unit.payment.samples import NOTICE, NOW, order, paid

LATER = NOW + timedelta(hours=1)


def kinds(of: Order) -> list[str]:
    return sorted(task.kind for task in of.tasks)


def test_a_new_order_will_be_asked_about_and_closed_in_time() -> None:
    assert kinds(order()) == ["ask", "close"]


def test_money_on_an_open_order_claims_the_notice_and_tells_finance() -> None:
    settled = received(order(), paid(order()), NOW)
    assert (settled.state, settled.settles, settled.open_key) == (State.PAID, NOTICE, None)
    assert kinds(settled) == ["close_siblings", "confirm"]


def test_a_repeated_callback_changes_nothing() -> None:
    once = received(order(), paid(order()), NOW)
    assert received(once, paid(order()), LATER) == once


def test_money_after_closing_goes_back_by_itself() -> None:
    late = received(closed(order(), NOW), paid(order()), LATER)
    assert (late.state, late.stray_reason) == (State.STRAY, StrayReason.AFTER_CLOSING)
    assert [refund.amount_fen for refund in late.refunds] == [late.amount_fen]
    assert kinds(late) == ["refund"]


def test_a_second_payment_of_a_notice_goes_back_with_a_reason_in_plain_words() -> None:
    twice = strayed(order(), paid(order()), StrayReason.DUPLICATE, NOW)
    assert twice.settles is None
    assert "重复缴纳" in twice.refunds[0].reason
    assert len(twice.refunds[0].reason) <= 80


def test_straying_twice_refunds_once() -> None:
    once = strayed(order(), paid(order()), StrayReason.DUPLICATE, NOW)
    assert strayed(once, paid(order()), StrayReason.DUPLICATE, LATER) == once


def test_money_finance_does_not_want_frees_the_notice_and_goes_back() -> None:
    unwanted = rejected(received(order(), paid(order()), NOW), StrayReason.SETTLED_ELSEWHERE, LATER)
    assert (unwanted.state, unwanted.settles) == (State.STRAY, None)
    assert unwanted.refunds[0].amount_fen == unwanted.amount_fen


def test_a_refund_of_all_returns_the_order_and_a_second_word_changes_nothing() -> None:
    stray = strayed(order(), paid(order()), StrayReason.DUPLICATE, NOW)
    said = RefundFact(stray.id, stray.refunds[0].number, RefundStatus.DONE, stray.amount_fen)
    returned = refunded(stray, said, LATER)
    assert (returned.state, returned.refunds[0].state) == (State.RETURNED, RefundState.DONE)
    assert refunded(returned, said, LATER) == returned


def test_a_receipt_that_comes_after_all_went_back_is_noted_once_and_changes_no_state() -> None:
    booked = confirmed(received(order(), paid(order()), NOW), NOW, NOW)
    asked = refund_asked(booked, Refund("R1", booked.amount_fen, "x", NOW), NOW)
    back = refunded(asked, RefundFact(asked.id, "R1", RefundStatus.DONE), NOW)
    receipt = Receipt("33010126", "0000000001", "a1b2c3", booked.amount_fen, LATER)
    once = receipted(back, receipt, LATER)
    assert (once.state, once.receipt) == (State.RETURNED, receipt)
    assert once.events == (*back.events, Event(LATER, "receipted", receipt.number))
    assert receipted(once, receipt, LATER) == once


def test_a_refund_callback_before_the_refunds_reply_ends_the_same() -> None:
    stray = strayed(order(), paid(order()), StrayReason.DUPLICATE, NOW)
    number = stray.refunds[0].number
    done = RefundFact(stray.id, number, RefundStatus.DONE, stray.amount_fen, LATER)
    accepted = RefundFact(stray.id, number, RefundStatus.PROCESSING, stray.amount_fen)
    one_way = refunded(refunded(stray, done, LATER), accepted, LATER)
    other_way = refunded(refunded(stray, accepted, LATER), done, LATER)
    assert one_way.refunds == other_way.refunds
    assert one_way.state is other_way.state is State.RETURNED


def test_a_refund_we_never_asked_for_is_not_believed() -> None:
    with pytest.raises(FactMismatch) as refused:
        refunded(order(), RefundFact(order().id, "nobody", RefundStatus.DONE), NOW)
    assert refused.value.field == "refund_no"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("app", {"app": "wx2"}),
        ("merchant", {"merchant": "1900000002"}),
        ("amount", {"amount_fen": Fen(20599)}),
        ("currency", {"currency": "USD"}),
        ("order", {"order_id": "another"}),
        ("transaction", {"transaction": ""}),
        ("paid_at", {"paid_at": None}),
        ("paid_at", {"paid_at": NOW + timedelta(days=1, minutes=1)}),
    ],
)
def test_a_true_message_that_does_not_fit_is_not_believed(
    field: str, wrong: dict[str, object]
) -> None:
    with pytest.raises(FactMismatch) as refused:
        check_fact(order(), paid(order(), **wrong), app="wx1", merchant="1900000001", now=NOW)
    assert refused.value.field == field


def test_clocks_may_be_a_little_apart() -> None:
    fact = paid(order(), paid_at=NOW + timedelta(hours=23))
    check_fact(order(), fact, app="wx1", merchant="1900000001", now=NOW)


def test_what_finance_booked_and_came_back_is_reported_to_finance() -> None:
    booked = confirmed(received(order(), paid(order()), NOW), NOW, NOW)
    part = refund_asked(booked, Refund("R1", Fen(600), "多收", NOW), NOW)
    after = refunded(part, RefundFact(part.id, "R1", RefundStatus.DONE, Fen(600)), LATER)
    assert after.state is State.CONFIRMED
    assert "report_refund" in kinds(after)


def test_a_refused_refund_the_platform_has_after_all_is_not_asked_for_again() -> None:
    booked = confirmed(received(order(), paid(order()), NOW), NOW, NOW)
    for number in ("R1", "R2"):
        asked = refund_asked(booked, Refund(number, booked.amount_fen, "撤销", NOW), NOW)
        booked = refund_refused(asked, number, LATER)
    for number in ("R1", "R2"):
        done = RefundFact(booked.id, number, RefundStatus.PROCESSING, booked.amount_fen)
        booked = refunded(booked, done, LATER)
    assert booked.refundable_fen < 0
    assert refund_renewed(booked, booked.refunds[0], LATER).refunds == booked.refunds


def test_an_order_survives_the_store_unchanged() -> None:
    full = confirmed(received(order(), paid(order()), NOW), LATER, LATER)
    assert from_document(Order, to_document(full)) == full


WORDS = st.sampled_from(
    [
        PaymentStatus.PAID,
        PaymentStatus.UNPAID,
        PaymentStatus.CLOSED,
        PaymentStatus.ABSENT,
    ]
)


@given(st.lists(WORDS, max_size=8))
def test_any_order_of_words_with_a_payment_in_it_ends_with_the_money_kept_or_going_back(
    words: list[PaymentStatus],
) -> None:
    now, told = NOW, order()
    for word in [*words, PaymentStatus.PAID, PaymentStatus.PAID]:
        now += timedelta(seconds=1)
        fact = paid(told) if word is PaymentStatus.PAID else PaymentFact(told.id, word)
        told = heard(told, fact, now)
    assert told.state in (State.PAID, State.STRAY)
    going_back = sum(refund.amount_fen for refund in told.refunds)
    assert going_back == (told.amount_fen if told.state is State.STRAY else 0)
    assert (told.settles is None) == (told.state is State.STRAY)
