"""What waits in the outboxes: asked of the store when metrics are read, so that none can be stale.

For an operator's alarms: a task that is late, and letters that wait for a person.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import DEAD_LETTERS_BY, DUE
from channel_gateway.ports import Store

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Backlog:
    late_ms: int  # how long the most patient task has been due
    dead_letters: int  # documents with one, counted up to `MOST_COUNTED`


async def backlogs(store: Store, collections: Iterable[str], now: datetime) -> dict[str, Backlog]:
    """Raises `StoreUnavailable`."""
    names = tuple(collections)
    found = await asyncio.gather(*(_backlog(store, name, milliseconds(now)) for name in names))
    return dict(zip(names, found, strict=True))


async def _backlog(store: Store, collection: str, now: int) -> Backlog:
    soonest = await store.find(collection, order=DUE, limit=1)
    dead = await store.find(collection, order=DEAD_LETTERS_BY, limit=MOST_COUNTED)
    late_ms = max([0, *(now - each[DUE] for each in soonest)])
    return Backlog(late_ms, len(dead))
