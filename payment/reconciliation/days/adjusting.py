"""What a closed day's books say now: it stands on an open day's report, as an adjustment.

No finding on a signed report is changed. What it says otherwise now is a finding of its own.
"""

from collections.abc import AsyncIterable, Iterable
from datetime import timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Conflict
from channel_gateway.ports import Clock
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.following_up import FollowingUp, unbalanced
from payment.reconciliation.differences import Difference
from payment.reconciliation.found.finding import Finding, FindingState, vanished
from payment.reconciliation.found.findings import Findings


class DayNotOver(Conflict):
    """This day is not over yet: there is nothing to reconcile."""

    code = "day_not_over"
    zh = "该日尚未结束，不能对账。"
    passing = True


class Adjusting:
    def __init__(
        self,
        days: Days,
        findings: Findings,
        cases: Cases,
        following_up: FollowingUp,
        clock: Clock,
    ) -> None:
        self._days = days
        self._findings = findings
        self._cases = cases
        self._following_up = following_up
        self._clock = clock

    async def see(
        self, closed: Day, differences: AsyncIterable[Difference], more: Iterable[Difference]
    ) -> list[Day]:
        """Keep what was not signed, let go what is not there any more; returns the reports."""
        there: set[str] = set()
        pages: dict[str, Day] = {}
        async for difference in unbalanced(differences, more):
            finding = await self._told(difference, closed)
            there.add(finding.id)
            page = await self._days.get(finding.entered_on, finding.method)
            if not page.is_closed:
                pages[page.id] = page
            if page.is_closed:
                # Of what was signed the case alone goes on: it is over where this heals now.
                await self._following_up.heal_carried(finding)
            elif finding.state is FindingState.OPEN:
                await self._following_up.heal([finding.id], set())
        async for finding in self._findings.about(closed.day, closed.method):
            if finding.id not in there and finding.state is FindingState.OPEN:
                page = await self._gone(finding)
                if not page.is_closed:
                    pages[page.id] = page
        return list(pages.values())

    async def _told(self, difference: Difference, closed: Day) -> Finding:
        """The finding that says it: as it was signed, or one on an open report."""
        signed: list[str] = []
        while (known := await self._findings.known(difference, *signed)) is not None:
            page = await self._days.get(known.entered_on, known.method)
            if not page.is_closed:
                break
            if known.is_there and known.sides == difference.sides:
                return known
            signed.append(known.page)
        page = await self._open_day(closed)
        return await self._findings.see(difference, page.day, self._clock.now(), *signed)

    async def _gone(self, finding: Finding) -> Day:
        """Its case is over, whatever report it stands on; a signed report stays as it is."""
        page = await self._days.get(finding.entered_on, finding.method)
        if not page.is_closed:
            await self._findings.change(finding.id, vanished)
        await self._cases.vanish(finding.id)
        return page

    async def _open_day(self, closed: Day) -> Day:
        earliest = await self._days.earliest_open(closed.method, closed.day)
        if earliest is not None:
            return earliest
        now = self._clock.now()
        today = beijing_day(now)
        for day in (today - timedelta(days=1), today):
            made = await self._days.opened(day, closed.method, now)
            if not made.is_closed:
                return made
        raise DayNotOver(field="day")
