"""`Store.mutate` where reading and swapping are two calls: read, ask, swap, or start again."""

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

from channel_gateway.ports import Change, Document, MissingDocument, VersionConflict

LONGEST_PAUSE_S = 0.1


class _Swapping(Protocol):
    async def get(self, collection: str, id: str) -> Document | None: ...

    async def replace(self, collection: str, document: Document, *, version: int) -> Document: ...


async def mutate(
    store: _Swapping,
    collection: str,
    id: str,
    change: Change,
    *,
    attempts: int = 40,
    jitter: Callable[[], float] = random.random,
) -> Document:
    for attempt in range(attempts):
        found = await store.get(collection, id)
        if found is None:
            raise MissingDocument(f"{collection}: nothing to change")
        version = found["v"]
        changed = change(found)
        if changed is None:
            return found
        try:
            return await store.replace(collection, changed, version=version)
        except VersionConflict:
            # Twice as long each time, and never in step with the others.
            await asyncio.sleep(jitter() * min(0.001 * 2**attempt, LONGEST_PAUSE_S))
    raise VersionConflict(f"{collection}: lost {attempts} races")
