"""Keeps the outbox and the schedule going until told to stop; work in hand is finished first."""

import asyncio
import contextlib
import logging

from channel_gateway.domain.errors import GatewayError
from channel_gateway.worker.outbox import Outbox
from channel_gateway.worker.schedule import Schedule

log = logging.getLogger(__name__)

IDLE_S = 0.2  # how long a callback's task may lie before it is looked at
TROUBLED_S = 2.0


async def run_worker(
    outbox: Outbox, schedule: Schedule, stop: asyncio.Event, *, idle_s: float = IDLE_S
) -> None:
    """Work while there is work, look again every `idle_s`, ask a troubled store less often."""
    while not stop.is_set():
        try:
            busy = await outbox.work() + await schedule.work()
            pause = 0.0 if busy else idle_s
        except GatewayError as trouble:
            fields = {"action": "worker_troubled", "code": trouble.code, "why": str(trouble)}
            log.warning("worker troubled", extra=fields)
            pause = TROUBLED_S
        if pause:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
