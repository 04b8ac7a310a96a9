"""Whether the suspense account is what the money journal has of it, and done by whom it names."""

from collections.abc import AsyncIterator, Iterator, Sequence

from channel_gateway.ports import Chain, ChainEntry, Link
from payment.deeds import Deeds
from payment.proofs import ProofFault, ProofFaultKind
from payment.reconciliation.suspense import on_journal
from payment.reconciliation.suspense.account import SuspenseAccount
from payment.reconciliation.suspense.item import (
    ACTING,
    JOURNAL,
    SuspenseEntry,
    SuspenseEntryKind,
    SuspenseItem,
)

ABOUT = "suspense"
_RECONCILIATION = "POST /v1/staff/reconciliation"
_SUSPEND = f"{_RECONCILIATION}/cases/{{case_id}}/suspend"
_ENTER = f"{_RECONCILIATION}/suspense/{{item_id}}/entries"
_APPROVE = f"{_ENTER}/{{number}}/approve"


class SuspenseProof:
    """Implements `Proof`."""

    def __init__(
        self, account: SuspenseAccount, journal: Chain, audit: Chain, methods: Sequence[str]
    ) -> None:
        self._account = account
        self._journal = journal
        self._audit = audit
        self._methods = tuple(methods)

    async def faults(self) -> AsyncIterator[ProofFault]:
        deeds = await Deeds.of(self._audit, (_SUSPEND, _ENTER, _APPROVE))
        async for item in self._account.all():
            for entry in item.entries:
                for fault in _undone(item, entry, deeds):
                    yield fault
                for written in _should_be(item, entry):
                    for fault in _unlike(item, written, await self._journal.of_key(written.key)):
                        yield fault
        for method in self._methods:
            async for link in self._journal.of_group(on_journal.group_of(method)):
                if await self._is_gone(link):
                    what = f"{link.what} {link.fields['number']}"
                    yield ProofFault(ProofFaultKind.GONE, ABOUT, str(link.fields["item"]), what)

    async def _is_gone(self, link: Link) -> bool:
        """An approval alone may be there: who gave it died before the sum had it."""
        item, number = await self._account.of(str(link.fields["item"])), int(link.fields["number"])
        if item is None or item.entry(number) is None:
            return True
        waits = any(t.kind in ACTING.values() and t.detail == str(number) for t in item.tasks)
        return link.what == on_journal.DONE and number not in item.done and not waits


def _should_be(item: SuspenseItem, entry: SuspenseEntry) -> Iterator[ChainEntry]:
    waiting = (*item.tasks, *item.given_up)
    if not any(t.kind == JOURNAL and t.detail == str(entry.number) for t in waiting):
        yield on_journal.entered(item, entry)
    approval = item.approval(entry.number)
    if approval is not None:
        yield on_journal.approved(item, entry, approval)
    if entry.number in item.done:
        yield on_journal.done(item, entry, entry.at)


def _unlike(item: SuspenseItem, written: ChainEntry, link: Link | None) -> Iterator[ProofFault]:
    number = written.fields["number"]
    if link is None:
        what = f"{written.what} {number}"
        yield ProofFault(ProofFaultKind.UNENTERED, ABOUT, item.id, what)
        return
    names = [name for name in written.fields if written.fields[name] != link.fields.get(name)]
    if written.what != on_journal.DONE and written.at != link.at:
        names.append("at")
    for name in names:
        what = f"{name} of {written.what} {number}"
        yield ProofFault(ProofFaultKind.CHANGED, ABOUT, item.id, what)


def _undone(item: SuspenseItem, entry: SuspenseEntry, deeds: Deeds) -> Iterator[ProofFault]:
    """The journal has what the worker found in the store: that somebody did it, the trail says."""
    number, approval = str(entry.number), item.approval(entry.number)
    if entry.kind is SuspenseEntryKind.ENTER:
        done = deeds.has(entry.by, _SUSPEND, entry.at, case_id=item.id)
    else:
        done = deeds.has(entry.by, _ENTER, entry.at, item_id=item.id)
    if not done:
        what = f"{entry.kind} {number} by {entry.by}"
        yield ProofFault(ProofFaultKind.UNDECIDED, ABOUT, item.id, what)
    if approval is not None and not deeds.has(
        approval.by, _APPROVE, approval.at, item_id=item.id, number=number
    ):
        what = f"approval of {number} by {approval.by}"
        yield ProofFault(ProofFaultKind.UNDECIDED, ABOUT, item.id, what)
