"""The phone that counts beside the person, where a service's rules say so. Pure.

It is what the citizen wrote into the form's first field for a phone, as a keyed digest. An
appointment keeps it: a rule that comes later counts no phone of what was booked before.
"""

from channel_gateway.domain.booking import Rules
from channel_gateway.ports import Answers, Sealing, Terms
from channel_gateway.services.appointment.appointment import Appointment

_PLACE = "appointments.phone"


def written(rules: Rules, answers: Answers, terms: Terms, vault: Sealing) -> str | None:
    """Of a new appointment. None: no phone counts."""
    answer = answers.get(terms.phone or "") if rules.phone_counts else None
    return vault.blind_index(answer, _PLACE) if isinstance(answer, str) else None


def kept(rules: Rules, appointment: Appointment) -> str | None:
    """Of one that is there, as the rules are now. None: no phone counts."""
    return appointment.phone_index if rules.phone_counts else None
