"""Who a citizen says they are: name and identity number, sealed, told once.

Declared, not proven: the finance authority answers only where both match its own record, and wrong
tries are bounded. Proof by real-name check comes with the services.
"""

from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import Collection, DuplicateKey, Index, Sealing, Store

PEOPLE = Collection("people", (Index(("id_index",)),))


class IdentityNotKnown(Conflict):
    """We do not know who this citizen is: let them give name and identity number first."""

    code = "identity_not_known"
    passing = True


class IdentityGiven(Conflict):
    """This citizen has given another identity already; the hall can change it."""

    code = "identity_given"


@dataclass(frozen=True, slots=True)
class Person:
    name: PersonName
    id_number: IdNumber


class KnownPeople:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def declare(self, citizen: str, person: Person, now: datetime) -> Person:
        """Keep who a citizen is; the same again changes nothing. Raises `IdentityGiven`."""
        number = person.id_number.reveal()
        document = {
            "_id": citizen,
            "id_index": self._vault.blind_index(number, "people.id_number"),
            "id_number": self._vault.seal(number, "people.id_number"),
            "name": self._vault.seal(person.name.reveal(), "people.name"),
            "declared_at": milliseconds(now),
        }
        try:
            await self._store.insert(PEOPLE.name, document)
        except DuplicateKey:
            if await self.of(citizen) != person:
                raise IdentityGiven from None
        return person

    async def of(self, citizen: str) -> Person:
        """Raises `IdentityNotKnown`."""
        document = await self._store.get(PEOPLE.name, citizen)
        if document is None:
            raise IdentityNotKnown
        return Person(
            PersonName(self._vault.open(document["name"], "people.name")),
            IdNumber(self._vault.open(document["id_number"], "people.id_number")),
        )
