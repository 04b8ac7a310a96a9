"""Who is behind an account, sealed. The only writer of `people`; a `People` for everybody else."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import (
    Collection,
    DuplicateKey,
    IdentityNotKnown,
    Index,
    MissingDocument,
    Sealing,
    Store,
)
from channel_gateway.records import swapped
from channel_gateway.service import TASKS
from channel_gateway.services.citizen.identity import Identity, answered, corrected, proven

PEOPLE = Collection("people", (Index(("id_index",)), *TASKS))
_MOST = 100  # accounts that gave one number


class KnownPeople:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def declare(self, citizen: str, person: Person, now: datetime) -> Person:
        """Keep who a citizen is; the same again changes nothing. Raises `IdentityGiven`."""
        given = self._identity(citizen, person, now)
        try:
            await self._store.insert(PEOPLE.name, to_document(given))
        except DuplicateKey:
            await self._change(citizen, lambda before: corrected(before, given))
        return person

    async def answered(self, citizen: str, person: Person) -> None:
        """Finance has a notice for this person: from now on the identity stays."""
        stamp = self.stamp(person)
        with suppress(MissingDocument):  # cleared meanwhile
            await self._change(citizen, lambda identity: answered(identity, stamp))

    async def prove(
        self, citizen: str, *, stamp: str, proof: str, channel: str, now: datetime
    ) -> Identity | None:
        """Take in that a platform has proven the identity of this stamp, if it still is that.

        The swap of this one document decides; again changes nothing. None: another, or cleared.
        """
        with suppress(MissingDocument):
            known = await self._change(
                citizen, lambda identity: proven(identity, stamp, proof, channel, now)
            )
            return known if known.is_proven and known.stamp == stamp else None
        return None

    async def clear(self, citizen: str) -> None:
        """Forget who a citizen said they are: they may say it anew. Raises `NotFound`."""
        if not await self.forget(citizen):
            raise NotFound("nobody of this reference has given an identity", field="reference")

    async def forget(self, citizen: str) -> bool:
        return await self._store.delete(PEOPLE.name, citizen)

    async def of(self, citizen: str) -> Person:
        """Of an account, or of a person whose name is proven. Raises `IdentityNotKnown`."""
        identity = await self.identity(citizen) or await self._of_person(citizen)
        if identity is None:
            raise IdentityNotKnown
        return self.read(identity)

    async def proven(self, citizen: str) -> Person | None:
        """As a platform has proven it by the citizen's face; None: not yet."""
        identity = await self.identity(citizen)
        return self.read(identity) if identity is not None and identity.is_proven else None

    async def identity(self, citizen: str) -> Identity | None:
        document = await self._store.get(PEOPLE.name, citizen)
        return None if document is None else from_document(Identity, document)

    def read(self, identity: Identity) -> Person:
        return Person(
            PersonName(self._vault.open(identity.name, "people.name")),
            IdNumber(self._vault.open(identity.id_number, "people.id_number")),
        )

    def stamp(self, person: Person) -> str:
        """The same for the same number and name."""
        both = f"{person.id_number.reveal()}\n{person.name.reveal()}"
        return self._vault.blind_index(both, "people.identity")

    async def _of_person(self, person: str) -> Identity | None:
        """As the last of the person's accounts has proven it."""
        found = await self._store.find(PEOPLE.name, equal={"id_index": person}, limit=_MOST)
        known = [from_document(Identity, document) for document in found]
        proven = [each for each in known if each.proven_at is not None]
        return max(proven, key=lambda each: each.proven_at or each.declared_at, default=None)

    def _identity(self, citizen: str, person: Person, now: datetime) -> Identity:
        number = person.id_number.reveal()
        return Identity(
            id=citizen,
            id_index=self._vault.blind_index(number, "people.id_number"),
            id_number=self._vault.seal(number, "people.id_number"),
            name=self._vault.seal(person.name.reveal(), "people.name"),
            stamp=self.stamp(person),
            declared_at=now,
        )

    async def _change(self, citizen: str, change: Callable[[Identity], Identity]) -> Identity:
        _, made = await swapped(self._store, PEOPLE, citizen, Identity, change)
        return made
