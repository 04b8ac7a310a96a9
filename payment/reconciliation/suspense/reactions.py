"""What follows from an entry: the journal hears of it, finance books it, the payer has it back."""

from datetime import datetime
from typing import Protocol

from channel_gateway.domain.days import day_start
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Conflict, GatewayError, NotFound, Refused
from channel_gateway.domain.ladders import HOURS_24
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Confirmation
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Chain, Change, Document
from channel_gateway.service import NeedsAPerson, NotYet, Reaction
from payment.facts import RefundStatus
from payment.ports import Finance, PaymentMethod, Repayment
from payment.reconciliation.suspense import on_journal
from payment.reconciliation.suspense.account import SUSPENSE, SuspenseAccount
from payment.reconciliation.suspense.item import (
    CONFIRM,
    FOLLOW,
    GIVE_BACK,
    JOURNAL,
    SuspenseEntry,
    SuspenseItem,
    Trouble,
    effected,
    outside_number,
    troubled,
    untroubled,
)

_WORDS = "该款项不属于非税收入，原路退回"


class Clearing(Protocol):
    """See `payment.reconciliation.desk.desk`."""

    async def cleared(self, item_id: str) -> None:
        """Nothing of a sum is left: its case settles."""
        ...


class SuspenseReactions:
    def __init__(
        self,
        account: SuspenseAccount,
        desk: Clearing,
        journal: Chain,
        methods: dict[str, PaymentMethod],
        finance: Finance,
    ) -> None:
        self._account = account
        self._desk = desk
        self._journal = journal
        self._methods = methods
        self._finance = finance

    def rows(self) -> list[Reaction]:
        return [
            Reaction(SUSPENSE.name, JOURNAL, self.journal, HOURS_24),
            Reaction(SUSPENSE.name, CONFIRM, self.confirm, HOURS_24),
            Reaction(SUSPENSE.name, GIVE_BACK, self.give_back, HOURS_24),
            Reaction(SUSPENSE.name, FOLLOW, self.follow, HOURS_24),
        ]

    async def journal(self, document: Document, task: Task, now: datetime) -> Change | None:
        await self._journal.append(on_journal.entered(*_entry_of(document, task)))
        return None

    async def confirm(self, document: Document, task: Task, now: datetime) -> Change | None:
        """Once identified it is a collection as any other (缴款确认)."""
        item, entry = await self._approved(document, task)
        try:
            await self._finance.confirm(_confirmation(item, entry))
        except (Conflict, NotFound, Refused) as refusal:
            if refusal.passing:
                raise
            return _void(entry, _words_of(refusal))
        return await self._done(item, entry, now, now)

    async def give_back(self, document: Document, task: Task, now: datetime) -> Change | None:
        """Under one number until the platform is done with it; what it refuses, a person sees."""
        item, entry = await self._approved(document, task)
        method, repayment = self._methods[item.method], _repayment(item, entry)
        try:
            fact = await method.refund(repayment)
        except Refused as refusal:
            await self._say(item, Trouble(entry.number, _words_of(refusal)))
            if refusal.passing:
                raise
            # A sending whose answer was lost may have been taken: only what is absent is void.
            fact = await method.ask_refund(item.order_id, repayment.refund_no)
            if fact.status is RefundStatus.ABSENT:
                return _void(entry, _words_of(refusal))
        if fact.status is RefundStatus.DONE:
            return await self._done(item, entry, fact.done_at or now, now)
        if fact.status is RefundStatus.CLOSED:
            return _void(entry, "the platform has closed the refund")
        if fact.status is RefundStatus.ABNORMAL:
            await self._say(item, Trouble(entry.number, "the payer's account does not take it"))
            raise NeedsAPerson(f"the platform has the refund as {fact.status}")
        await self._account.change(item.id, lambda known: untroubled(known, entry.number))
        raise NotYet("the platform is still at it")

    async def follow(self, document: Document, task: Task, now: datetime) -> Change | None:
        await self._desk.cleared(from_document(SuspenseItem, document).id)
        return None

    async def _approved(self, document: Document, task: Task) -> tuple[SuspenseItem, SuspenseEntry]:
        """Nothing goes out that the journal does not have as approved by another person."""
        item, entry = _entry_of(document, task)
        approval = item.approval(entry.number)
        key = on_journal.key_of(item.id, entry.number, on_journal.APPROVED)
        link = await self._journal.of_key(key)
        if approval is None or link is None or link.fields["approved_by"] != approval.by:
            raise NeedsAPerson("no second person has approved it")
        return item, entry

    async def _done(
        self, item: SuspenseItem, entry: SuspenseEntry, at: datetime, now: datetime
    ) -> Change:
        """The journal has it first, dated as the other side dates it."""
        await self._journal.append(on_journal.done(item, entry, at))
        return lambda document: to_document(
            effected(from_document(SuspenseItem, document), entry.number, now)
        )

    async def _say(self, item: SuspenseItem, trouble: Trouble) -> None:
        await self._account.change(item.id, lambda known: troubled(known, trouble))


def _entry_of(document: Document, task: Task) -> tuple[SuspenseItem, SuspenseEntry]:
    item = from_document(SuspenseItem, document)
    entry = item.entry(int(task.detail))
    if entry is None:
        raise NeedsAPerson("there is no such entry")
    return item, entry


def _confirmation(item: SuspenseItem, entry: SuspenseEntry) -> Confirmation:
    return Confirmation(
        number=outside_number(item, entry),
        pay_code=entry.pay_code,
        amount_fen=Fen(-entry.change_fen),
        late_fee_fen=NOTHING,
        paid_at=day_start(item.about),
        method=item.method,
        transaction=item.transaction,
        unit_code=item.unit_code,
    )


def _repayment(item: SuspenseItem, entry: SuspenseEntry) -> Repayment:
    return Repayment(
        order_id=item.order_id,
        transaction=item.transaction,
        refund_no=outside_number(item, entry),
        amount_fen=Fen(-entry.change_fen),
        total_fen=Fen(item.total_fen),
        reason=_WORDS,
    )


def _void(entry: SuspenseEntry, words: str) -> Change:
    """Nothing has happened, and nothing will under this number: a person enters it anew."""
    trouble = Trouble(entry.number, words, for_good=True)
    return lambda document: to_document(troubled(from_document(SuspenseItem, document), trouble))


def _words_of(refusal: GatewayError) -> str:
    return f"{refusal.code}: {refusal}"
