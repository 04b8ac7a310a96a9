"""The daily job: from half past ten on, yesterday; and whatever of thirty days is still open.

A day that balances, or is closed, over a case is looked at once a day: the case settles by itself
when its money is back, or booked.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, minute_of
from channel_gateway.domain.errors import GatewayError
from channel_gateway.service import Job
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.day import Day, ReconciliationState
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.running import Running
from payment.reconciliation.found.finding import page_of

log = logging.getLogger(__name__)

DUE_FROM = 10 * 60 + 30  # minutes into the day: platforms make their bills until ten
EVERY_S = 30 * 60
LOOKED_BACK = 30  # days: platforms keep bills for three months
MOST_RUNS = 62  # of one look
_DONE = (ReconciliationState.BALANCED, ReconciliationState.CLOSED)


class Daily:
    def __init__(self, running: Running, days: Days, cases: Cases, methods: Iterable[str]) -> None:
        self._running = running
        self._days = days
        self._cases = cases
        self._methods = tuple(methods)
        # Of days that balance or are closed: those that were looked at on a day already. Who
        # starts anew looks again, which changes nothing.
        self._looked: set[str] = set()
        self._looked_on: date | None = None

    def row(self) -> Job:
        return Job("reconcile", EVERY_S, self.look, "Reconcile yesterday, and what is still open")

    async def look(self, now: datetime) -> None:
        """One look; what is not ready is asked again by the next."""
        if minute_of(now) < DUE_FROM:
            return
        for day, method in (await self.due(beijing_day(now)))[:MOST_RUNS]:
            known = await self._days.of(day, method)
            if known is not None and await self._running.awaits_bank_alone(known):
                continue
            self._looked.add(page_of(day, method))
            try:
                await self._running.run(day, method)
            except GatewayError as trouble:
                log.warning(
                    "a day could not be reconciled",
                    extra={
                        "action": "reconciliation_failed",
                        "day": day.isoformat(),
                        "payment_method": method,
                        "code": trouble.code,
                    },
                )

    async def due(self, today: date) -> list[tuple[date, str]]:
        """Yesterday, and the days back to the first that was ever looked at; the oldest first.

        What balances or is closed, and has a case that waits, comes after them.
        """
        if self._looked_on != today:
            self._looked, self._looked_on = set(), today
        found: list[tuple[date, str]] = []
        waiting: list[tuple[date, str]] = []
        for method in self._methods:
            known = {each.day: each for each in await self._days.latest(method, limit=LOOKED_BACK)}
            first = min(known, default=today - timedelta(days=1))
            for back in range(LOOKED_BACK, 0, -1):
                day = today - timedelta(days=back)
                if day < first:
                    continue
                if not _is_done(known.get(day)):
                    found.append((day, method))
                elif await self._waits(page_of(day, method)):
                    waiting.append((day, method))
        return sorted(found) + sorted(waiting)

    async def _waits(self, page: str) -> bool:
        if page in self._looked:
            return False
        waits = await self._cases.any_waits(page)
        if not waits:
            self._looked.add(page)
        return waits


def _is_done(day: Day | None) -> bool:
    return day is not None and day.state in _DONE
