"""What the gateway may send, by type, and which members its data must have. Pure.

Members that are not listed are borne, and so are types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_platforms.departments.refusals import Refused

_APPOINTMENT = {
    **dict.fromkeys(("appointment_id", "service", "hall", "slot"), str),
    **dict.fromkeys(("starts_at", "ends_at", "state"), str),
    "version": int,
}
_WITH_ANSWERS = {**_APPOINTMENT, "answers": dict}
_FEE = {"pay_code": str, "order_id": str, "amount_fen": int, "at": str}
_DELIVERY = {
    **dict.fromkeys(("delivery_id", "service", "direction", "state", "goods"), str),
    **dict.fromkeys(("courier", "since"), str),
    "version": int,
}
_SENT = {**_DELIVERY, "waybill": str}
_PLACE = {"service": str, "hall": str}

EVENTS: dict[str, dict[str, type]] = {
    "appointment.booked": _WITH_ANSWERS,
    "appointment.moved": _WITH_ANSWERS,
    "appointment.cancelled": _APPOINTMENT,
    "appointment.checked_in": _APPOINTMENT,
    "appointment.done": _APPOINTMENT,
    "appointment.no_show": _APPOINTMENT,
    "fee.paid": _FEE,
    "fee.refunded": _FEE,
    "fee.paid_elsewhere": {"pay_code": str, "amount_fen": int, "at": str},
    "delivery.requested": _DELIVERY,
    "delivery.waybill": _SENT,
    "delivery.sent": _SENT,
    "delivery.signed": _DELIVERY,
    "delivery.returned": _SENT,
    "delivery.lost": _DELIVERY,
    "delivery.exception": _DELIVERY,
    "delivery.cancelled": _DELIVERY,
    "review.bad": {
        "review_id": str,
        "service": str,
        "level": int,
        "indicators": list,
        "due_on": str,
    },
    "consent.withdrawn": {
        "appointment_id": str,
        "service": str,
        "purpose": str,
        "fields": list,
        "version": int,
    },
    "data.erased": {"appointment_ids": list},
}
QUESTIONS: dict[str, dict[str, type]] = {
    "seat.take": {"key": str, **_PLACE, "slot": str},
    "seat.release": {"key": str},
    "seats.left": {**_PLACE, "day": str},
}
UNKNOWN = "unknown"  # the operation of a type that is in neither table


@dataclass(frozen=True)
class Message:
    type: str
    timestamp: str
    data: Mapping[str, Any]


def read(body: Mapping[str, Any]) -> Message:
    """Read a body's three members, and those its type needs."""
    _check(body, {"type": str, "timestamp": str, "data": dict}, within="")
    message = Message(body["type"], body["timestamp"], body["data"])
    _check(message.data, {**EVENTS, **QUESTIONS}.get(message.type, {}), within="data.")
    return message


def _check(members: Mapping[str, Any], wanted: Mapping[str, type], *, within: str) -> None:
    for name, kind in wanted.items():
        value = members.get(name)
        if not isinstance(value, kind) or isinstance(value, bool) or value == "":
            raise Refused(400, "invalid", f"a {kind.__name__} is needed", field=within + name)
