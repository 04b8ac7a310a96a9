"""The suspense account in the store: sums by case, balances derived, entries appended."""

from collections.abc import Callable
from datetime import date

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.ports import (
    Clock,
    Collection,
    Cursor,
    DuplicateKey,
    Index,
    Member,
    MissingDocument,
    Sealing,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from payment.reconciliation.cases.case import ReasonNeeded
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.suspense.item import (
    OUT,
    SuspenseEntry,
    SuspenseEntryKind,
    SuspenseItem,
    added,
    only_grew,
)

SUSPENSE = Collection(
    "suspense_items",
    (Index(("live",)), Index(("method", "about")), *TASKS),
)
_PLACE = "suspense_items.reason"


class SuspenseAccount:
    def __init__(self, store: Store, vault: Sealing, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    async def of(self, id: str) -> SuspenseItem | None:
        document = await self._store.get(SUSPENSE.name, id)
        return from_document(SuspenseItem, document) if document else None

    async def get(self, id: str) -> SuspenseItem:
        item = await self.of(id)
        if item is None:
            raise NotFound("nothing of this case lies in the suspense account", field="item_id")
        return item

    async def enter(self, finding: Finding, member: Member, reason: str) -> SuspenseItem:
        """The finding's money goes in, once; again changes nothing."""
        amount_fen = finding.channel_fen or 0
        if amount_fen <= 0:
            raise Invalid("no money of this came through the channel", field="case_id")
        item = SuspenseItem(
            id=finding.id,
            method=finding.method,
            about=finding.about,
            unit_code=finding.unit_code,
            order_id=finding.order_id,
            transaction=finding.transaction,
            entered_at=self._clock.now(),
        )
        entry = self._entry(SuspenseEntryKind.ENTER, amount_fen, member, reason)
        item = added(item, entry, self._clock.now())
        try:
            await self._store.insert(SUSPENSE.name, to_document(item))
        except DuplicateKey:
            return await self.get(finding.id)
        return item

    async def correct(
        self,
        id: str,
        kind: SuspenseEntryKind,
        member: Member,
        reason: str,
        *,
        amount_fen: int = 0,
        pay_code: str = "",
        reverses: int = 0,
    ) -> SuspenseItem:
        """Add a correction entry. Raises `SuspenseOverdrawn`, `NotReversible`, `ReasonNeeded`."""
        change = -amount_fen if kind in OUT else amount_fen
        entry = self._entry(kind, change, member, reason, pay_code=pay_code, reverses=reverses)
        return await self.change(id, lambda item: added(item, entry, self._clock.now()))

    async def change(self, id: str, change: Callable[[SuspenseItem], SuspenseItem]) -> SuspenseItem:
        """Swap a sum; what was entered before stays as it was entered."""
        try:
            _, made = await swapped(
                self._store, SUSPENSE, id, SuspenseItem, lambda item: only_grew(item, change(item))
            )
        except MissingDocument:
            raise NotFound(
                "nothing of this lies in the suspense account", field="item_id"
            ) from None
        return made

    async def listed(self, method: str, *, limit: int, after: Cursor | None) -> list[SuspenseItem]:
        """One page of the sums that are not cleared yet."""
        documents = await self._store.find(
            SUSPENSE.name, equal={"live": method}, limit=limit, after=after
        )
        return [from_document(SuspenseItem, each) for each in documents]

    async def balance_fen(self, method: str) -> int:
        """What lies in the account by one payment method, added up anew each time."""
        live = every(self._store, SUSPENSE, SuspenseItem, equal={"live": method})
        return sum([item.balance_fen async for item in live])

    async def of_day(self, day: date, method: str) -> list[SuspenseItem]:
        found = every(
            self._store, SUSPENSE, SuspenseItem, equal={"method": method, "about": day.isoformat()}
        )
        return [item async for item in found]

    def reason(self, entry: SuspenseEntry) -> str:
        return self._vault.open(entry.reason, _PLACE) if entry.reason else ""

    def _entry(
        self,
        kind: SuspenseEntryKind,
        change_fen: int,
        member: Member,
        reason: str,
        *,
        pay_code: str = "",
        reverses: int = 0,
    ) -> SuspenseEntry:
        if not reason.strip():
            raise ReasonNeeded(field="reason")
        return SuspenseEntry(
            0,
            kind,
            change_fen,
            self._clock.now(),
            member.name,
            self._vault.seal(reason.strip(), _PLACE),
            pay_code,
            reverses,
        )
