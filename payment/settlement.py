"""What a platform's word does to an order: settle the notice once, send the rest back. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import Task, doing, with_tasks, without
from payment.facts import PaymentFact, PaymentStatus, RefundFact
from payment.order import (
    OPEN,
    TRANSITIONS,
    WORDS,
    Event,
    FactMismatch,
    Order,
    State,
    StrayReason,
    Trigger,
    may_step,
    step,
)
from payment.refund import REFUND_TRANSITIONS, SAID, Refund, RefundState, RefundTrigger

ASK, CLOSE, LOOK_BACK, CONFIRM, RECEIPT = "ask", "close", "look_back", "confirm", "receipt"
CLOSE_SIBLINGS, REFUND, REPORT_REFUND = "close_siblings", "refund", "report_refund"
RETURNED = "returned"

# What a platform says of an order without money, as our trigger.
NO_MONEY = {PaymentStatus.UNPAID: Trigger.AWAIT, PaymentStatus.ABSENT: Trigger.DENY}

# A payment that raced with our closing is on the platform's books long before.
LOOK_BACK_AFTER = timedelta(minutes=10)


def opened(order: Order, now: datetime, *, ask_after_s: int) -> Order:
    """A new order: whatever happens to this process, it will be asked about and closed in time."""
    soon = milliseconds(now) + ask_after_s * 1000
    return with_tasks(
        replace(order, events=(Event(now, State.CREATED.value),)),
        Task(ASK, ASK, due=soon),
        Task(CLOSE, CLOSE, due=milliseconds(order.expires_at)),
    )


def lost(order: Order, now: datetime, *, ask_after_s: int) -> Order:
    """The platform did not answer: it is asked soon, whatever step its ladder had come to."""
    if not may_step(order, Trigger.LOSE):
        return order
    ask = Task(ASK, ASK, due=milliseconds(now) + ask_after_s * 1000)
    tasks = (ask, *(task for task in order.tasks if task.kind != ASK))
    return replace(step(order, Trigger.LOSE, now), **doing(*tasks))


def received(order: Order, fact: PaymentFact, now: datetime) -> Order:
    """Money was received. An open order claims the notice; a closed one's money is stray.

    The claim is the unique key `settles`: if the store has it taken, call `strayed` instead.
    """
    if order.state in OPEN:
        at = milliseconds(now)
        follow = (Task(CONFIRM, CONFIRM, at), Task(CLOSE_SIBLINGS, CLOSE_SIBLINGS, at))
        return step(
            order,
            Trigger.PAY,
            now,
            settles=order.notice,
            **_money(order, fact),
            **_without_asking(order, *follow),
        )
    if order.state is State.CLOSED:
        return strayed(order, fact, StrayReason.AFTER_CLOSING, now)
    return step(order, Trigger.PAY, now)  # platforms repeat themselves


def strayed(order: Order, fact: PaymentFact, reason: StrayReason, now: datetime) -> Order:
    """Money was received that settles nothing: it goes back by itself."""
    if order.transaction is not None:
        return order
    stray = step(
        order,
        Trigger.STRAY,
        now,
        reason.value,
        **_money(order, fact),
        **_without_asking(order),
    )
    return _sent_back(stray, reason, now)


def rejected(order: Order, reason: StrayReason, now: datetime) -> Order:
    """Finance does not want this money: the notice is free again, the money goes back."""
    if order.state not in (State.PAID, State.DISPUTED):
        return order
    stray = replace(step(order, Trigger.REJECT, now, reason.value), settles=None)
    return _sent_back(stray, reason, now)


def disputed(order: Order, wanted_fen: Fen | None, now: datetime) -> Order:
    """Finance wants another amount; it keeps its claim on the notice until people have decided."""
    if order.state not in (State.PAID, State.DISPUTED):
        return order
    return replace(step(order, Trigger.DISPUTE, now), wanted_fen=wanted_fen)


def closed(order: Order, now: datetime, note: str = "") -> Order:
    """Nobody can pay it any more, and the platform agrees; one later look makes sure of that."""
    look_back = Task(LOOK_BACK, LOOK_BACK, due=milliseconds(now + LOOK_BACK_AFTER))
    return step(order, Trigger.CLOSE, now, note, **_without_asking(order, look_back))


def heard(order: Order, fact: PaymentFact, now: datetime) -> Order:
    """What asking or a callback brought, whatever it was; only platforms close what they know."""
    if fact.status is PaymentStatus.PAID:
        return received(order, fact, now)  # a repeat changes nothing, so nothing is written
    asked = replace(order, asked_at=now)
    if fact.status is PaymentStatus.CLOSED and order.state in OPEN:
        return closed(asked, now, "closed by the platform")
    trigger = NO_MONEY.get(fact.status)
    return step(asked, trigger, now) if trigger and may_step(asked, trigger) else asked


def confirmed(order: Order, at: datetime, now: datetime, *also: Task) -> Order:
    booked = step(order, Trigger.CONFIRM, now, unreceipted_since=at)
    booked = replace(booked, confirmed_at=order.confirmed_at or at)
    return with_tasks(booked, Task(RECEIPT, RECEIPT, due=milliseconds(now)), *also)


def receipted(order: Order, receipt: Receipt, now: datetime) -> Order:
    """The e-receipt is there; when all went back before it came, that stays so, and it is noted."""
    state = advance(TRANSITIONS, order.state, Trigger.RECEIPT)
    came = () if order.receipt else (Event(now, State.RECEIPTED.value, receipt.number),)
    return replace(
        order,
        state=state,
        receipt=receipt,
        unreceipted_since=None,
        events=(*order.events, *came),
    )


def reversed_by(order: Order, refund_no: str, red: Receipt, now: datetime) -> Order:
    """The receipt is reversed (冲红), whole or in part; again with the same changes nothing."""
    refund = order.refund(refund_no)
    if refund is None or refund.red_receipt == red:
        return order
    known = replace(refund, red_receipt=red)
    return with_refund(order, known, Event(now, "red_receipt", red.number))


def refund_asked(order: Order, refund: Refund, now: datetime) -> Order:
    """Ask for money back; the number is unique in its order. Raises `Conflict`-s of the caller.

    What goes by transfer is asked of nobody: people say when it is done.
    """
    asked = replace(
        order,
        refunds=(*order.refunds, refund),
        events=(*order.events, Event(now, "refund_requested", refund.number)),
    )
    if refund.state is RefundState.TRANSFER:
        return asked
    return with_tasks(asked, refund_task(refund.number, now))


def given_back(order: Order, reason: str, now: datetime) -> Order:
    """All that is left of it, under one number of its own: asked again, nothing changes."""
    number = f"{order.id}F"
    if order.refund(number) or order.refundable_fen <= NOTHING:
        return order
    return refund_asked(order, Refund(number, order.refundable_fen, reason, now), now)


def refund_renewed(order: Order, spent: Refund, now: datetime) -> Order:
    """Ask again for a void refund, closed or refused: its number is spent, so under a new one."""
    order = replace(order, **without_refund(order, spent.number))
    amount_fen = min(spent.amount_fen, order.refundable_fen)
    if amount_fen <= 0:
        return order  # it went back under another number meanwhile
    return refund_asked(order, _anew(order, spent, amount_fen, now), now)


def _anew(order: Order, spent: Refund, amount_fen: int, now: datetime) -> Refund:
    """The same wish under a new number."""
    number = order.next_refund_no
    return Refund(number, Fen(amount_fen), spent.reason, now, case_id=spent.case_id)


def refund_by_transfer(
    order: Order, stuck: Refund, now: datetime, *, by: str = "", role: str = ""
) -> Order:
    """What the platform cannot pay is finance's to transfer: given up there, reserved anew here.

    Under a new number: should the platform pay the old one after all, it is seen.
    """
    if not stuck.is_void:
        order = refund_moved(order, stuck, RefundTrigger.GIVE_UP, now)
    ordered = Event(now, "transfer_ordered", stuck.number, by, role)
    order = replace(order, **without_refund(order, stuck.number), events=(*order.events, ordered))
    amount_fen = min(stuck.amount_fen, order.refundable_fen)
    if amount_fen <= 0:
        return order  # it went back under another number meanwhile
    return refund_asked(order, handed_over(_anew(order, stuck, amount_fen, now)), now)


def refund_redirected(order: Order, refund: Refund, now: datetime) -> Order:
    """The platform sends it to another account: it is asked about from the ladder's beginning."""
    order = refund_moved(order, refund, RefundTrigger.REDIRECT, now)
    order = replace(order, **without_refund(order, refund.number))
    return with_tasks(order, refund_task(refund.number, now))


