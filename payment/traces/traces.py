"""Traces in the store: written in batches, so that whoever is at work waits for none of it.

What a process that is killed had not written yet is lost: words, never money. Several processes
write, each under ids of its own; reading merges them.
"""

import asyncio
import logging
from collections import OrderedDict
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import GatewayError
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Clock, Collection, Document, Index, Randomness, Range, Store
from payment.traces.trace import Trace, What, kept, read

log = logging.getLogger(__name__)

TRACES = Collection("payment_traces", (Index(("kept_until",)),), bulk=True)

WAITS_S = 0.5  # what is noted, until it is written
MOST_WAITING = 20_000  # in memory; while a store does not take them, later ones are lost
MOST_OF_ONE = 200  # of one order, from one process
_REMEMBERED = 20_000  # orders whose traces are counted
_MOST_READ = 1000


class Traces:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        *,
        kept_for: timedelta,
        waits_s: float = WAITS_S,
    ) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._kept_for = kept_for
        self._waits_s = waits_s
        self._waiting: list[Trace] = []
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._process = ""  # what the ids of this one begin with
        self._batches = 0

    async def note(self, trace: Trace) -> None:
        """Kept within half a second. Never raises, and never waits."""
        count = self._counts.pop(trace.about, 0) + 1
        self._counts[trace.about] = count
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        if count > MOST_OF_ONE or len(self._waiting) >= MOST_WAITING:
            return
        if count == MOST_OF_ONE:
            trace = Trace(trace.about, trace.at, What.MORE, trace.whom, "", "")
        self._waiting.append(trace)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._waits_s, self._begin_writing)

    async def of(self, about: str) -> list[Trace]:
        """What is kept of an order or a notice, the oldest first; a try before what it asks."""
        await self.flush()
        within = Range("_id", low=f"{about}|", high=f"{about}}}")  # } follows | in ASCII
        documents = await self._store.find(TRACES.name, range=within, limit=_MOST_READ)
        traces = [read(about, row) for each in documents for row in each["rows"]]
        return sorted(traces, key=lambda trace: (trace.at, trace.what is not What.TRY))

    async def flush(self) -> None:
        """Write what waits. Where the store does not take it, it is lost, and that is logged."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None and self._writing is not asyncio.current_task():
            await asyncio.wait({self._writing})
        traces, self._waiting = self._waiting, []
        if not traces:
            return
        try:
            await self._store.insert_many(TRACES.name, self._documents(traces))
        except GatewayError as trouble:
            fields = {"action": "traces_lost", "count": len(traces), "code": trouble.code}
            log.warning("traces were not kept", extra=fields)

    async def purge(self, now: datetime) -> None:
        await forget_expired(self._store, TRACES.name, "kept_until", before=milliseconds(now))

    def _begin_writing(self) -> None:
        self._timer = None
        self._writing = asyncio.get_running_loop().create_task(self.flush())

    def _documents(self, traces: list[Trace]) -> list[Document]:
        """One of an order for a batch, under an id that no other process and no other batch has."""
        self._process = self._process or self._randomness.token(12)
        self._batches += 1
        kept_until = milliseconds(self._clock.now() + self._kept_for)
        rows: dict[str, list[Trace]] = {}
        for trace in traces:
            rows.setdefault(trace.about, []).append(trace)
        return [
            {
                "_id": f"{about}|{self._process}{self._batches:09}",
                "kept_until": kept_until,
                "rows": [kept(trace) for trace in of_one],
            }
            for about, of_one in rows.items()
        ]
