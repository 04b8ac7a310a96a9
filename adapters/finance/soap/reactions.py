"""A push is asked about: what the platform itself says is kept, and payment is told."""

from datetime import datetime
from typing import Any

from adapters.finance.soap.kept import ASK, KEPT, Kept, KeptNotices, Paid, State, paid_as
from adapters.finance.soap.platform import Platform
from adapters.finance.soap.takings import said_paid
from adapters.finance.telling import Hearers, tell
from adapters.finance.words import Words
from channel_gateway.domain.documents import from_document
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, PaidNotice
from channel_gateway.service import NeedsAPerson, NotYet, Reaction

# A push that came before its payment is on the platform's books is a matter of minutes; what is not
# there then was no push of the platform's. Should it be there later, looking it up finds it.
PATIENCE = 4


class Reactions:
    def __init__(
        self, name: str, kept: KeptNotices, platform: Platform, words: Words, hearers: Hearers
    ) -> None:
        """`name`: the plug-in's, as whose word payments are told on."""
        self._name = name
        self._kept = kept
        self._platform = platform
        self._words = words
        self._hearers = hearers

    def rows(self) -> list[Reaction]:
        return [Reaction(KEPT.name, ASK, self.ask, DAYS_3)]

    async def ask(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        kept = from_document(Kept, document)
        paid = await self._platform.payment_of(kept.id)
        if paid is None:
            if task.tries < PATIENCE:
                raise NotYet("pushed as paid, but the platform does not have it so")
            return None
        if paid_as(kept, paid).state is State.SHORT:
            await self._kept.pay(kept.id, paid)
            await self._words.keep(said_paid(self._words, kept, paid, now, ours_fen=kept.total_fen))
            raise NeedsAPerson("paid on the platform with less than the notice comes to")
        await tell(self._hearers, self._told(kept, paid))
        await self._kept.pay(kept.id, paid)
        await self._words.keep(said_paid(self._words, kept, paid, now, ours_fen=paid.amount_fen))
        return None

    def _told(self, kept: Kept, paid: Paid) -> PaidNotice:
        return PaidNotice(
            kept.id, paid.amount_fen, paid.paid_at, paid.transaction, authority=self._name
        )
