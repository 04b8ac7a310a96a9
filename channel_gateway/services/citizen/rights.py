"""What a citizen may ask of all plug-ins together: their consents, and a copy of their data."""

import logging
from datetime import datetime
from typing import Any

from channel_gateway.ports import Accounts, Consent, PersonalData
from channel_gateway.service import Session, Table
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.refusals import NoSuchConsent

log = logging.getLogger(__name__)


class Rights:
    """Offers are looked up when somebody asks, so a plug-in joins by offering `PersonalData`."""

    def __init__(self, table: Table, accounts: Accounts, joining: Joining) -> None:
        self._table = table
        self._accounts = accounts
        self._joining = joining

    async def consents(self, session: Session, now: datetime) -> list[Consent]:
        """The latest first."""
        person = await self._person(session, now)
        found = [
            consent
            for keeper in self._keepers().values()
            for consent in await keeper.consents(person)
        ]
        return sorted(found, key=lambda each: each.given_at, reverse=True)

    async def withdraw(self, session: Session, consent_id: str, now: datetime) -> str:
        """End a consent, whoever keeps it, and say what came of it. Again changes nothing.

        Raises `NoSuchConsent`.
        """
        person = await self._person(session, now)
        for keeper in self._keepers().values():
            says = await keeper.withdraw(person, consent_id, now)
            if says is not None:
                return says
        raise NoSuchConsent(field="consent_id")

    async def export(self, session: Session, now: datetime) -> dict[str, Any]:
        """By plug-in; each bounds its own part."""
        person = await self._person(session, now)
        told = {name: await keeper.export(person) for name, keeper in self._keepers().items()}
        log.info(
            "personal data exported",
            extra={"action": "data_exported", "citizen": session.citizen},
        )
        return told

    async def _person(self, session: Session, now: datetime) -> str:
        """Whose data it is, with all that lay under any of the accounts before its proof."""
        person = await self._accounts.person(session.citizen)
        await self._joining.gather(person, now)
        return person

    def _keepers(self) -> dict[str, PersonalData]:
        return self._table.offered(PersonalData)
