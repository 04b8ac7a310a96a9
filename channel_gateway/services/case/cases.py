"""Cases in the store: fetch, change, list. The only writer of `cases`."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Range,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from channel_gateway.services.case.case import Case
from channel_gateway.services.case.refusals import NoSuchCase

CASES = Collection(
    "cases",
    (
        Index(("case_id",), unique=True),
        Index(("visit_key",), unique=True),
        Index(("person", "opened_at")),
        Index(("person", "ended_at")),
        *TASKS,
    ),
)
_PAGE = 200


# A change of a case, with what must happen beside it as tasks.
Beside = Callable[[Case, Case], Case]


class Cases:
    def __init__(self, store: Store, beside: Beside = lambda _, after: after) -> None:
        self._store = store
        self._beside = beside

    async def named(self, case_id: str) -> Case:
        """Raises `NoSuchCase`."""
        document = await self._store.get_by(CASES.name, "case_id", case_id)
        if document is None:
            raise NoSuchCase(field="case_id")
        return read(document)

    async def find(self, id: str) -> Case | None:
        document = await self._store.get(CASES.name, id)
        return read(document) if document else None

    async def of_visit(self, visit: str) -> Case | None:
        document = await self._store.get_by(CASES.name, "visit_key", visit)
        return read(document) if document else None

    async def keep(self, blank: Case, change: Callable[[Case], Case]) -> Case:
        """Change the case, which begins as `blank` where nothing was told of it yet.

        An appointment is the key of the first case that came from it alone. Raises what the pure
        `change` raises; it may be called more than once.
        """
        try:
            return await self._keep(blank, change)
        except DuplicateKey as taken:
            if taken.index != "visit_key":
                raise
        return await self._keep(blank, lambda case: replace(change(case), visit_key=case.visit_key))

    async def change(self, id: str, change: Callable[[Case], Case]) -> Case:
        """Raises `NoSuchCase`, `DuplicateKey` and what `change` raises."""

        def changed(case: Case) -> Case:
            return self._beside(case, change(case))

        try:
            _, made = await swapped(self._store, CASES, id, Case, changed)
        except MissingDocument:
            raise NoSuchCase(field="case_no") from None
        return made

    async def of_person(self, person: str, *, limit: int, after: Cursor | None) -> list[Case]:
        """The newest first."""
        found = await self._store.find(
            CASES.name,
            equal={"person": person},
            order="opened_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    def all_of(self, person: str) -> AsyncIterator[Case]:
        """Every case of a person, the newest first."""
        return every(
            self._store, CASES, Case, equal={"person": person}, order="opened_at", descending=True
        )

    async def ended_since(self, person: str, since: datetime) -> list[Case]:
        """At most two hundred, the first to end first."""
        found = await self._store.find(
            CASES.name,
            equal={"person": person},
            range=Range("ended_at", low=milliseconds(since)),
            order="ended_at",
            limit=_PAGE,
        )
        return [read(document) for document in found]

    async def _keep(self, blank: Case, change: Callable[[Case], Case]) -> Case:
        try:
            return await self.change(blank.id, change)
        except NoSuchCase:
            pass
        try:
            first = self._beside(blank, change(blank))
            return read(await self._store.insert(CASES.name, to_document(first)))
        except DuplicateKey as taken:
            if taken.index != "_id":
                raise
        return await self.change(blank.id, change)  # its first messages came at once


def read(document: Document) -> Case:
    return from_document(Case, document)
