"""An appointment as it stands in its citizen's copy: all of it, in the clear. Pure."""

from typing import Any

from channel_gateway.domain.days import rfc3339
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.citizens.consents import GivenConsent
from channel_gateway.services.appointment.prepaid.fee import Fee


def exported(appointment: Appointment, answers: dict[str, Any]) -> dict[str, Any]:
    return {
        "appointment_id": appointment.id,
        "service": appointment.service,
        "service_name": appointment.service_name,
        "hall": appointment.hall,
        "hall_name": appointment.hall_name,
        "hall_address": appointment.hall_address,
        "slot": appointment.slot,
        "starts_at": rfc3339(appointment.starts_at),
        "ends_at": rfc3339(appointment.ends_at),
        "state": appointment.state.value,
        "created_at": rfc3339(appointment.created_at),
        "answers": answers,
        "consents": [_consent(each) for each in appointment.consents],
        "ticket": appointment.ticket,
        "fee": appointment.fee and _fee(appointment.fee, appointment.fee_code),
        "reason": appointment.reason,
        "events": [
            {"at": rfc3339(each.at), "what": each.what, "note": each.note}
            for each in appointment.events
        ],
    }


def _consent(consent: GivenConsent) -> dict[str, Any]:
    return consent.told() | {"fields": list(consent.fields)}


def _fee(fee: Fee, pay_code: str | None) -> dict[str, Any]:
    return {"pay_code": pay_code, "total_fen": fee.total_fen, "paid_by": fee.paid_by}