def refund_short(order: Order, refund: Refund, now: datetime) -> Order:
    """More was approved than is left: kept as refused, so that this number never moves money."""
    return replace(
        order,
        refunds=(*order.refunds, replace(refund, state=RefundState.REFUSED, short=True)),
        events=(*order.events, Event(now, "refund_short", refund.number)),
    )


def handed_over(refund: Refund) -> Refund:
    """To finance, to be paid back by transfer."""
    return replace(refund, state=advance(REFUND_TRANSITIONS, refund.state, RefundTrigger.HAND_OVER))


def refunded(order: Order, fact: RefundFact, now: datetime) -> Order:
    """Take in what a platform says about a refund. Raises `FactMismatch`."""
    refund = order.refund(fact.refund_no)
    if refund is None:
        raise FactMismatch("we never asked for this refund", field="refund_no")
    if fact.amount_fen and fact.amount_fen != refund.amount_fen:
        raise FactMismatch("the platform's refund has another amount", field="amount")
    return refund_moved(order, refund, SAID[fact.status], now, done_at=fact.done_at)


def refund_refused(order: Order, number: str, now: datetime) -> Order:
    """The platform said no for good, and knows of no such refund: its amount is free again."""
    refund = order.refund(number)
    return refund_moved(order, refund, RefundTrigger.REFUSE, now) if refund else order


