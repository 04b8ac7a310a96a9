"""Invented appointments for the checks to tell of. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from channel_gateway.conformance.bench import Bench, Message
from channel_gateway.domain.days import rfc3339
from channel_gateway.standard_webhooks import Secret

ANSWERS = {"kind": "conformance"}
BOOKED, MOVED = "appointment.booked", "appointment.moved"
WITHDRAWN = "consent.withdrawn"
_HALF_AN_HOUR = timedelta(minutes=30)


def booked(
    bench: Bench,
    answers: Mapping[str, str] = ANSWERS,
    *,
    secrets: Sequence[Secret] = (),
    off_s: int = 0,
) -> Message:
    """A new appointment, told of `off_s` seconds from now."""
    data = appointment(bench, new_number(bench), answers)
    return bench.message(BOOKED, data, secrets=secrets, off_s=off_s)


def new_number(bench: Bench) -> str:
    return f"conformance-{bench.randomness.token(12)}"


def strangers_secret(bench: Bench) -> Secret:
    return Secret(bench.randomness.token(32).encode())


def appointment(
    bench: Bench, number: str, answers: Mapping[str, str] = ANSWERS, *, version: int = 1
) -> dict[str, Any]:
    where = bench.back_end.about
    return {
        "appointment_id": number,
        "service": where.service,
        "hall": where.hall,
        "slot": where.slot,
        "starts_at": rfc3339(where.starts_at),
        "ends_at": rfc3339(where.starts_at + _HALF_AN_HOUR),
        "state": "confirmed",
        "version": version,
        "answers": answers,
    }


def withdrawn(bench: Bench, number: str, *fields: str) -> Message:
    """The consent on which these answers of an appointment rested is no more."""
    data = {
        "appointment_id": number,
        "service": bench.back_end.about.service,
        "purpose": "conformance",
        "fields": list(fields),
        "version": 2,
    }
    return bench.message(WITHDRAWN, data)
