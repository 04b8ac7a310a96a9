"""Guessing notice codes is bounded: so many misses in a Beijing day, then no more."""

from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day, milliseconds, next_midnight
from channel_gateway.domain.errors import TooMany
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Collection, Document, DuplicateKey, Index, Store

ATTEMPTS = Collection("attempts", (Index(("expires",)),))
MISSES_A_DAY = 10


class Attempts:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def allow(self, citizen: str, now: datetime) -> None:
        """Raises `TooMany` when today's misses are used up."""
        day = await self._store.get(ATTEMPTS.name, _id(citizen, now))
        if day is not None and day["misses"] >= MISSES_A_DAY:
            wait = next_midnight(now) - now
            raise TooMany("too many wrong codes today", retry_after_s=int(wait.total_seconds()))

    async def failed(self, citizen: str, now: datetime) -> None:
        """Count a miss."""
        expires = milliseconds(next_midnight(now) + timedelta(days=1))
        day = _id(citizen, now)
        try:
            first = {"_id": day, "misses": 1, "expires": expires}
            await self._store.insert(ATTEMPTS.name, first)
        except DuplicateKey:
            await self._store.mutate(ATTEMPTS.name, day, _one_more)

    async def forget(self, now: datetime) -> None:
        """Purge what no longer counts."""
        await forget_expired(self._store, ATTEMPTS.name, "expires", before=milliseconds(now))


def _id(citizen: str, now: datetime) -> str:
    return f"{citizen}|{beijing_day(now).isoformat()}"


def _one_more(document: Document) -> Document:
    return document | {"misses": document["misses"] + 1}
