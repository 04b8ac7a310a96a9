"""Append-only records in which each entry carries the hash of the one before it."""

from collections.abc import AsyncIterator, Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from channel_gateway.ports.store import StoreError


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """What is to become a link."""

    key: str  # unique in its chain: what was appended is not appended twice
    what: str
    group: str  # by which, together with the day, entries are found
    day: date  # Beijing's
    at: datetime
    fields: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Link:
    """One entry. Its hash covers everything else in it, the hash of the link before included."""

    number: int  # 1, 2, 3, … without a gap
    key: str
    what: str
    group: str
    day: date
    at: datetime
    fields: Mapping[str, str | int]
    before: str  # the hash of the link before; 64 zeros in the first
    hash: str


@dataclass(frozen=True, slots=True)
class KnownHead:
    """Where a chain ended at some time, as somebody outside the chain keeps it."""

    number: int
    hash: str
    where: str  # in words: the closed day 2026-03-02, say


class HeadKeeper(Protocol):
    """Who keeps heads of a chain elsewhere; verifying asks all that are offered."""

    async def heads(self, chain: str) -> list[KnownHead]: ...


class ChainWitness(Protocol):
    """Who knows, by what else is in the store, that a chain has an entry."""

    async def entered(self, chain: str) -> str:
        """What is there that is never there without one, in words; empty: nothing."""
        ...


class ChainBroken(StoreError):
    """Journal or audit trail is not as it was written: `journal verify` names what."""

    code = "chain_broken"


class Chain(Protocol):
    async def append(self, entry: ChainEntry) -> Link:
        """The same key again changes nothing and gives the first one."""
        ...

    def links(self, *, after: int = 0) -> AsyncIterator[Link]:
        """Every entry in order, from the one after that number on."""
        ...

    def of_day(
        self, group: str, day: date, *, whats: Container[str] | None = None
    ) -> AsyncIterator[Link]:
        """A group's entries of a day, in order; `whats`: those alone.

        Raises `ChainBroken` for one of another group or day.
        """
        ...

    def of_group(self, group: str) -> AsyncIterator[Link]:
        """A group's entries by day. Raises `ChainBroken` for one of another."""
        ...

    async def of_key(self, key: str) -> Link | None:
        """The entry that was appended under this key."""
        ...

    async def page(
        self, *, group: str | None, day: date | None, before: int | None, limit: int
    ) -> list[Link]:
        """The newest first: of a group, of a day, of both or of all; those before that number.

        Raises `ChainBroken` for one that belongs elsewhere.
        """
        ...

    async def head(self) -> Link | None:
        """The last entry; None: the chain is empty."""
        ...


class Chains(Protocol):
    def chain(self, name: str) -> Chain:
        """The chain of this name: `journal` of money, `audit` of what staff did."""
        ...
