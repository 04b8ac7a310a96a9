"""What a matching found is kept, healed where that can be, and made a case of where it cannot."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Clock, Workdays
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.cases.how_far import HowFar, how_far
from payment.reconciliation.days.day import Day, KindCount
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.found.finding import Finding, FindingState, healed, remarked
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.healing.healer import Healing as Healed
from payment.reconciliation.healing.healer import Outcome
from payment.reconciliation.kinds import is_late_to_heal
from payment.reconciliation.progress import Progress, Step, unsaid

Each = TypeVar("Each")

AT_ONCE = 100  # findings that are written together
HEALED_AT_ONCE = 8  # platforms are asked about these
_NOT_HEALED = (Outcome.UNDER_WAY, Outcome.A_PERSON)


class Healing(Protocol):
    """See `payment.reconciliation.healing.healer`."""

    async def heal(self, finding: Finding) -> Healed | None: ...


@dataclass(frozen=True, slots=True)
class LookedOver:
    """How the findings of a report stand."""

    kinds: tuple[KindCount, ...]
    open_kinds: tuple[KindCount, ...]  # what of them nobody has dealt with


@dataclass(frozen=True, slots=True)
class Seen:
    """What a matching found, as it is kept."""

    open_ids: tuple[str, ...]
    healed_at: datetime | None  # when the last of what was found, and is not open, was put right


class FollowingUp:
    def __init__(
        self,
        findings: Findings,
        cases: Cases,
        healer: Healing,
        calendar: Workdays,
        clock: Clock,
    ) -> None:
        self._findings = findings
        self._cases = cases
        self._healer = healer
        self._calendar = calendar
        self._clock = clock

    async def see(
        self,
        day: Day,
        differences: AsyncIterable[Difference],
        more: Iterable[Difference],
        said: Progress,
    ) -> Seen:
        """Keep every difference; what is not there any more has vanished, with its case."""
        seen: set[str] = set()
        open_ones: list[str] = []
        healed_at: list[datetime] = []
        now = self._clock.now()
        async for some in in_pages(unbalanced(differences, more), AT_ONCE):
            found = await asyncio.gather(*(self._findings.see(d, day.day, now) for d in some))
            seen.update(finding.id for finding in found)
            said(Step.KEEPING, len(seen))
            open_ones += [each.id for each in found if each.state is FindingState.OPEN]
            healed_ones = (each for each in found if each.state is FindingState.HEALED)
            healed_at += [each.remarks[-1].at for each in healed_ones if each.remarks]
        async for gone in self._findings.vanish(day.day, day.method, seen):
            if gone.state is not FindingState.HEALED:
                await self._cases.vanish(gone.id)
            else:
                await self._cases.vanish(gone.id, gone.remarks[-1].words)
        return Seen(tuple(open_ones), max(healed_at, default=None))

    async def heal(self, ids: Sequence[str], tried: set[str], said: Progress = unsaid) -> bool:
        """Try each once in a run; whether anything was put right, so that matching again pays."""
        untried = [id for id in ids if id not in tried]
        tried.update(untried)
        moved = False
        for start in range(0, len(untried), HEALED_AT_ONCE):
            some = untried[start : start + HEALED_AT_ONCE]
            moved |= any(await asyncio.gather(*map(self._heal, some)))
            said(Step.HEALING, start + len(some))
        return moved

    async def heal_carried(self, finding: Finding) -> None:
        """Settle the case of a finding that stays as it was signed, if it has healed by now."""
        case = await self._cases.of(finding.id)
        if case is None or not case.may_settle_itself:
            return
        if finding.state is FindingState.HEALED and finding.remarks:  # while it was being signed
            await self._cases.vanish(finding.id, finding.remarks[-1].words)
            return
        healing = await self._healer.heal(finding)
        if healing is not None and healing.outcome not in _NOT_HEALED:
            await self._cases.vanish(finding.id, healing.words)

    async def _heal(self, id: str) -> bool:
        finding = await self._findings.get(id)
        healing = await self._healer.heal(finding)
        if healing is None:
            return False
        change = remarked if healing.outcome in _NOT_HEALED else healed
        now = self._clock.now()
        await self._findings.change(id, lambda f: change(f, healing.words, now))
        return healing.outcome is Outcome.HEALED

    async def make_cases(self, day: Day) -> None:
        today = beijing_day(self._clock.now())
        async for some in in_pages(self._findings.of_page(day.id), AT_ONCE):
            await asyncio.gather(*(self._make_case(finding, today) for finding in some))

    async def _make_case(self, finding: Finding, today: date) -> None:
        if finding.state is FindingState.HEALED:
            if finding.remarks:
                await self._cases.vanish(finding.id, finding.remarks[-1].words)
        elif finding.state is FindingState.OPEN and self._is_for_a_person(finding, today):
            await self._cases.open(finding)

    async def look_over(self, page: str) -> LookedOver:
        """How many of each kind stand on a report, and how many of those are still open."""
        standing, still_open = Counter[Kind](), Counter[Kind]()
        cases = {case.id: case.state async for case in self._cases.of_page(page)}
        async for finding in self._findings.of_page(page):
            if finding.state is FindingState.GONE:
                continue
            standing[finding.kind] += 1
            if how_far(finding.state, cases.get(finding.id)) is HowFar.OPEN:
                still_open[finding.kind] += 1
        return LookedOver(_counted(standing), _counted(still_open))

    def _is_for_a_person(self, finding: Finding, today: date) -> bool:
        """A credit is not missed before its cycle is over: once it is found, nothing waits."""
        return finding.kind is Kind.CREDIT_DIFFERS or is_late_to_heal(
            finding.kind, finding.about, today, self._calendar
        )


def _counted(kinds: Mapping[Kind, int]) -> tuple[KindCount, ...]:
    return tuple(KindCount(kind, count) for kind, count in sorted(kinds.items()))


async def in_pages(stream: AsyncIterable[Each], size: int) -> AsyncIterator[list[Each]]:
    page: list[Each] = []
    async for each in stream:
        page.append(each)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


async def unbalanced(
    differences: AsyncIterable[Difference], more: Iterable[Difference]
) -> AsyncIterator[Difference]:
    async for difference in differences:
        if difference.kind is not Kind.BALANCED:
            yield difference
    for difference in more:
        yield difference
