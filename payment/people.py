"""Who a citizen says they are: name and identity number, sealed.

Declared, not proven: the finance authority answers only where both match its own record. A slip of
the finger may be put right, a few times, until finance has answered with a notice; after that, or
when the tries are used up, an operator may clear it. Proof by real-name check comes with the
services.
"""

from contextlib import suppress
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict, NotFound
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import (
    Collection,
    Document,
    DuplicateKey,
    IdentityNotKnown,
    Index,
    MissingDocument,
    Sealing,
    Store,
)

PEOPLE = Collection("people", (Index(("id_index",)),))
# The first and four corrections. More would be a way to guess who owes what.
MOST_IDENTITIES = 5


class IdentityGiven(Conflict):
    """Another identity was given, and cannot be changed here any more: the hall can clear it."""

    code = "identity_given"
    zh = "您登记的身份信息不能再修改，请带身份证到办事大厅办理更正。"

    def __init__(self, citizen: str) -> None:
        super().__init__(extra={"reference": citizen})  # what the hall is told


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
            "told": 1,  # how many identities this citizen has given
        }

        def correct(before: Document) -> Document | None:
            if self._read(before) == person:
                return None
            if before.get("answered") or before.get("told", 1) >= MOST_IDENTITIES:
                raise IdentityGiven(citizen)
            return document | {"told": before.get("told", 1) + 1}

        try:
            await self._store.insert(PEOPLE.name, document)
        except DuplicateKey:
            await self._store.mutate(PEOPLE.name, citizen, correct)
        return person

    async def answered(self, citizen: str, person: Person) -> None:
        """Finance has a notice for this person: from now on the identity stays."""

        def keep(document: Document) -> Document | None:
            known = document.get("answered") or self._read(document) != person
            return None if known else document | {"answered": True}

        with suppress(MissingDocument):  # cleared meanwhile
            await self._store.mutate(PEOPLE.name, citizen, keep)

    async def clear(self, citizen: str) -> None:
        """Forget who a citizen said they are: they may say it anew. Raises `NotFound`."""
        if not await self._store.delete(PEOPLE.name, citizen):
            raise NotFound("nobody of this reference has given an identity", field="reference")

    async def of(self, citizen: str) -> Person:
        """Raises `IdentityNotKnown`."""
        document = await self._store.get(PEOPLE.name, citizen)
        if document is None:
            raise IdentityNotKnown
        return self._read(document)

    def _read(self, document: Document) -> Person:
        return Person(
            PersonName(self._vault.open(document["name"], "people.name")),
            IdNumber(self._vault.open(document["id_number"], "people.id_number")),
        )
