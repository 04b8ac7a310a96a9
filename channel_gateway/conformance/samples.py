"""Invented appointments for the checks to tell of. Pure."""

from collections.abc import Mapping
from typing import Any

from channel_gateway.conformance.bench import Place

NOWHERE = Place("CONFORMANCE", "conformance", "2026-03-10T09:30")
ANSWERS = {"kind": "conformance"}
BOOKED, MOVED = "appointment.booked", "appointment.moved"


def appointment(
    number: str, place: Place | None, answers: Mapping[str, str] = ANSWERS, *, version: int = 1
) -> dict[str, Any]:
    where = place or NOWHERE
    return {
        "appointment_id": number,
        "service": where.service,
        "hall": where.hall,
        "slot": where.slot,
        "starts_at": "2026-03-10T01:30:00Z",
        "ends_at": "2026-03-10T02:00:00Z",
        "state": "confirmed",
        "version": version,
        "answers": answers,
    }
