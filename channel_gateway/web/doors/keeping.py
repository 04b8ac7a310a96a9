"""The doors as they are kept: keys sealed in the store, their digests in memory to be held against.

Every process looks anew every two seconds, so a key or network changed anywhere counts everywhere.
"""

import asyncio
import hmac
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256

from channel_gateway.addresses import Network, network
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import (
    Clock,
    Collection,
    DuplicateKey,
    Randomness,
    Sealing,
    Store,
)
from channel_gateway.records import swapped
from channel_gateway.web.doors.door import Door, DoorKey

log = logging.getLogger(__name__)

DOORS = Collection("doors")

_MOST = 100
_KEY_LENGTH = 32  # of 62 characters: 190 bits
_PLACE = "doors.key"


@dataclass(frozen=True)
class KnownDoor:
    """A door as this process knows it: no key in it, only what one is held against."""

    version: int
    digests: tuple[tuple[str, bytes], ...] = field(repr=False)  # by the key's id
    networks: tuple[Network, ...] | None

    def key_id(self, key: str) -> str | None:
        """Which key this is; as long in coming whether it is one or not."""
        digest = _digest(key)
        found = [id for id, known in self.digests if hmac.compare_digest(known, digest)]
        return found[0] if found else None


@dataclass(slots=True)
class DoorCounts:
    """Of this process, since it began."""

    passed: Counter[str] = field(default_factory=Counter)  # by the key's id
    refused: Counter[str] = field(default_factory=Counter)  # by what was wrong
    turned_away: str = ""  # the last address that had a right key, and was in no network


class Doors:
    def __init__(
        self,
        store: Store,
        vault: Sealing,
        clock: Clock,
        randomness: Randomness,
        *,
        look_again_s: float = 2,
    ) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._randomness = randomness
        self._look_again_s = look_again_s
        self._known: dict[str, KnownDoor] = {}
        self._counts: dict[str, DoorCounts] = {}

    def counts(self, name: str) -> DoorCounts:
        return self._counts.setdefault(name, DoorCounts())

    async def known(self, name: str) -> KnownDoor:
        """From memory, but for the first time in a process that did not look at its start."""
        if name not in self._known:
            self._learn(await self.door(name))
        return self._known[name]

    async def door(self, name: str) -> Door:
        """As it is in the store; made there, with its first key, by whoever comes first."""
        found = await self._store.get(DOORS.name, name)
        if found is None:
            with suppress(DuplicateKey):
                await self._store.insert(DOORS.name, to_document(Door(name, (self._new_key(),))))
            found = await self._store.get(DOORS.name, name)
        return from_document(Door, found or {})

    def key(self, key: DoorKey) -> str:
        """The key itself, for the address alone. Raises `Forged` when it was altered."""
        return self._vault.open(key.sealed, _PLACE)

    async def add_key(self, name: str) -> DoorKey:
        """One more key, beside the others. Raises `TooManyKeys`."""
        key = self._new_key()
        await self._change(name, lambda door: door.with_key(key))
        return key

    async def retire_key(self, name: str, id: str) -> None:
        """At once here, within seconds in other processes. Raises `NotFound`, `LastKey`."""
        await self._change(name, lambda door: door.without_key(id))

    async def open_to(self, name: str, networks: tuple[str, ...]) -> None:
        """From now on the door is open to these, and to nobody else."""
        await self._change(name, lambda door: door.open_to(networks))

    async def refresh(self) -> None:
        """Learn what other processes changed."""
        for document in await self._store.find(DOORS.name, limit=_MOST):
            known = self._known.get(document["_id"])
            if known is None or known.version != document["v"]:
                self._learn(from_document(Door, document))

    @asynccontextmanager
    async def followed(self, names: Iterable[str]) -> AsyncIterator[None]:
        """Make the doors that are new; inside, what others change counts here within seconds."""
        for name in names:
            self._learn(await self.door(name))
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._look_again_s)
            try:
                await self.refresh()
            except GatewayError as error:
                # What we know stays known; the next look is soon.
                fields = {"action": "doors", "code": error.code, "why": str(error)}
                log.warning("doors not read", extra=fields)

    async def _change(self, name: str, change: Callable[[Door], Door]) -> None:
        await self.door(name)
        await swapped(self._store, DOORS, name, Door, change)
        self._learn(await self.door(name))

    def _learn(self, door: Door) -> None:
        """The newest version counts: what was read before a change may arrive after it."""
        known = self._known.get(door.id)
        if known is None or known.version < door.version:
            networks = None if door.networks is None else tuple(map(network, door.networks))
            digests = tuple((key.id, _digest(self.key(key))) for key in door.keys)
            self._known[door.id] = KnownDoor(door.version, digests, networks)

    def _new_key(self) -> DoorKey:
        sealed = self._vault.seal(self._randomness.token(_KEY_LENGTH), _PLACE)
        return DoorKey(self._randomness.token(8), sealed, self._clock.now())


def _digest(key: str) -> bytes:
    return sha256(key.encode(errors="surrogateescape")).digest()
