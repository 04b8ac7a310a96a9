"""The two consents to a delivery, each kept with the sentence the citizen saw. Pure.

PIPL art. 23: handing a person's data to a courier wants a consent of its own.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from channel_gateway.ports import Consent, ConsentMissing, ConsentOutdated, Deliverable

ADDRESS, COURIER = "address", "courier"


def agreed_to(version: str, purposes: Collection[str], deliverable: Deliverable) -> None:
    """All of the present sentences. Raises `ConsentOutdated`, `ConsentMissing`."""
    if version != deliverable.policy_version:
        raise ConsentOutdated(field="policy_version")
    for purpose in deliverable.sentences:
        if purpose not in purposes:
            raise ConsentMissing(field="consents", extra={"purpose": purpose})


def given(
    delivery: str, deliverable: Deliverable, *, channel: str, now: datetime
) -> tuple[Consent, ...]:
    """A record for each purpose."""
    return tuple(
        Consent(
            id=f"{delivery}C{number}",
            purpose=purpose,
            sentence=sentence,
            policy_version=deliverable.policy_version,
            channel=channel,
            given_at=now,
            about=deliverable.service_name,
        )
        for number, (purpose, sentence) in enumerate(deliverable.sentences.items())
    )


def hold(consents: Iterable[Consent]) -> bool:
    """Whether all still stand: a citizen's data is given to nobody new after one is withdrawn."""
    return all(each.withdrawn_at is None for each in consents)


def delivery_of(consent_id: str) -> str:
    return consent_id.rpartition("C")[0]


def withdrawn(consents: Iterable[Consent], id: str, now: datetime) -> tuple[Consent, ...]:
    return tuple(
        replace(each, withdrawn_at=now) if each.id == id and each.withdrawn_at is None else each
        for each in consents
    )
