"""Change a document by compare-and-swap: read it, ask a pure function, swap, or start again."""

import asyncio
import random
from collections.abc import Callable

from channel_gateway.ports import Document, MissingDocument, Store, VersionConflict

LONGEST_PAUSE_S = 0.1


async def mutate(
    store: Store,
    collection: str,
    id: str,
    change: Callable[[Document], Document | None],
    *,
    attempts: int = 40,
    jitter: Callable[[], float] = random.random,
) -> Document:
    """Return the document after `change`, which is pure and may be asked many times.

    `change` gives the new document, or None for "as it is". Raises what `change` raises,
    `MissingDocument`, `DuplicateKey`, and `VersionConflict` when all attempts lost their race.
    """
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
