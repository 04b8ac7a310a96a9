"""Erasures in the store: one of a person runs at a time. The only writer of `erasures`."""

from collections.abc import Callable, Iterable
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Collection, Document, DuplicateKey, Index, Store
from channel_gateway.records import swapped
from channel_gateway.service import TASKS
from channel_gateway.services.citizen.erasure import KEPT_FOR, Erasure, done

ERASURES = Collection(
    "erasures", (Index(("running_key",), unique=True), Index(("done_at",)), *TASKS)
)


class Erasures:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, erasure: Erasure, now: datetime) -> Erasure:
        """The one that runs, where one does."""
        try:
            return read(await self._store.insert(ERASURES.name, to_document(erasure)))
        except DuplicateKey:
            running = await self.running(erasure.persons)
            return running or done(erasure, (), now)  # it was done this very moment

    async def running(self, persons: Iterable[str]) -> Erasure | None:
        """Of any of these."""
        for person in dict.fromkeys(persons):
            found = await self._store.get_by(ERASURES.name, "running_key", person)
            if found is not None:
                return read(found)
        return None

    async def purge(self, now: datetime) -> None:
        """Delete those that were done three years ago."""
        before = milliseconds(now - KEPT_FOR)
        await forget_expired(self._store, ERASURES.name, "done_at", before=before)

    async def change(self, id: str, change: Callable[[Erasure], Erasure]) -> Erasure:
        _, made = await swapped(self._store, ERASURES, id, Erasure, change)
        return made


def read(document: Document) -> Erasure:
    return from_document(Erasure, document)
