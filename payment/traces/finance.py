"""Finance, whose every request about a notice or a payment leaves a trace. Implements `Finance`."""

from datetime import datetime

from channel_gateway.domain.notices import (
    Confirmation,
    GivenBack,
    IssuedNotice,
    Notice,
    NoticeDraft,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import Clock
from payment.ports import Finance
from payment.traces.asking import Asking
from payment.traces.notes import Notes

FINANCE = "finance"


class TracedFinance:
    def __init__(self, finance: Finance, notes: Notes, clock: Clock) -> None:
        self._finance = finance
        self._asking = Asking(notes, clock, FINANCE)

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        asking = self._finance.look_up(pay_code, check_code)
        return await self._asking.noted(
            "look_up", pay_code, asking, lambda found: found.state.value
        )

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        """About a person, so nothing of it is noted."""
        return await self._finance.owed_by(id_number, name)

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        """Before it there is no notice by which a trace could be found."""
        return await self._finance.issue(number, draft)

    async def void(self, pay_code: str, reason: str) -> None:
        asking = self._finance.void(pay_code, reason)
        return await self._asking.noted("void", pay_code, asking)

    async def confirm(self, confirmation: Confirmation) -> datetime:
        asking = self._finance.confirm(confirmation)
        return await self._asking.noted("confirm", confirmation.number, asking)

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        asking = self._finance.receipt(paid)
        return await self._asking.noted("receipt", paid.number, asking, _made)

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        asking = self._finance.report_refund(paid, refund)
        return await self._asking.noted("report_refund", paid.number, asking, note=refund.number)

    def collects(self, notice: Notice) -> bool:
        return self._finance.collects(notice)

    def keeps(self, authority: str, pay_code: str, unit_code: str) -> bool:
        return self._finance.keeps(authority, pay_code, unit_code)


def _made(receipt: Receipt | None) -> str:
    return "being made" if receipt is None else "made"
