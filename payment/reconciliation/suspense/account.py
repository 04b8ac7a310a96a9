"""The suspense account in the store: sums by case, balances derived, entries appended."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import date

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Conflict, NotFound
from channel_gateway.ports import (
    Chain,
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
from payment.orders import Orders
from payment.reconciliation.cases.case import ReasonNeeded
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.suspense import on_journal
from payment.reconciliation.suspense.item import (
    OUT,
    OUTSIDE,
    SuspenseEntry,
    SuspenseEntryKind,
    SuspenseItem,
    added,
    approved,
    only_grew,
)

SUSPENSE = Collection(
    "suspense_items",
    (Index(("live",)), Index(("method", "about")), *TASKS),
)
_PLACE = "suspense_items.reason"


class NotForSuspense(Conflict):
    """This money is known: an order of ours or finance has it, or it went out."""

    code = "not_for_suspense"
    zh = "该款项有对应订单或财政已入账，不属于不明账款，请按退付等程序办理。"


class SuspenseAccount:
    def __init__(
        self, store: Store, orders: Orders, journal: Chain, vault: Sealing, clock: Clock
    ) -> None:
        self._store = store
        self._orders = orders
        self._journal = journal
        self._vault = vault
        self._clock = clock

    async def of(self, id: str) -> SuspenseItem | None:
        document = await self._store.get(SUSPENSE.name, id)
        return from_document(SuspenseItem, document) if document else None

    async def get(self, id: str) -> SuspenseItem:
        item = await self.of(id)
        if item is None:
            raise _nothing()
        return item

    async def check(self, finding: Finding) -> None:
        """Return if it is money that came in and that nobody knows. Raises `NotForSuspense`.

        What an order of ours has goes back by its refund alone.
        """
        came_in = finding.movement is Movement.PAYMENT and (finding.channel_fen or 0) > 0
        if finding.kind is not Kind.UNKNOWN_MONEY or not came_in or finding.finance_fen is not None:
            raise NotForSuspense(field="case_id")
        await self._of_no_order(finding.method, finding.order_id, finding.transaction)

    async def enter(self, finding: Finding, member: Member, reason: str) -> SuspenseItem:
        """The finding's money goes in, once; again changes nothing. Raises `NotForSuspense`."""
        await self.check(finding)
        amount_fen = finding.channel_fen or 0
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

    async def approve(self, id: str, number: int, member: Member) -> SuspenseItem:
        """Another person agrees that it goes out. Raises `OwnWork`, `NothingToApprove`.

        The journal has it before the sum has: who dies in between approves again. `NotForSuspense`
        where an order of ours has it by now.
        """
        item = await self.get(id)
        await self._of_no_order(item.method, item.order_id, item.transaction)
        agreed = approved(item, number, member.name, self._clock.now())
        entry, approval = agreed.entry(number), agreed.approval(number)
        assert entry is not None  # noqa: S101 - it was approved
        assert approval is not None  # noqa: S101
        link = await self._journal.append(on_journal.approved(item, entry, approval))
        by = str(link.fields["approved_by"])
        return await self.change(id, lambda known: approved(known, number, by, link.at))

    async def outside(self, number: str) -> tuple[SuspenseItem, SuspenseEntry] | None:
        """What finance or a platform knows under this number; None: it is none of these."""
        for kind, letter in OUTSIDE.items():
            id, _, place = number.rpartition(letter)
            item = await self.of(id) if id and place.isdecimal() else None
            entry = item.entry(int(place)) if item else None
            if item and entry and entry.kind is kind:
                return item, entry
        return None

    async def change(self, id: str, change: Callable[[SuspenseItem], SuspenseItem]) -> SuspenseItem:
        """Swap a sum; what was entered before stays as it was entered."""
        try:
            _, made = await swapped(
                self._store, SUSPENSE, id, SuspenseItem, lambda item: only_grew(item, change(item))
            )
        except MissingDocument:
            raise _nothing() from None
        return made

    def all(self) -> AsyncIterator[SuspenseItem]:
        """Every sum there ever was."""
        return every(self._store, SUSPENSE, SuspenseItem)

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

    async def _of_no_order(self, method: str, order_id: str, transaction: str) -> None:
        with suppress(NotFound):
            await self._orders.get(order_id)
            raise NotForSuspense(field="case_id")
        if transaction and await self._orders.by_transaction(method, transaction):
            raise NotForSuspense(field="case_id")

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


def _nothing() -> NotFound:
    return NotFound("nothing of this case lies in the suspense account", field="item_id")
