"""How the money journal has the suspense account: entries, approvals, and what came of them.

None of it is a movement of a fee, so it stands in a group of its own beside the method's.
"""

from collections.abc import Mapping
from datetime import datetime

from channel_gateway.domain.days import beijing_day, beijing_text
from channel_gateway.ports import ChainEntry, Link
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.reconciliation.suspense.item import (
    SuspenseApproval,
    SuspenseEntry,
    SuspenseEntryKind,
    SuspenseItem,
    outside_number,
)

# The first is written behind its commit; nothing goes out before the second, nor is gone before
# the third.
ENTERED, APPROVED, DONE = "suspense entry", "suspense approval", "suspense done"


def group_of(method: str) -> str:
    return f"suspense|{method}"


def key_of(item_id: str, number: int, what: str = ENTERED) -> str:
    return f"suspense|{item_id}|{number}{_KEYS[what]}"


def entered(item: SuspenseItem, entry: SuspenseEntry) -> ChainEntry:
    """With the name of who entered it; the reason stays sealed, and apart."""
    return _written(item, entry, ENTERED, entry.at, {})


def approved(item: SuspenseItem, entry: SuspenseEntry, approval: SuspenseApproval) -> ChainEntry:
    """Who asked, and who approved it."""
    return _written(item, entry, APPROVED, approval.at, {"approved_by": approval.by})


def done(item: SuspenseItem, entry: SuspenseEntry, at: datetime) -> ChainEntry:
    """Finance has booked it, or the platform has given it back, at this moment."""
    approval = item.approval(entry.number)
    return _written(item, entry, DONE, at, {"approved_by": approval.by if approval else ""})


def taken_out(link: Link) -> Entry | None:
    """What went out of the account, as our books have it; None: this entry says nothing of that."""
    if link.what != DONE:
        return None
    identified = link.fields["kind"] == SuspenseEntryKind.IDENTIFY.value
    number = str(link.fields["outside_number"])
    return Entry(
        Movement.PAYMENT if identified else Movement.REFUND,
        number if identified else str(link.fields["order_id"]),
        "" if identified else number,
        str(link.fields["transaction"]),
        -int(link.fields["change_fen"]),
        beijing_text(link.at),
        EntryState.IDENTIFIED if identified else EntryState.STRAY,
        pay_code=str(link.fields["pay_code"]),
        unit_code=str(link.fields["unit_code"]),
    )


def _written(
    item: SuspenseItem, entry: SuspenseEntry, what: str, at: datetime, more: Mapping[str, str]
) -> ChainEntry:
    return ChainEntry(
        key=key_of(item.id, entry.number, what),
        what=what,
        group=group_of(item.method),
        day=beijing_day(at),
        at=at,
        fields={
            "item": item.id,
            "number": entry.number,
            "kind": entry.kind.value,
            "change_fen": entry.change_fen,
            "about": item.about.isoformat(),
            "method": item.method,
            "order_id": item.order_id,
            "transaction": item.transaction,
            "unit_code": item.unit_code,
            "pay_code": entry.pay_code,
            "reverses": entry.reverses,
            "outside_number": outside_number(item, entry),
            "by": entry.by,
            **more,
        },
    )


_KEYS: Mapping[str, str] = {ENTERED: "", APPROVED: "|approved", DONE: "|done"}
