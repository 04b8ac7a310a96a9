"""What follows from an entry: the journal hears of it, finance books it, the payer has it back."""

from datetime import datetime

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.ladders import HOURS_24
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Confirmation
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Chain, Change, Document
from channel_gateway.service import NeedsAPerson, NotYet, Reaction
from payment.facts import RefundStatus
from payment.ports import Finance, PaymentMethod, Repayment
from payment.reconciliation.suspense.account import SUSPENSE
from payment.reconciliation.suspense.item import (
    CONFIRM,
    GIVE_BACK,
    JOURNAL,
    SuspenseEntry,
    SuspenseItem,
    effected,
)

_WORDS = "该款项不属于非税收入，原路退回"


class SuspenseReactions:
    def __init__(self, journal: Chain, methods: dict[str, PaymentMethod], finance: Finance) -> None:
        self._journal = journal
        self._methods = methods
        self._finance = finance

    def rows(self) -> list[Reaction]:
        return [
            Reaction(SUSPENSE.name, JOURNAL, self.journal, HOURS_24),
            Reaction(SUSPENSE.name, CONFIRM, self.confirm, HOURS_24),
            Reaction(SUSPENSE.name, GIVE_BACK, self.give_back, HOURS_24),
        ]

    async def journal(self, document: Document, task: Task, now: datetime) -> Change | None:
        item, entry = _entry_of(document, task)
        await self._journal.append(
            f"suspense|{item.id}|{entry.number}",
            "suspense entry",
            group=f"suspense|{item.method}",
            day=beijing_day(entry.at),
            at=entry.at,
            fields={
                "item": item.id,
                "number": entry.number,
                "kind": entry.kind.value,
                "change_fen": entry.change_fen,
                "about": item.about.isoformat(),
                "method": item.method,
                "order_id": item.order_id,
                "transaction": item.transaction,
                "pay_code": entry.pay_code,
                "reverses": entry.reverses,
                "by": entry.by,
            },
        )
        return None

    async def confirm(self, document: Document, task: Task, now: datetime) -> Change | None:
        """Once identified it is a collection as any other (缴款确认)."""
        item, entry = _entry_of(document, task)
        await self._finance.confirm(
            Confirmation(
                number=f"{item.id}N{entry.number}",
                pay_code=entry.pay_code,
                amount_fen=Fen(-entry.change_fen),
                late_fee_fen=NOTHING,
                paid_at=day_start(item.about),
                method=item.method,
                transaction=item.transaction,
                unit_code=item.unit_code,
            )
        )
        return _done(entry)

    async def give_back(self, document: Document, task: Task, now: datetime) -> Change | None:
        item, entry = _entry_of(document, task)
        number = f"{item.id}B{entry.number}"
        fact = await self._methods[item.method].refund(
            Repayment(
                order_id=item.order_id,
                transaction=item.transaction,
                refund_no=number,
                amount_fen=Fen(-entry.change_fen),
                total_fen=Fen(item.total_fen),
                reason=_WORDS,
            )
        )
        if fact.status in (RefundStatus.ABNORMAL, RefundStatus.CLOSED):
            raise NeedsAPerson(f"the platform has the refund as {fact.status}")
        if fact.status is not RefundStatus.DONE:
            raise NotYet("the platform is still at it")
        return _done(entry)


def _entry_of(document: Document, task: Task) -> tuple[SuspenseItem, SuspenseEntry]:
    item = from_document(SuspenseItem, document)
    entry = item.entry(int(task.detail))
    if entry is None:
        raise NeedsAPerson("there is no such entry")
    return item, entry


def _done(entry: SuspenseEntry) -> Change:
    return lambda document: to_document(
        effected(from_document(SuspenseItem, document), entry.number)
    )
