"""The chains of the store: the journal of money, and the audit trail."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime

from channel_gateway.chains.heads import ANCHORS, HEADS, write_anchor
from channel_gateway.chains.links import Entry, id_of, read_link
from channel_gateway.chains.writing import Writer
from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    Link,
    Sealing,
    Store,
)

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
    def __init__(self, store: Store, sealing: Sealing, *, tidy_after_s: float = 1) -> None:
        """`tidy_after_s`: how long after the last entry a head lets go of what is in its place."""
        self._store = store
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
        """Keep where each chain ends, signed and apart: what is cut off later is missed."""
        for name in NAMES:
            await self.chain(name).anchor(now)


class StoredChain:
    def __init__(self, store: Store, name: str, sealing: Sealing, *, tidy_after_s: float) -> None:
        self._store = store
        self._name = links_of(name).name
        self._sealing = sealing
        self._writer = Writer(store, name, self._name, sealing, tidy_after_s=tidy_after_s)

    async def append(
        self,
        key: str,
        what: str,
        *,
        group: str,
        day: date,
        at: datetime,
        fields: Mapping[str, str | int],
    ) -> Link:
        return await self._writer.append(Entry(key, what, group, day, at, fields))

    async def links(self, *, after: int = 0) -> AsyncIterator[Link]:
        async for document in self._every({}, Cursor(id_of(after), id_of(after))):
            yield read_link(document)

    async def of_day(self, group: str, day: date) -> AsyncIterator[Link]:
        async for document in self._every({"group": group, "day": day.isoformat()}, None):
            yield read_link(document)

    async def of_key(self, key: str) -> Link | None:
        document = await self._store.get_by(self._name, "key", key)
        return read_link(document) if document else None

    async def page(
        self, *, group: str | None, day: date | None, before: int | None, limit: int
    ) -> list[Link]:
        named = {"group": group, "day": day.isoformat() if day else None}
        found = await self._store.find(
            self._name,
            equal={name: value for name, value in named.items() if value is not None},
            descending=True,
            limit=limit,
            after=None if before is None else Cursor(id_of(before), id_of(before)),
        )
        return [read_link(document) for document in found]

    async def head(self) -> Link | None:
        head = await self._writer.settled_head()
        if head.pending:
            return head.pending[-1]
        last = await self._store.find(self._name, descending=True, limit=1)
        return read_link(last[0]) if last else None

    async def anchor(self, now: datetime) -> None:
        """Again without a new entry changes nothing."""
        head = await self._writer.settled_head()
        if head.number:
            try:
                await self._store.insert(ANCHORS.name, write_anchor(head, now, self._sealing))
            except DuplicateKey:
                return

    async def documents(self) -> AsyncIterator[Document]:
        """Every link as it is kept, in order, whatever became of it."""
        async for document in self._every({}, None):
            yield document

    async def _every(
        self, equal: dict[str, str | int | bool], cursor: Cursor | None
    ) -> AsyncIterator[Document]:
        while page := await self._store.find(self._name, equal=equal, limit=_PAGE, after=cursor):
            for document in page:
                yield document
            cursor = Cursor(page[-1]["_id"], page[-1]["_id"])
