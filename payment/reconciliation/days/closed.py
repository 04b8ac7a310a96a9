"""Whether closed days are still what was signed: reports, sums, and that they are closed."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from channel_gateway.ports import Chain
from payment.journal.journal import Journal
from payment.reconciliation.days.closing import Closing, closings_of, entry_key
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.heads import MOST_DAYS
from payment.reconciliation.days.journal_sums import apart
from payment.reconciliation.days.signing import changed, is_ours


class DayFaultKind(StrEnum):
    CHANGED = "changed"  # a part of the report is not what was signed
    SUMS = "sums"  # a sum is not that of the journal's entries
    UNSIGNED = "unsigned"  # we did not sign it
    UNENTERED = "unentered"  # the journal has no entry of its signing
    REOPENED = "reopened"  # the journal has one, and the day is not closed, or gone


_WORDS = {
    DayFaultKind.CHANGED: "{0} is not what was signed",
    DayFaultKind.SUMS: "{0} is {1} on the report and {2} by the journal",
    DayFaultKind.UNSIGNED: "this signature is not ours",
    DayFaultKind.UNENTERED: "the journal has no entry of this signature",
    DayFaultKind.REOPENED: "the journal has its signature, and it is not closed, or gone",
}
_ZH = {
    DayFaultKind.CHANGED: "{0} 与签字时不同",
    DayFaultKind.SUMS: "{0} 报告为 {1}，资金流水为 {2}",
    DayFaultKind.UNSIGNED: "签字不是本系统所签",
    DayFaultKind.UNENTERED: "资金流水中没有这次签字",
    DayFaultKind.REOPENED: "资金流水中有结账签字，该日现在却没有结账",
}


@dataclass(frozen=True, slots=True)
class DayFault:
    kind: DayFaultKind
    day: date
    method: str
    field: str = ""
    reported: int = 0
    journal: int = 0

    def __str__(self) -> str:
        words = _WORDS[self.kind].format(self.field, self.reported, self.journal)
        return f"closed day {self.day} of {self.method}: {words}"

    @property
    def zh(self) -> str:
        return _ZH[self.kind].format(self.field, self.reported, self.journal)


@dataclass(frozen=True, slots=True)
class ClosedDays:
    days: Days
    closing: Closing
    journal: Chain
    methods: Iterable[str]

    async def faults(self) -> AsyncIterator[DayFault]:
        """Of every day that was ever signed, and of those that only say so."""
        for method in self.methods:
            seen: set[date] = set()
            async for link in self.journal.of_group(closings_of(method)):
                if link.day not in seen:
                    seen.add(link.day)
                    for fault in await self.faults_of(link.day, method):
                        yield fault
            for day in await self.days.latest(method, limit=MOST_DAYS):
                if day.is_closed and day.day not in seen:
                    for fault in await self.faults_of(day.day, method):
                        yield fault

    async def faults_of(self, day: date, method: str) -> list[DayFault]:
        """Of one day; of one that was never closed there are none."""
        entered = {link.key async for link in self.journal.of_day(closings_of(method), day)}
        known = await self.days.of(day, method)
        if known is None or not known.is_closed:
            return [DayFault(DayFaultKind.REOPENED, day, method)] if entered else []
        return [fault async for fault in self._of_closed(known, entered)]

    async def _of_closed(self, day: Day, entered: set[str]) -> AsyncIterator[DayFault]:
        signature, about = day.signature, (day.day, day.method)
        if signature is None or not is_ours(day, self.closing.sealing):
            yield DayFault(DayFaultKind.UNSIGNED, *about)
        if signature is None:
            return
        if entry_key(day.id, signature.report_digest) not in entered:
            yield DayFault(DayFaultKind.UNENTERED, *about)
        standing = day.wish.standing if day.wish else ()
        if day.wish is not None and not standing:
            standing = await self.closing.standing(day, day.wish.at)
        for name in changed(day, await self.closing.parts(day, standing)):
            yield DayFault(DayFaultKind.CHANGED, *about, name)
        for name, ours, theirs in await apart(day, Journal(self.journal), signature.journal_number):
            yield DayFault(DayFaultKind.SUMS, *about, name, ours, theirs)
