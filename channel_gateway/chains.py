"""Append-only chains in the store: one document a link, numbered without a gap."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from hashlib import sha256

import orjson

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.ports import (
    Chain,
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    Link,
    Store,
    VersionConflict,
)

# By what their entries are looked up, beside the key and the number.
_LOOKED_UP_BY = {
    "journal": (Index(("group", "day")),),
    "audit": (Index(("group", "day")), Index(("group",)), Index(("day",))),
}
_PAGE = 500
_ATTEMPTS = 200
FIRST_BEFORE = "0" * 64


def _collection(name: str) -> Collection:
    indexes = (Index(("key",), unique=True), *_LOOKED_UP_BY[name])
    return Collection(f"{name}_links", indexes)


CHAINS = tuple(map(_collection, _LOOKED_UP_BY))


class StoredChains:
    def __init__(self, store: Store) -> None:
        self._store = store

    def chain(self, name: str) -> Chain:
        """Raises `KeyError` for a chain nobody declared."""
        return StoredChain(self._store, _collection(name))


class StoredChain:
    def __init__(self, store: Store, collection: Collection) -> None:
        self._store = store
        self._name = collection.name

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
        """The number is unique, so of two that append at once one goes again behind the other."""
        for _ in range(_ATTEMPTS):
            known = await self._store.get_by(self._name, "key", key)
            if known is not None:
                return read_link(known)
            last = await self.head()
            link = linked(last, key, what, group=group, day=day, at=at, fields=fields)
            try:
                await self._store.insert(self._name, _written(link))
            except DuplicateKey:
                continue
            return link
        raise VersionConflict(f"{self._name}: always somebody else was faster")

    async def links(self, *, after: int = 0) -> AsyncIterator[Link]:
        cursor = Cursor(_id(after), _id(after))
        while page := await self._store.find(self._name, limit=_PAGE, after=cursor):
            for document in page:
                yield read_link(document)
            cursor = Cursor(page[-1]["_id"], page[-1]["_id"])

    async def of_day(self, group: str, day: date) -> AsyncIterator[Link]:
        equal: dict[str, str | int | bool] = {"group": group, "day": day.isoformat()}
        cursor: Cursor | None = None
        while page := await self._store.find(self._name, equal=equal, limit=_PAGE, after=cursor):
            for document in page:
                yield read_link(document)
            cursor = Cursor(page[-1]["_id"], page[-1]["_id"])

    async def page(
        self, *, group: str | None, day: date | None, before: int | None, limit: int
    ) -> list[Link]:
        named = {"group": group, "day": day.isoformat() if day else None}
        found = await self._store.find(
            self._name,
            equal={name: value for name, value in named.items() if value is not None},
            descending=True,
            limit=limit,
            after=None if before is None else Cursor(_id(before), _id(before)),
        )
        return [read_link(document) for document in found]

    async def head(self) -> Link | None:
        last = await self._store.find(self._name, descending=True, limit=1)
        return read_link(last[0]) if last else None


def linked(
    last: Link | None,
    key: str,
    what: str,
    *,
    group: str,
    day: date,
    at: datetime,
    fields: Mapping[str, str | int],
) -> Link:
    """The link that comes after `last`. Pure."""
    number = last.number + 1 if last else 1
    before = last.hash if last else FIRST_BEFORE
    at = moment_of(milliseconds(at))
    bare = Link(number, key, what, group, day, at, dict(fields), before, "")
    return Link(number, key, what, group, day, at, dict(fields), before, hash_of(bare))


def hash_of(link: Link) -> str:
    """SHA-256 over the link's content as canonical JSON (sorted keys), lower-case hex. Pure."""
    content = {
        "number": link.number,
        "key": link.key,
        "what": link.what,
        "group": link.group,
        "day": link.day.isoformat(),
        "at": milliseconds(link.at),
        "fields": dict(link.fields),
        "before": link.before,
    }
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_link(document: Document) -> Link:
    return Link(
        int(document["_id"]),
        document["key"],
        document["what"],
        document["group"],
        date.fromisoformat(document["day"]),
        moment_of(document["at"]),
        document["fields"],
        document["before"],
        document["hash"],
    )


def _written(link: Link) -> Document:
    return {
        "_id": _id(link.number),
        "key": link.key,
        "what": link.what,
        "group": link.group,
        "day": link.day.isoformat(),
        "at": milliseconds(link.at),
        "fields": dict(link.fields),
        "before": link.before,
        "hash": link.hash,
    }


def _id(number: int) -> str:
    return f"{number:012d}"
