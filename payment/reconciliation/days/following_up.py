"""What a matching found is kept, healed where that can be, and made a case of where it cannot."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Clock, Workdays
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.day import Day, KindCount
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.found.finding import Finding, FindingState, healed, remarked
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.healing.healer import Healing as Healed
from payment.reconciliation.healing.healer import Outcome
from payment.reconciliation.kinds import is_late_to_heal


class Healing(Protocol):
    """See `payment.reconciliation.healing.healer`."""

    async def heal(self, finding: Finding) -> Healed | None: ...


@dataclass(frozen=True, slots=True)
class LookedOver:
    """How the findings of a report stand."""

    kinds: tuple[KindCount, ...]
    dealt_with: bool  # each of them


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
        self, day: Day, differences: AsyncIterable[Difference], more: Iterable[Difference]
    ) -> list[Finding]:
        """Keep every difference; what is not there any more has vanished, with its case.

        Returns those that are open.
        """
        seen: list[str] = []
        open_ones: list[Finding] = []
        now = self._clock.now()
        async for difference in unbalanced(differences, more):
            finding = await self._findings.see(difference, day.day, now)
            seen.append(finding.id)
            if finding.state is FindingState.OPEN:
                open_ones.append(finding)
        for gone in await self._findings.vanish(day.day, day.method, seen):
            if gone.state is not FindingState.HEALED:
                await self._cases.vanish(gone.id)
            else:
                await self._cases.vanish(gone.id, gone.remarks[-1].words)
        return open_ones

    async def known(self, difference: Difference) -> Finding | None:
        """As it stands on whatever report has it."""
        return await self._findings.known(difference)

    async def heal(self, findings: Sequence[Finding], tried: set[str]) -> bool:
        """Try each once in a run; whether anything was put right, so that matching again pays."""
        moved = False
        for finding in findings:
            if finding.id in tried:
                continue
            tried.add(finding.id)
            healing = await self._healer.heal(finding)
            if healing is None:
                continue
            change = healed if healing.outcome is Outcome.HEALED else remarked
            now = self._clock.now()
            await self._findings.change(finding.id, lambda f: change(f, healing.words, now))  # noqa: B023
            moved = moved or healing.outcome is Outcome.HEALED
        return moved

    async def make_cases(self, day: Day) -> None:
        today = beijing_day(self._clock.now())
        async for finding in self._findings.of_page(day.id):
            if finding.state is FindingState.HEALED:
                if finding.remarks:
                    await self._cases.vanish(finding.id, finding.remarks[-1].words)
            elif finding.state is FindingState.OPEN and self._is_for_a_person(finding, today):
                await self._cases.open(finding)

    async def look_over(self, page: str) -> LookedOver:
        """How many of each kind stand on a report, and whether each of them is dealt with."""
        counts: dict[Kind, int] = {}
        dealt_with = True
        cases = {case.id: case async for case in self._cases.of_page(page)}
        async for finding in self._findings.of_page(page):
            if finding.state is FindingState.GONE:
                continue
            counts[finding.kind] = counts.get(finding.kind, 0) + 1
            case = cases.get(finding.id)
            if finding.state is FindingState.OPEN and (case is None or not case.is_dealt_with):
                dealt_with = False
        kinds = tuple(KindCount(kind, count) for kind, count in sorted(counts.items()))
        return LookedOver(kinds, dealt_with)

    def _is_for_a_person(self, finding: Finding, today: date) -> bool:
        """A credit is not missed before its cycle is over: once it is found, nothing waits."""
        return finding.kind is Kind.CREDIT_DIFFERS or is_late_to_heal(
            finding.kind, finding.about, today, self._calendar
        )


async def unbalanced(
    differences: AsyncIterable[Difference], more: Iterable[Difference]
) -> AsyncIterator[Difference]:
    async for difference in differences:
        if difference.kind is not Kind.BALANCED:
            yield difference
    for difference in more:
        yield difference
