"""Jobs that run every so often, once over all processes: whoever has the job's lease runs it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import Clock, Store
from channel_gateway.service import Job
from channel_gateway.store.leases import acquire

log = logging.getLogger(__name__)


class Schedule:
    def __init__(self, store: Store, jobs: Iterable[Job], clock: Clock, *, owner: str) -> None:
        self._store = store
        self._jobs = tuple(jobs)
        self._clock = clock
        self._owner = owner
        self._next: dict[str, datetime] = {}

    async def work(self) -> int:
        """Run the jobs whose time has come and which nobody else has taken; returns how many."""
        now = self._clock.now()
        ran = 0
        for job in self._jobs:
            if self._next.get(job.name, now) <= now:
                self._next[job.name] = now + timedelta(seconds=job.every_s)
                ran += await self._run(job, now)
        return ran

    async def _run(self, job: Job, now: datetime) -> int:
        # The lease is kept for the whole pause, so that no other process runs it in between.
        until = milliseconds(now + timedelta(seconds=job.every_s))
        lease = await acquire(
            self._store,
            f"job:{job.name}",
            owner=f"{self._owner}:{milliseconds(now)}",
            now=milliseconds(now),
            until=until,
        )
        if lease is None:
            return 0
        try:
            await job.run(now)
        except GatewayError as trouble:
            log.warning(
                "job failed",
                extra={
                    "action": "job_failed",
                    "job": job.name,
                    "code": trouble.code,
                    "why": str(trouble),
                },
            )
        return 1
