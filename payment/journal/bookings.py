"""What of an order's life belongs into the journal, and how each entry reads. Pure.

Money that came is `payment_received`, whether it settles its notice or is stray: of a day, payments
less `refund_done` is what the platform holds. All else is booking, which moves nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.days import beijing_day, milliseconds
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.ports import ChainEntry
from payment.journal.lines_text import write_lines
from payment.order import Order
from payment.refund import Refund

JOURNAL = "journal"
# A change of an order, with what must happen beside it as tasks.
Beside = Callable[[Order, Order], Order]


class Booking(StrEnum):
    PAYMENT_RECEIVED = "payment_received"
    STRAY = "stray"  # the payment settles nothing: it is going back
    CONFIRMED = "confirmed"  # finance has booked it
    RECEIPTED = "receipted"
    REFUND_REQUESTED = "refund_requested"
    REFUND_DONE = "refund_done"
    REFUND_TRANSFERRED = "refund_transferred"  # by finance: the platform moved nothing
    REFUND_FAILED = "refund_failed"  # it moved nothing, and its number is spent
    RED_RECEIPT = "red_receipt"  # 冲红: the receipt is reversed, whole or in part


_OF_A_REFUND = frozenset(
    {
        Booking.REFUND_REQUESTED,
        Booking.REFUND_DONE,
        Booking.REFUND_TRANSFERRED,
        Booking.REFUND_FAILED,
        Booking.RED_RECEIPT,
    }
)


def journalled(before: Order, after: Order) -> Order:
    """`after`, with a task for whatever is new in it for the journal."""
    due = milliseconds(after.events[-1].at) if after.events else 0
    tasks = [
        Task(f"{JOURNAL}:{what}:{number}", JOURNAL, due=due, detail=f"{what}:{number}")
        for what, number in happened(before, after)
    ]
    return with_tasks(after, *tasks) if tasks else after


def written_down(beside: Beside) -> Beside:
    """What happens beside a change, and the journal told of all of it."""
    return lambda before, after: journalled(before, beside(before, after))


def happened(before: Order, after: Order) -> Iterator[tuple[Booking, str]]:
    """What the journal does not know yet, each with the refund's number if it is of one."""
    if before.transaction is None and after.transaction is not None:
        yield Booking.PAYMENT_RECEIVED, ""
    if before.stray_reason is None and after.stray_reason is not None:
        yield Booking.STRAY, ""
    if before.confirmed_at is None and after.confirmed_at is not None:
        yield Booking.CONFIRMED, ""
    if before.receipt is None and after.receipt is not None:
        yield Booking.RECEIPTED, ""
    for refund in after.refunds:
        if refund.short:
            continue  # nothing was ever reserved
        was = before.refund(refund.number)
        if was is None:
            yield Booking.REFUND_REQUESTED, refund.number
        if refund.is_done and not (was and was.is_done):
            by_transfer = refund.by_transfer
            done = Booking.REFUND_TRANSFERRED if by_transfer else Booking.REFUND_DONE
            yield done, refund.number
        if refund.is_void and not (was and was.is_void):
            yield Booking.REFUND_FAILED, refund.number
        if refund.red_receipt and not (was and was.red_receipt):
            yield Booking.RED_RECEIPT, refund.number


def booked(order: Order, detail: str, *, merchant: str) -> ChainEntry:
    """The entry of a task's detail. Raises `NotFound` when nothing of it is in the order."""
    word, _, number = detail.partition(":")
    what = Booking(word)
    refund = order.refund(number) if what in _OF_A_REFUND else None
    at = _moment(order, what, refund)
    if at is None:
        raise NotFound(f"the order has no {what}", field="order_id")
    amount_fen = order.amount_fen if refund is None else refund.amount_fen
    late_fee_fen = order.late_fee_fen if refund is None else 0
    return ChainEntry(
        key=key_of(order, what, number),
        what=what.value,
        group=stray_of(order.method) if what is Booking.STRAY else order.method,
        day=beijing_day((order.paid_at or at) if what is Booking.STRAY else at),
        at=at,
        fields={
            "order_id": order.id,
            "refund_no": number,
            "transaction": order.transaction or "",
            "pay_code": order.pay_code,
            "unit_code": order.unit_code,
            "amount_fen": amount_fen,
            "late_fee_fen": late_fee_fen,
            "merchant": merchant,
            "stray": order.stray_reason.value if order.stray_reason else "",
            "lines": write_lines(order.lines),
        },
    )


def stray_of(method: str) -> str:
    """The group of a method's stray payments, on the days of the payments."""
    return f"{method}|stray"


def all_happened(order: Order) -> Iterator[tuple[Booking, str]]:
    """What the journal should know of an order by now, each with the refund's number if any."""
    bare = replace(
        order, transaction=None, stray_reason=None, confirmed_at=None, receipt=None, refunds=()
    )
    return happened(bare, order)


def all_booked(order: Order, *, merchant: str) -> list[ChainEntry]:
    """Every entry an order should have in the journal by now, save what it has no moment of."""
    entries: list[ChainEntry] = []
    for what, number in all_happened(order):
        with suppress(NotFound):
            entries.append(booked(order, f"{what}:{number}", merchant=merchant))
    return entries


def key_of(order: Order, what: Booking, number: str) -> str:
    """Under which an entry is in the journal, once."""
    return f"{order.id}|{what}|{number}"


def _moment(order: Order, what: Booking, refund: Refund | None) -> datetime | None:
    match what:
        case Booking.PAYMENT_RECEIVED:
            return order.paid_at
        case Booking.CONFIRMED:
            return order.confirmed_at
        case Booking.STRAY:
            return _last(order, frozenset({what.value}))
        case Booking.RECEIPTED:
            # Orders of older versions do not note a receipt that came after their money was back.
            issued_at = order.receipt.issued_at if order.receipt else None
            return _last(order, frozenset({what.value})) or issued_at
    if refund is None:
        return None
    if what is Booking.REFUND_REQUESTED:
        return refund.asked_at
    if what in (Booking.REFUND_DONE, Booking.REFUND_TRANSFERRED):
        return refund.done_at
    if what is Booking.RED_RECEIPT:
        return refund.red_receipt.issued_at if refund.red_receipt else None
    return _last(order, frozenset({"refund_closed", "refund_refused"}), refund.number)


def _last(order: Order, whats: frozenset[str], note: str | None = None) -> datetime | None:
    found = [
        event.at
        for event in order.events
        if event.what in whats and (note is None or event.note == note)
    ]
    return found[-1] if found else None
