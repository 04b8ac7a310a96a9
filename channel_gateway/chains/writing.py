"""Entries become links: those that wait in a process go together, and processes take turns.

A batch costs two writes, however many entries are in it. The head is swapped first, with the links
in it; only who saw the chain as it is wins the swap, so there is never a fork. Then the links are
put in their places; a process that dies in between leaves that to whoever comes next, so there is
never a gap.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from channel_gateway.chains.heads import HEADS, Head, read_head, write_head
from channel_gateway.chains.links import linked, read_link, write_link
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import (
    ChainBroken,
    ChainEntry,
    DuplicateKey,
    Link,
    Sealing,
    Store,
    VersionConflict,
)

MOST = 200  # entries of a batch
_ATTEMPTS = 200
_LONGEST_PAUSE_S = 0.1

_Waiting = tuple[ChainEntry, asyncio.Future[Link]]


class Writer:
    """The one way into a chain from this process."""

    def __init__(
        self, store: Store, chain: str, links: str, sealing: Sealing, *, tidy_after_s: float
    ) -> None:
        """`links`: the collection in which they have their places."""
        self._store = store
        self._chain = chain
        self._links = links
        self._sealing = sealing
        self._tidy_after_s = tidy_after_s
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None
        self._tidying: asyncio.Task[None] | None = None
        self._head: Head | None = None  # as we left it, its links in their places

    async def append(self, entry: ChainEntry) -> Link:
        """An entry whose key is there already changes nothing and gives the first one."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Link] = loop.create_future()
        self._waiting.append((entry, future))
        if self._working is None or self._working.done():
            self._working = loop.create_task(self._work())
        return await future

    async def settled_head(self) -> Head:
        """Where the chain ends, with every link in its place."""
        head = await self._read()
        await self._put(head.pending)
        return head

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                links = await self._appended([entry for entry, _ in batch])
            except Exception as trouble:  # whoever asked is told, each of them
                self._head = None
                for _, future in batch:
                    if not future.done():
                        future.set_exception(trouble)
                continue
            for (_, future), link in zip(batch, links, strict=True):
                if not future.done():  # who asked may have left
                    future.set_result(link)
        if self._tidying is None or self._tidying.done():
            self._tidying = asyncio.get_running_loop().create_task(self._tidy())

    async def _appended(self, entries: Sequence[ChainEntry]) -> list[Link]:
        for attempt in range(_ATTEMPTS):
            head = self._head or await self.settled_head()
            known = await self._known(entries)
            fresh = _follow(head, entries, known)
            if fresh and not await self._swapped(head, head.after(fresh)):
                self._head = None
                await asyncio.sleep(random.random() * min(0.001 * 2**attempt, _LONGEST_PAUSE_S))  # noqa: S311 (a pause)
                continue
            await self._put(fresh)
            known |= {link.key: link for link in fresh}
            return [known[entry.key] for entry in entries]
        raise VersionConflict(f"{self._chain}: always somebody else was faster")

    async def _known(self, entries: Sequence[ChainEntry]) -> dict[str, Link]:
        keys = {entry.key for entry in entries}
        found = await asyncio.gather(*(self._store.get_by(self._links, "key", k) for k in keys))
        known = {document["key"]: read_link(document) for document in found if document}
        if not known.keys() <= keys:
            raise ChainBroken(f"{self._links}: a key finds an entry that has another")
        return known

    async def _swapped(self, head: Head, after: Head) -> bool:
        """Whether the chain ends here now; False: somebody else was faster."""
        document = write_head(after, self._sealing)
        try:
            if head.version == 0:
                written = await self._store.insert(HEADS.name, document)
            else:
                written = await self._store.replace(HEADS.name, document, version=head.version)
        except (DuplicateKey, VersionConflict):
            return False
        self._head = replace(after, version=written["v"])
        return True

    async def _put(self, links: Sequence[Link]) -> None:
        if links:
            await self._store.insert_many(self._links, [write_link(link) for link in links])

    async def _read(self) -> Head:
        document = await self._store.get(HEADS.name, self._chain)
        if document is not None:
            return read_head(document)
        last = await self._store.find(self._links, descending=True, limit=1)
        if not last:
            return Head(self._chain)
        link = read_link(last[0])  # the head was taken away: verifying says so
        return Head(self._chain, link.number, link.hash)

    async def _tidy(self) -> None:
        """Some time after the last entry the head lets go of links that are in their places."""
        await asyncio.sleep(self._tidy_after_s)
        head = self._head
        if head is None or not head.pending or self._waiting:
            return
        with suppress(GatewayError):  # they are in their places all the same
            if not await self._swapped(head, replace(head, pending=())):
                self._head = None


def _follow(head: Head, entries: Sequence[ChainEntry], known: dict[str, Link]) -> tuple[Link, ...]:
    """The links of those that are new, each key once."""
    links: dict[str, Link] = {}
    number, before = head.number, head.hash
    for entry in entries:
        if entry.key not in known and entry.key not in links:
            link = linked(number + 1, before, entry)
            links[entry.key] = link
            number, before = link.number, link.hash
    return tuple(links.values())
