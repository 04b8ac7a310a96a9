"""What paying does to an appointment: held until paid, then confirmed, else let go. Pure.

The money of one order is kept for it, or none. Whoever asks twice gets the same answer.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import Task, doing, with_tasks, without
from channel_gateway.ports import FeeEnd, FeeEnding
from channel_gateway.services.appointment.appointment import (
    Appointment,
    Event,
    State,
    Trigger,
    step,
)
from channel_gateway.services.appointment.life import (
    END_OF_DAY,
    NOT_COME,
    WITHOUT_PLACE,
    held_back,
    watching,
)
from channel_gateway.services.appointment.prepaid.fee import (
    ELSEWHERE,
    ISSUE_FEE,
    LET_GO,
    SETTLE_FEE,
    Fee,
    over,
)
from channel_gateway.services.appointment.refusals import TooLateToPay

# Nobody is hurried more than that, elderly people least (MIIT, rules for apps, 2021).
SHORTEST_HOLD = timedelta(minutes=5)
# The call that books asks finance itself; the worker goes on where that gets no answer.
_WORKER_AFTER = timedelta(seconds=5)
_OWN = frozenset({ISSUE_FEE, LET_GO, SETTLE_FEE, NOT_COME, END_OF_DAY})


def held_until(starts_at: datetime, now: datetime, hold: timedelta) -> datetime:
    """Raises `TooLateToPay`: the slot begins before anybody could have paid."""
    until = min(now + hold, starts_at)
    if until - now < SHORTEST_HOLD:
        raise TooLateToPay(field="slot")
    return until


def held(draft: Appointment, fee: Fee, until: datetime, now: datetime) -> Appointment:
    """A new appointment: the place is kept until then, and let go unless the fee is paid."""
    return replace(
        draft,
        state=State.HELD,
        events=(Event(now, State.HELD.value),),
        held_until=until,
        fee=fee,
        **doing(
            Task(ISSUE_FEE, ISSUE_FEE, due=milliseconds(now + _WORKER_AFTER)),
            Task(LET_GO, LET_GO, due=milliseconds(until)),
        ),
    )


def noticed(appointment: Appointment, pay_code: str) -> Appointment:
    """Finance has made the notice."""
    if appointment.fee is None or appointment.fee_code is not None:
        return appointment
    return replace(
        appointment,
        fee_code=pay_code,
        fee=replace(appointment.fee, draft=None),
        **without(appointment, lambda task: task.kind == ISSUE_FEE),
    )


def waits_for_money(appointment: Appointment) -> bool:
    """A place is kept, and nobody's money for it."""
    fee = appointment.fee
    kept = appointment.state in (State.HELD, State.CONFIRMED)
    return kept and fee is not None and fee.paid_by is None


def keeps(appointment: Appointment, order_id: str) -> bool:
    return appointment.fee is not None and appointment.fee.paid_by == order_id


def paid(
    appointment: Appointment, order_id: str, now: datetime, *, grace: timedelta
) -> Appointment:
    """Keep this order's money, if it is waited for; `keeps` says whether it is kept then.

    A slot that has begun while it was unknown whether somebody had paid is nobody's any more.
    """
    fee = appointment.fee
    if fee is None or not waits_for_money(appointment):
        return appointment
    fee = replace(fee, paid_by=order_id)
    if appointment.state is State.CONFIRMED:  # the money before it went back
        return replace(appointment, fee=fee, **without(appointment, _is_let_go))
    if now >= appointment.starts_at:
        return appointment
    appointment = replace(appointment, **without(appointment, _is_own))
    return step(
        appointment,
        Trigger.CONFIRM,
        now,
        fee=fee,
        held_until=None,
        quota_hold=None,
        **doing(*appointment.tasks, *watching(appointment.ends_at, grace)),
    )


def ended(
    appointment: Appointment, end: FeeEnd, now: datetime, *, grace: timedelta, back: datetime | None
) -> Appointment:
    """The notice has ended: whoever has paid has the place, else nobody has."""
    if not waits_for_money(appointment):
        return appointment
    if end.how is FeeEnding.VOID:
        return lapsed(appointment, now, back=back)
    by = ELSEWHERE if end.money is None else end.money.order_id
    kept = paid(appointment, by, now, grace=grace)
    if keeps(kept, by):
        return kept
    gone = lapsed(appointment, now, back=back)
    return replace(gone, **over(gone.fee, now))


def lapsed(appointment: Appointment, now: datetime, *, back: datetime | None) -> Appointment:
    """Shares are free, the place is or from `back` on; the hold counts, if it could be paid."""
    if not waits_for_money(appointment) or appointment.fee is None:
        return appointment
    gone = step(
        appointment,
        Trigger.LAPSE,
        now,
        fee=replace(appointment.fee, is_over=True),
        quota_hold=appointment.quota_hold if appointment.fee_code else None,
        **WITHOUT_PLACE,
        **without(appointment, _is_own),
    )
    return held_back(gone, appointment, back, now)


def withdrawn(appointment: Appointment, now: datetime, *, back: datetime | None) -> Appointment:
    """By the citizen, who has not paid, or wants no other slot after the hall cancelled.

    Neither counts as a cancellation. What is paid and confirmed is left as it is.
    """
    fee = appointment.fee
    if appointment.state is State.HELD:
        end = over(fee, now, was_due=appointment.seat_asked is None)
        gone = step(appointment, Trigger.CANCEL, now, **WITHOUT_PLACE, **end)
        return held_back(gone, appointment, back, now)
    if appointment.state is State.CANCELLED_BY_HALL and fee is not None and fee.is_kept:
        events = (*appointment.events, Event(now, "fee_given_up"))
        return replace(appointment, events=events, **over(fee, now))
    return appointment


def no_longer_kept(appointment: Appointment, now: datetime) -> Appointment:
    """The hall cancelled, and no other slot was taken in time: nothing can be moved any more."""
    fee = appointment.fee
    if appointment.state is not State.CANCELLED_BY_HALL or fee is None or fee.is_over:
        return appointment
    events = (*appointment.events, Event(now, "fee_no_longer_kept"))
    return replace(appointment, events=events, fee=replace(fee, is_over=True))


def money_returned(appointment: Appointment, order_id: str, now: datetime) -> Appointment:
    """All of an order's money went back: a place that relied on it is let go.

    Finance may have its notice as owed again: it is withdrawn, if nobody has the place.
    """
    fee = appointment.fee
    if fee is None or not keeps(appointment, order_id):
        return appointment if fee is None or not fee.is_over else _settled_again(appointment, now)
    fee = replace(fee, paid_by=None, is_returned=True)
    events = (*appointment.events, Event(now, "fee_returned", order_id))
    appointment = replace(appointment, events=events, fee=fee)
    if appointment.state is State.CONFIRMED:
        return with_tasks(appointment, Task(LET_GO, LET_GO, due=milliseconds(now)))
    if fee.is_over:
        return _settled_again(appointment, now)
    if appointment.state is State.CANCELLED_BY_HALL:
        return replace(appointment, **over(fee, now))
    return appointment


def _settled_again(appointment: Appointment, now: datetime) -> Appointment:
    return with_tasks(appointment, Task(SETTLE_FEE, SETTLE_FEE, due=milliseconds(now)))


def _is_own(task: Task) -> bool:
    """What is to be done about place and fee; what others are to be told is theirs."""
    return task.kind in _OWN


def _is_let_go(task: Task) -> bool:
    return task.kind == LET_GO
