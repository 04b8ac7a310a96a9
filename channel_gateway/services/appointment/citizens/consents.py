"""What a citizen agreed to when booking, kept with the appointment, sentence and all. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.ports import Answers, Consent, ConsentOutdated, Terms

WITHDRAWN = "consent_withdrawn"  # in an appointment's history, with the purpose


@dataclass(frozen=True, slots=True)
class GivenConsent(Consent):
    fields: tuple[str, ...] = ()  # of the form, whose answers rest on it alone


def agreed_to(version: str | None, purposes: Collection[str], terms: Terms) -> None:
    """The sentences the citizen saw must be the present ones. Raises `ConsentOutdated`.

    Who agrees to nothing need not say what they saw.
    """
    if version != terms.policy_version and (purposes or version is not None):
        raise ConsentOutdated(field="policy_version")


def given(
    appointment: str,
    terms: Terms,
    purposes: Iterable[str],
    answers: Answers,
    *,
    channel: str,
    now: datetime,
) -> tuple[GivenConsent, ...]:
    """A record for each purpose; which answers rest on it is as the form has it now."""
    return tuple(
        GivenConsent(
            id=f"{appointment}C{number}",
            purpose=purpose,
            sentence=terms.purposes[purpose],
            policy_version=terms.policy_version,
            channel=channel,
            given_at=now,
            about=terms.service_name,
            fields=tuple(name for name in answers if terms.purpose_of.get(name) == purpose),
        )
        for number, purpose in enumerate(purposes)
    )


def appointment_of(consent_id: str) -> str:
    return consent_id.rpartition("C")[0]


def in_force(consents: Iterable[Consent]) -> list[str]:
    """The purposes agreed to and not withdrawn."""
    return [each.purpose for each in consents if each.withdrawn_at is None]


def withdrawn(consents: Iterable[GivenConsent], id: str, now: datetime) -> tuple[GivenConsent, ...]:
    return tuple(
        replace(each, withdrawn_at=now) if each.id == id and each.withdrawn_at is None else each
        for each in consents
    )


def without(answers: Answers, fields: Collection[str]) -> Answers:
    return {name: answer for name, answer in answers.items() if name not in fields}