def refund_held_up(order: Order, number: str, words: str, now: datetime) -> Order:
    """The platform would take it, were there money on the account: a person must see to that.

    It is tried on meanwhile.
    """
    refund = order.refund(number)
    if refund is None or refund.held_up == words:
        return order
    known = replace(refund, held_up=words)
    return with_refund(order, known, Event(now, "refund_held_up", number))


def refund_at_once(order: Order, number: str, now: datetime) -> Order:
    """Whatever step its ladder had come to, it is sent, or asked about, now."""
    due = milliseconds(now)
    tasks = (
        replace(t, due=min(t.due, due)) if t.kind == REFUND and t.detail == number else t
        for t in order.tasks
    )
    return replace(order, **doing(*tasks))


def refund_moved(
    order: Order,
    refund: Refund,
    trigger: RefundTrigger,
    now: datetime,
    *,
    done_at: datetime | None = None,
) -> Order:
    state = advance(REFUND_TRANSITIONS, refund.state, trigger)
    if state is refund.state:
        return order
    done_at = (done_at or now) if state is RefundState.DONE else None
    known = replace(refund, state=state, held_up="", done_at=done_at, card=None)
    changed = with_refund(order, known, Event(now, f"refund_{state.value}", refund.number))
    return _given_back(changed, known, now) if state is RefundState.DONE else changed


def _given_back(order: Order, refund: Refund, now: datetime) -> Order:
    """Tell finance if it had booked the money; when all went back, the notice is free again.

    Then whoever relied on the money is told.
    """
    order = replace(order, **without_refund(order, refund.number))
    if order.confirmed_at is not None:
        task = Task(f"{REPORT_REFUND}:{refund.number}", REPORT_REFUND, milliseconds(now))
        order = with_tasks(order, replace(task, detail=refund.number))
    if order.returned_fen < order.amount_fen:
        return order
    order = replace(order, **without(order, lambda task: task.kind == CONFIRM))
    back = with_tasks(order, Task(RETURNED, RETURNED, due=milliseconds(now)))
    return replace(step(back, Trigger.RETURN, now), settles=None, unreceipted_since=None)


def _sent_back(order: Order, reason: StrayReason, now: datetime) -> Order:
    refund = Refund(order.next_refund_no, order.refundable_fen, WORDS[reason], now)
    return refund_asked(replace(order, stray_reason=reason), refund, now)


def _money(order: Order, fact: PaymentFact) -> dict[str, Any]:
    return {
        "transaction": fact.transaction,
        "transaction_key": f"{order.method}|{fact.transaction}",
        "paid_at": fact.paid_at,
    }


def _without_asking(order: Order, *follow: Task) -> dict[str, Any]:
    """What is known needs no asking, nor closing; what follows from it is to be done."""
    changes = without(order, lambda task: task.kind in (ASK, CLOSE, LOOK_BACK))
    return changes | doing(*changes["tasks"], *follow)


def with_refund(order: Order, refund: Refund, event: Event) -> Order:
    """The refund as it is now, and what happened to it in the history."""
    refunds = tuple(refund if each.number == refund.number else each for each in order.refunds)
    return replace(order, refunds=refunds, events=(*order.events, event))


def without_refund(order: Order, number: str) -> dict[str, Any]:
    return without(order, lambda task: task.kind == REFUND and task.detail == number)


def refund_task(number: str, now: datetime) -> Task:
    return Task(f"{REFUND}:{number}", REFUND, due=milliseconds(now), detail=number)
