"""What is kept about people in their cases: handed out, and unlinked as the law asks."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.ports import Consent, Sealing, ServiceCatalogue
from channel_gateway.services.case.case import ENDED, Case
from channel_gateway.services.case.cases import Cases
from channel_gateway.services.case.places import NAME
from channel_gateway.services.case.views import Views

_MOST_EXPORTED = 1000
_KEPT = "办件记录：依法须归档保存，已与您解除关联，不再用于其他用途"


class CaseData:
    """`PersonalData` of cases."""

    def __init__(
        self, cases: Cases, catalogue: ServiceCatalogue, views: Views, vault: Sealing
    ) -> None:
        self._cases = cases
        self._catalogue = catalogue
        self._views = views
        self._vault = vault

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        """Cases that came from the account's appointments are the person's from now on."""
        async for case in self._cases.all_of(account):
            await self._cases.change(case.id, lambda current: adopted(current, account, person))

    async def export(self, person: str) -> dict[str, Any]:
        """The newest first, at most a thousand; `more` says whether there are others."""
        told: list[dict[str, Any]] = []
        async for case in self._cases.all_of(person):
            if len(told) == _MOST_EXPORTED:
                return {"cases": told, "more": True}
            told.append(await self._exported(case))
        return {"cases": told, "more": False}

    async def open_matters(self, person: str) -> list[str]:
        return [
            f"办理中的办件 {case.case_no}（{await self._name(case)}）"
            async for case in self._cases.all_of(person)
            if case.state not in ENDED
        ]

    async def erase(self, person: str, now: datetime) -> list[str]:
        """A department's record stays, unlinked from the person and used for nothing more."""
        async for case in self._cases.all_of(person):
            await self._cases.change(case.id, lambda current: unlinked(current, person, now))
        return [_KEPT]

    async def consents(self, person: str) -> list[Consent]:
        return []

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        return None

    async def _exported(self, case: Case) -> dict[str, Any]:
        shown = self._views.detail(case, await self._name(case)).model_dump(mode="json")
        belongs = case.belongs
        sealed = None if belongs is None else belongs.name
        return shown | {"applicant": self._vault.open(sealed, NAME) if sealed else ""}

    async def _name(self, case: Case) -> str:
        return await self._catalogue.name(case.service) or case.service_name or case.service


def adopted(case: Case, account: str, person: str) -> Case:
    """The account's case as the person's. Pure."""
    if case.person != account or case.belongs is None:
        return case
    return replace(case, person=person, belongs=replace(case.belongs, person=person))


def unlinked(case: Case, person: str, now: datetime) -> Case:
    """The person's case as nobody's, for good. Pure.

    What was begun after `now` is a new citizen's, and what has not ended must end first.
    """
    if case.person != person or case.state not in ENDED or case.opened_at > now:
        return case
    return replace(
        case,
        person=None,
        belongs=None,
        visit=None,
        visit_key=None,
        steps=tuple(replace(step, visit=None) for step in case.steps),
        erased_at=now,
    )
