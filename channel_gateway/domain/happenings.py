"""What citizens are told of, and the words each telling brings. Pure.

A service file says by which of these words a platform's template is filled.
"""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256


class Happening(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"  # by the citizen, or because no fee came
    HALL_CANCELLED = "hall_cancelled"
    REMINDER = "reminder"  # the day before
    PAID = "paid"
    REFUNDED = "refunded"
    REFUND_PROGRESS = "refund_progress"  # how an application for a refund stands
    CASE_CORRECTION = "case_correction"  # 补正
    CASE_DECIDED = "case_decided"  # 办结
    SENT = "sent"  # a courier has it
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_LOCKER = "at_locker"
    NOT_DELIVERED = "not_delivered"
    PROXY_SIGNED = "proxy_signed"  # is it in your hands?
    SIGNED = "signed"
    RETURNED = "returned"
    LOST = "lost"


def telling_id(about: str, *which: str) -> str:
    """Of what is told about a matter: the same however often it is tried, and wherever."""
    return sha256("\n".join((about, *which)).encode()).hexdigest()[:40]


_VISIT = ("service", "starts_at", "hall")
_PARCEL = ("service", "waybill", "courier", "at")

WORDS: Mapping[Happening, tuple[str, ...]] = {
    Happening.BOOKED: _VISIT,
    Happening.MOVED: _VISIT,
    Happening.CANCELLED: _VISIT,
    Happening.HALL_CANCELLED: (*_VISIT, "reason"),
    Happening.REMINDER: _VISIT,
    Happening.PAID: ("service", "amount", "paid_at"),
    Happening.REFUNDED: ("service", "amount", "at"),
    Happening.REFUND_PROGRESS: ("service", "amount", "progress", "at"),
    Happening.CASE_CORRECTION: ("service", "case_no", "at"),
    Happening.CASE_DECIDED: ("service", "case_no", "outcome", "at"),
    Happening.SENT: _PARCEL,
    Happening.OUT_FOR_DELIVERY: _PARCEL,
    Happening.AT_LOCKER: (*_PARCEL, "place"),
    Happening.NOT_DELIVERED: _PARCEL,
    Happening.PROXY_SIGNED: _PARCEL,
    Happening.SIGNED: _PARCEL,
    Happening.RETURNED: (*_PARCEL, "hall"),
    Happening.LOST: _PARCEL,
}
