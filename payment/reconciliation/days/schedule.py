"""The daily job: from half past ten on, yesterday; and whatever of thirty days is still open."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, minute_of
from channel_gateway.domain.errors import GatewayError
from channel_gateway.service import Job
from payment.reconciliation.days.day import Day, ReconciliationState
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.running import Running

log = logging.getLogger(__name__)

DUE_FROM = 10 * 60 + 30  # minutes into the day: platforms make their bills until ten
EVERY_S = 30 * 60
LOOKED_BACK = 30  # days: platforms keep bills for three months
MOST_RUNS = 62  # of one look
_DONE = (ReconciliationState.BALANCED, ReconciliationState.CLOSED)


class Daily:
    def __init__(self, running: Running, days: Days, methods: Iterable[str]) -> None:
        self._running = running
        self._days = days
        self._methods = tuple(methods)

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
        """Yesterday, and the days back to the first that was ever looked at; the oldest first."""
        found: list[tuple[date, str]] = []
        for method in self._methods:
            known = {each.day: each for each in await self._days.latest(method, limit=LOOKED_BACK)}
            first = min(known, default=today - timedelta(days=1))
            for back in range(LOOKED_BACK, 0, -1):
                day = today - timedelta(days=back)
                if day >= first and not _is_done(known.get(day)):
                    found.append((day, method))
        return sorted(found)


def _is_done(day: Day | None) -> bool:
    return day is not None and day.state in _DONE
