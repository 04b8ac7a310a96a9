"""Findings in the store. The only writer of `reconciliation_findings`."""

from collections.abc import AsyncIterator, Callable, Container
from dataclasses import replace
from datetime import date, datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Collection, Cursor, DuplicateKey, Index, MissingDocument, Store
from channel_gateway.records import every, swapped
from payment.reconciliation.differences import Difference
from payment.reconciliation.found.finding import (
    Finding,
    finding_id,
    found,
    page_of,
    seen_again,
    vanished,
)

FINDINGS = Collection(
    "reconciliation_findings",
    (
        Index(("page",)),
        Index(("method", "about")),
        Index(("order_id",)),
        Index(("pay_code",)),
        Index(("refund_no",)),
        Index(("transaction",)),
    ),
)
_NUMBERS = ("order_id", "refund_no", "pay_code", "transaction")


class Findings:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, id: str) -> Finding:
        document = await self._store.get(FINDINGS.name, id)
        if document is None:
            raise NotFound("there is no such difference", field="finding_id")
        return from_document(Finding, document)

    async def known(self, difference: Difference, *signed: str) -> Finding | None:
        document = await self._store.get(FINDINGS.name, finding_id(difference, *signed))
        return from_document(Finding, document) if document else None

    async def see(
        self, difference: Difference, entered_on: date, now: datetime, *signed: str
    ) -> Finding:
        """Keep a difference; one that is known stays where it was entered first.

        A neighbouring day that sees the same money tells nothing new: it stays as its own day
        has it.
        """
        id = finding_id(difference, *signed)
        finding = replace(found(difference, entered_on, now), id=id)
        known = await self.known(difference, *signed)
        if known is not None and known.about != difference.day and known.is_there:
            return known
        if known is None:
            try:
                await self._store.insert(FINDINGS.name, to_document(finding))
            except DuplicateKey:
                pass
            else:
                return finding
        return await self.change(finding.id, lambda known: seen_again(known, difference))

    async def change(self, id: str, change: Callable[[Finding], Finding]) -> Finding:
        try:
            _, made = await swapped(self._store, FINDINGS, id, Finding, change)
        except MissingDocument:
            raise NotFound("there is no such difference", field="finding_id") from None
        return made

    async def vanish(self, day: date, method: str, still: Container[str]) -> AsyncIterator[Finding]:
        """Those about a day that are not among these any more; gives what became of them.

        What stands on its report about other days is not for its own matching to find.
        """
        async for each in self.of_page(page_of(day, method)):
            if each.about == day and each.id not in still:
                yield await self.change(each.id, vanished)

    def of_page(self, page: str) -> AsyncIterator[Finding]:
        """Every finding on a day's report."""
        return every(self._store, FINDINGS, Finding, equal={"page": page})

    def about(self, day: date, method: str) -> AsyncIterator[Finding]:
        """Every finding about a day, on whatever report it stands."""
        equal: dict[str, str | int | bool] = {"method": method, "about": day.isoformat()}
        return every(self._store, FINDINGS, Finding, equal=equal)

    def of_order(self, order_id: str) -> AsyncIterator[Finding]:
        return every(self._store, FINDINGS, Finding, equal={"order_id": order_id})

    def of_notice(self, pay_code: str) -> AsyncIterator[Finding]:
        return every(self._store, FINDINGS, Finding, equal={"pay_code": pay_code})

    async def by_number(self, number: str) -> list[Finding]:
        """Those on which a number stands, whoever's it is: a report prints it."""
        found = [
            each
            for name in _NUMBERS
            async for each in every(self._store, FINDINGS, Finding, equal={name: number})
        ]
        return list(dict.fromkeys(found))

    async def listed(
        self, day: date, method: str, *, limit: int, after: Cursor | None
    ) -> list[Finding]:
        """One page of what stands on a day's report."""
        documents = await self._store.find(
            FINDINGS.name, equal={"page": page_of(day, method)}, limit=limit, after=after
        )
        return [from_document(Finding, each) for each in documents]
