"""An order and its refunds as entries of our books, as they are now. Pure."""

from channel_gateway.domain.days import beijing_text
from payment.order import OPEN, Order, State
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.reconciliation.suspense.item import (
    SuspenseEntry,
    SuspenseEntryKind,
    SuspenseItem,
    outside_number,
)
from payment.refund import Refund, RefundState

_SETTLED = frozenset({State.PAID, State.DISPUTED, State.CONFIRMED, State.RECEIPTED})
_UNDER_WAY = frozenset(
    {RefundState.REQUESTED, RefundState.UNKNOWN, RefundState.PROCESSING, RefundState.ABNORMAL}
)


def payment_entry(order: Order) -> Entry:
    """Without money it is open or closed; with money that settles nothing it is stray."""
    return Entry(
        Movement.PAYMENT,
        order.id,
        "",
        order.transaction or "",
        order.amount_fen,
        beijing_text(order.paid_at or order.created_at),
        _payment_state(order),
        pay_code=order.pay_code,
        unit_code=order.unit_code,
    )


def refund_entry(order: Order, refund: Refund) -> Entry:
    return Entry(
        Movement.REFUND,
        order.id,
        refund.number,
        order.transaction or "",
        refund.amount_fen,
        beijing_text(refund.done_at or refund.asked_at),
        _refund_state(order, refund),
        pay_code=order.pay_code,
        unit_code=order.unit_code,
    )


def taken_out_entry(item: SuspenseItem, entry: SuspenseEntry) -> Entry:
    """Out of the suspense account, when two have agreed, as the account has it now.

    What is given back finance never had; what is identified no bill has under this number.
    """
    approval, number = item.approval(entry.number), outside_number(item, entry)
    identified = entry.kind is SuspenseEntryKind.IDENTIFY
    state = EntryState.STRAY if entry.number in item.done else EntryState.PROCESSING
    return Entry(
        Movement.PAYMENT if identified else Movement.REFUND,
        number if identified else item.order_id,
        "" if identified else number,
        item.transaction,
        -entry.change_fen,
        beijing_text(approval.at if approval else entry.at),
        EntryState.IDENTIFIED if identified else state,
        pay_code=entry.pay_code,
        unit_code=item.unit_code,
    )


def _payment_state(order: Order) -> EntryState:
    if order.state in OPEN:
        return EntryState.OPEN
    if order.transaction is None:
        return EntryState.CLOSED
    booked = order.state in _SETTLED or order.confirmed_at is not None
    return EntryState.DONE if booked else EntryState.STRAY


def _refund_state(order: Order, refund: Refund) -> EntryState:
    """Finance hears of what it had booked alone."""
    if refund.state in _UNDER_WAY:
        return EntryState.PROCESSING
    if not refund.is_done:
        return EntryState.FAILED
    booked = order.confirmed_at is not None
    if refund.by_transfer:
        return EntryState.TRANSFERRED if booked else EntryState.STRAY_TRANSFERRED
    return EntryState.DONE if booked else EntryState.STRAY
