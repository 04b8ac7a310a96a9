"""Refund cases in the store: add, fetch, change, list. The only writer of `refund_cases`."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    Index,
    MissingDocument,
    Range,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from payment.refund_cases.case import RefundCase
from payment.refund_cases.life import State
from payment.refund_cases.refusals import NoSuchRefundCase

CASES = Collection(
    "refund_cases",
    (
        Index(("open_key",), unique=True),
        Index(("order_id", "applied_at")),
        Index(("waits_until",)),
        Index(("unit_code", "waits_until")),
        Index(("state", "applied_at")),
        Index(("unit_code", "state", "applied_at")),
        *TASKS,
    ),
)
_PAGE = 200

# A change of a case, with what must happen beside it as tasks.
Beside = Callable[[RefundCase, RefundCase], RefundCase]


class Cases:
    def __init__(self, store: Store, beside: Beside = lambda _, after: after) -> None:
        self._store = store
        self._beside = beside

    async def add(self, case: RefundCase) -> RefundCase:
        """Raises `DuplicateKey`: it was added before, or its citizen has an open one."""
        return read(await self._store.insert(CASES.name, to_document(self._beside(case, case))))

    async def get(self, id: str) -> RefundCase:
        """Raises `NoSuchRefundCase`."""
        document = await self._store.get(CASES.name, id)
        if document is None:
            raise NoSuchRefundCase(field="case_id")
        return read(document)

    async def open_one(self, open_key: str) -> RefundCase | None:
        document = await self._store.get_by(CASES.name, "open_key", open_key)
        return read(document) if document else None

    async def of_order(self, order_id: str) -> list[RefundCase]:
        """The newest first; they are bounded, so one page is all."""
        found = await self._store.find(
            CASES.name,
            equal={"order_id": order_id},
            order="applied_at",
            descending=True,
            limit=_PAGE,
        )
        return [read(document) for document in found]

    async def change(self, id: str, change: Callable[[RefundCase], RefundCase]) -> RefundCase:
        """Swap a case for what the pure `change` makes of it; it may be called more than once.

        Raises `NoSuchRefundCase`, and what `change` raises.
        """

        def changed(case: RefundCase) -> RefundCase:
            return self._beside(case, change(case))

        try:
            _, made = await swapped(self._store, CASES, id, RefundCase, changed)
        except MissingDocument:
            raise NoSuchRefundCase(field="case_id") from None
        return made

    def all(self) -> AsyncIterator[RefundCase]:
        """Every case there is."""
        return every(self._store, CASES, RefundCase)

    def changing(self, change: Callable[[RefundCase], RefundCase]) -> Change:
        """A pure change of cases as one of documents, for a reaction to hand back."""

        def changed(document: Document) -> Document:
            before = read(document)
            return to_document(self._beside(before, change(before)))

        return changed

    async def waiting(
        self, unit: str | None, *, before: int | None = None, limit: int, after: Cursor | None
    ) -> list[RefundCase]:
        """What is not over, the one whose day ends first before all; None: of every unit."""
        found = await self._store.find(
            CASES.name,
            equal=_of_unit(unit),
            range=None if before is None else Range("waits_until", high=before),
            order="waits_until",
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    async def in_state(
        self, state: State, unit: str | None, *, limit: int, after: Cursor | None
    ) -> list[RefundCase]:
        """The newest first."""
        found = await self._store.find(
            CASES.name,
            equal=_of_unit(unit, state=state.value),
            order="applied_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    async def applied_between(self, first: datetime, before: datetime) -> AsyncIterator[RefundCase]:
        """Of every unit and state, state by state; within one the oldest first."""
        span = Range("applied_at", low=milliseconds(first), high=milliseconds(before))
        for state in State:
            async for case in every(
                self._store,
                CASES,
                RefundCase,
                equal={"state": state.value},
                range=span,
                order="applied_at",
            ):
                yield case


def _of_unit(unit: str | None, **more: str) -> dict[str, str | int | bool]:
    """No unit: of every one."""
    return {**more} if unit is None else {"unit_code": unit, **more}


def read(document: Document) -> RefundCase:
    return from_document(RefundCase, document)
