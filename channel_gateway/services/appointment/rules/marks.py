"""What counts beside the person, where the rules say so: identity number, phone. Pure.

It is what the citizen wrote into the form's first field for it, as a keyed digest. An appointment
keeps it: a rule that comes later counts nothing of what was booked before.
"""

from collections.abc import Iterator
from typing import Any

from channel_gateway.domain.booking import Rules
from channel_gateway.ports import Answers, Sealing, Terms
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.rules.subjects import (
    ID_NUMBER,
    MARKS,
    PERSON,
    PHONE,
    Counted,
    Subject,
)

Marks = tuple[Counted, ...]


def written(rules: Rules, answers: Answers, terms: Terms, vault: Sealing) -> Marks:
    """Of a new appointment."""
    fields = {ID_NUMBER: terms.own_id, PHONE: terms.phone}
    return tuple(
        Counted(mark, vault.blind_index(answer, f"appointments.{mark.prefix}"))
        for mark in _counting(rules)
        if isinstance(answer := answers.get(fields[mark] or ""), str)
    )


def noted(marks: Marks) -> dict[str, Any]:
    """As an appointment keeps them."""
    return {mark.index: who for mark, who in marks}


def kept(rules: Rules, appointment: Appointment) -> Marks:
    """Of one that is there, as the rules are now."""
    counting = tuple(_counting(rules))
    return tuple(each for each in all_kept(appointment) if each.of in counting)


def all_kept(appointment: Appointment) -> Marks:
    """Of one that is there, as the rules were."""
    found = ((mark, getattr(appointment, mark.index)) for mark in MARKS)
    return tuple(Counted(mark, who) for mark, who in found if who is not None)


def counted(appointment: Appointment, marks: Marks) -> Marks:
    """The person first."""
    return (Counted(PERSON, appointment.person), *marks)


def of_service(appointment: Appointment) -> dict[Subject, str]:
    """`who|service` of each that is counted: what a stop follows from."""
    found = counted(appointment, all_kept(appointment))
    return {subject: f"{who}|{appointment.service}" for subject, who in found}


def _counting(rules: Rules) -> Iterator[Subject]:
    if rules.id_counts:
        yield ID_NUMBER
    if rules.phone_counts:
        yield PHONE
