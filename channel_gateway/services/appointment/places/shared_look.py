"""One look for all who want the same at once, so that a rush does not ask for everybody alone."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")

SHARED = timedelta(seconds=1)  # a look that began longer ago is nobody else's any more


class SharedLook(Generic[Found]):
    def __init__(self) -> None:
        self._under_way: dict[Hashable, tuple[datetime, asyncio.Task[Found]]] = {}

    async def of(
        self, key: Hashable, now: datetime, look: Callable[[], Coroutine[Any, Any, Found]]
    ) -> Found:
        """What `look` finds, or what one under way for the same key does. Raises what that does."""
        under_way = self._under_way.get(key)
        if under_way is None or abs(now - under_way[0]) >= SHARED:
            under_way = now, asyncio.create_task(look())
            self._under_way[key] = under_way
            under_way[1].add_done_callback(partial(self._ended, key))
        return await asyncio.shield(under_way[1])  # who leaves does not end it for the others

    def _ended(self, key: Hashable, task: asyncio.Task[Found]) -> None:
        if self._under_way[key][1] is task:
            del self._under_way[key]
        if not task.cancelled():
            task.exception()  # seen, should all who waited have left
