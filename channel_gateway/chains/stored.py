"""The chains of the store: the journal of money, and the audit trail."""

import logging
from collections.abc import AsyncIterator, Container, Mapping
from contextlib import suppress
from datetime import date, datetime

from channel_gateway.chains.heads import ANCHORS, HEADS, write_anchor
from channel_gateway.chains.last_known import LastKnown
from channel_gateway.chains.links import id_of, read_link
from channel_gateway.chains.writing import Writer
from channel_gateway.ports import (
    ChainBroken,
    ChainEntry,
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    KnownHead,
    Link,
    Sealing,
    Store,
)
from channel_gateway.records import pages

log = logging.getLogger(__name__)

_PAGE = 1000
# By what their entries are looked up, beside the key and the number.
_LOOKED_UP_BY = {
    "journal": (Index(("group", "day")),),
    "audit": (Index(("group", "day")), Index(("group",)), Index(("day",))),
}
NAMES = tuple(_LOOKED_UP_BY)


def links_of(name: str) -> Collection:
    """Where a chain's links are. Raises `KeyError` for a chain nobody declared."""
    return Collection(f"{name}_links", (Index(("key",), unique=True), *_LOOKED_UP_BY[name]))


CHAINS = (*map(links_of, NAMES), HEADS, ANCHORS)


class StoredChains:
    def __init__(
        self,
        store: Store,
        sealing: Sealing,
        *,
        last_known: LastKnown | None = None,
        tidy_after_s: float = 1,
    ) -> None:
        """`last_known`: where heads are kept outside the store.

        `tidy_after_s`: how long after the last entry a head lets go of what is in its place.
        """
        self._store = store
        self._last_known = last_known
        self._tidy_after_s = tidy_after_s
        self._sealing = sealing
        self._chains: dict[str, StoredChain] = {}

    def chain(self, name: str) -> "StoredChain":
        """Always the same one: entries that wait in a process go together."""
        if name not in self._chains:
            self._chains[name] = StoredChain(
                self._store, name, self._sealing, tidy_after_s=self._tidy_after_s
            )
        return self._chains[name]

    async def anchor(self, now: datetime) -> None:
        """Keep where each chain ends, signed and apart: what is cut off later is missed.

        Outside the store too. Raises `ChainBroken` where a chain is not what it was there.
        """
        for name in NAMES:
            chain = self.chain(name)
            for known in (await self.last_known(name))[-1:]:
                await chain.hold_to(known)
            number, hash = await chain.anchor(now)
            await self.keep(name, number, hash)

    async def last_known(self, name: str) -> list[KnownHead]:
        """What is kept of a chain outside the store, the last one last. Raises `ChainBroken`."""
        if self._last_known is None:
            return []
        try:
            return await self._last_known.heads(name)
        except OSError as trouble:
            words = f"what is kept of {name} outside the store cannot be read"
            raise ChainBroken(f"{words}: {trouble.strerror}") from trouble

    async def keep(self, name: str, number: int, hash: str) -> None:
        """Outside the store: never back. Where nothing can be written the log says so."""
        if self._last_known is None or not number:
            return
        try:
            await self._last_known.keep(name, number, hash)
        except OSError as trouble:
            log.warning(
                "where a chain ends cannot be kept outside the store",
                extra={"action": "head_not_kept", "chain": name, "why": str(trouble)},
            )


class StoredChain:
    def __init__(self, store: Store, name: str, sealing: Sealing, *, tidy_after_s: float) -> None:
        self._store = store
        self._name = links_of(name).name
        self._sealing = sealing
        self._writer = Writer(store, name, self._name, sealing, tidy_after_s=tidy_after_s)

    async def append(self, entry: ChainEntry) -> Link:
        return await self._writer.append(entry)

    async def links(self, *, after: int = 0) -> AsyncIterator[Link]:
        async for document in self._every({}, after=Cursor(id_of(after), id_of(after))):
            yield read_link(document)

    async def of_day(
        self, group: str, day: date, *, whats: Container[str] | None = None
    ) -> AsyncIterator[Link]:
        async for document in self._every({"group": group, "day": day.isoformat()}):
            if whats is None or document.get("what") in whats:
                yield read_link(document)

    async def of_group(self, group: str) -> AsyncIterator[Link]:
        async for document in self._every({"group": group}, order="day"):
            yield read_link(document)

    async def of_key(self, key: str) -> Link | None:
        document = await self._store.get_by(self._name, "key", key)
        return read_link(self._rightly(document, {"key": key})) if document else None

    async def page(
        self, *, group: str | None, day: date | None, before: int | None, limit: int
    ) -> list[Link]:
        asked = {"group": group, "day": day.isoformat() if day else None}
        named = {name: value for name, value in asked.items() if value is not None}
        found = await self._store.find(
            self._name,
            equal=dict(named),
            descending=True,
            limit=limit,
            after=None if before is None else Cursor(id_of(before), id_of(before)),
        )
        return [read_link(self._rightly(document, named)) for document in found]

    async def head(self) -> Link | None:
        head = await self._writer.settled_head()
        if head.pending:
            return head.pending[-1]
        last = await self._store.find(self._name, descending=True, limit=1)
        return read_link(last[0]) if last else None

    async def anchor(self, now: datetime) -> tuple[int, str]:
        """Again without a new entry changes nothing; returns where the chain ends."""
        head = await self._writer.settled_head()
        if head.number:
            with suppress(DuplicateKey):
                await self._store.insert(ANCHORS.name, write_anchor(head, now, self._sealing))
        return head.number, head.hash

    async def hold_to(self, known: KnownHead) -> None:
        """Raises `ChainBroken` unless the entry of that number is the one that was there."""
        document = await self._store.get(self._name, id_of(known.number))
        if document is None or document.get("hash") != known.hash:
            gone = "is not there" if document is None else "is another one"
            raise ChainBroken(f"{self._name}: entry {known.number}, kept by {known.where}, {gone}")

    async def documents(self) -> AsyncIterator[Document]:
        """Every link as it is kept, in order, whatever became of it."""
        async for document in self._every({}):
            yield document

    async def _every(
        self,
        equal: dict[str, str | int | bool],
        *,
        order: str = "_id",
        after: Cursor | None = None,
    ) -> AsyncIterator[Document]:
        async for page in pages(
            self._store, self._name, equal=equal, order=order, after=after, size=_PAGE
        ):
            for document in page:
                yield self._rightly(document, equal)

    def _rightly(self, document: Document, asked: Mapping[str, str | int | bool]) -> Document:
        """An engine may keep what it looks up by beside the document: only both together count."""
        if not asked.items() <= document.items():
            raise ChainBroken(f"{self._name}: entry {document['_id']} is not what it is found as")
        return document
