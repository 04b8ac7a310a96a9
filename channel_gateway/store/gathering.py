"""Look-ups by key, gathered for one turn of the loop and asked together.

In a rush many callers look for one document each, and a question costs nearly the same whether it
names one key or a hundred. Each is asked after its caller came, so it sees what they may expect.
"""

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

from channel_gateway.ports import Document

MOST = 100  # keys in one question

# Those with one of these keys in this field of a collection, in whatever order.
Ask = Callable[[str, str, list[str]], Awaitable[list[Document]]]
_Waiting = dict[str, list[asyncio.Future[Document | None]]]  # by key


class Gathering:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        self._asking: set[asyncio.Task[Any]] = set()

    async def get(self, collection: str, field: str, key: str) -> Document | None:
        """The document with this key. Raises what asking raises."""
        loop, where = asyncio.get_running_loop(), (collection, field)
        waiting = self._waiting.get(where)
        if waiting is None:
            waiting = self._waiting[where] = {}
            loop.call_soon(self._send, where)
        found: asyncio.Future[Document | None] = loop.create_future()
        waiting.setdefault(key, []).append(found)
        if len(waiting) == MOST:
            self._send(where)
        return await found

    def _send(self, where: tuple[str, str]) -> None:
        waiting = self._waiting.pop(where, None)
        if waiting is not None:
            asking = asyncio.get_running_loop().create_task(self._answer(where, waiting))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _answer(self, where: tuple[str, str], waiting: _Waiting) -> None:
        collection, field = where
        try:
            documents = await self._ask(collection, field, list(waiting))
        except Exception as error:
            for found in _still_waiting(waiting):
                found.set_exception(error)
            return
        for document in documents:
            first, *others = waiting[document[field]]
            for found in others:  # each may change its own
                _tell(found, deepcopy(document))
            _tell(first, document)
        for found in _still_waiting(waiting):
            found.set_result(None)


def _still_waiting(waiting: _Waiting) -> list[asyncio.Future[Document | None]]:
    return [found for several in waiting.values() for found in several if not found.done()]


def _tell(found: asyncio.Future[Document | None], document: Document) -> None:
    if not found.done():  # who waited may have left
        found.set_result(document)
