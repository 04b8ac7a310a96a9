"""The rings of refused callbacks: the last of each kind, kept beside the answer, never before it.

A kind is a callback and what was wrong: forged noise pushes nothing signed out. A flood is cheap:
of each kind two a second are written, the rest is counted alone.
"""

import asyncio
import logging
from collections.abc import Collection as Names
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import GatewayError
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Clock, Collection, Index, Randomness, Sealing, Store
from channel_gateway.web.refused.masked_body import masked_body

log = logging.getLogger(__name__)

REFUSED = Collection(
    "refused_callbacks",
    (
        Index(("callback", "code", "at")),
        Index(("callback", "at")),
        Index(("at",)),
    ),
)

KEPT = 50  # of each kind
SHOWN = 200  # at once
A_SECOND = 2  # written of each kind by one process
AT_ONCE = 8  # under way together, should the store be slow
_TRIMMED = 50  # at most, by one write
_LONGEST = timedelta(days=30)
_PLACE = "refused_callbacks.body"
_Kind = tuple[str, str]  # callback and code


@dataclass(frozen=True)
class Refused:
    """A callback we refused, and why."""

    id: str
    callback: str
    at: datetime
    code: str
    status: int
    size: int
    body: str = field(repr=False)  # masked, and sealed for all that


class RefusedCallbacks:
    def __init__(self, store: Store, vault: Sealing, clock: Clock, randomness: Randomness) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._randomness = randomness
        self._written: dict[_Kind, tuple[int, int]] = {}  # second, and how many in it
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, callback: str, code: str, status: int, body: bytes) -> None:
        """Have it kept soon, unless there were many just now. Never raises for the store's sake."""
        now = self._clock.now()
        if len(self._writing) < AT_ONCE and self._has_room(
            (callback, code), milliseconds(now) // 1000
        ):
            writing = asyncio.get_running_loop().create_task(
                self._keep(callback, now, code, status, body)
            )
            self._writing.add(writing)
            writing.add_done_callback(self._writing.discard)

    async def settled(self) -> None:
        """What is being written is written: before the store is closed."""
        await asyncio.gather(*self._writing)

    async def newest(self, callbacks: Names[str], code: str = "") -> list[tuple[Refused, str]]:
        """Of these callbacks and, if it is given, of this code, with the body opened."""
        of_code: dict[str, str | int | bool] = {"code": code} if code else {}
        found = [
            from_document(Refused, document)
            for callback in callbacks
            for document in await self._store.find(
                REFUSED.name,
                equal={"callback": callback, **of_code},
                order="at",
                descending=True,
                limit=SHOWN,
            )
        ]
        found.sort(key=lambda each: each.at, reverse=True)
        return [(each, self._vault.open(each.body, _PLACE)) for each in found[:SHOWN]]

    async def purge(self, now: datetime) -> None:
        """Forget what nobody looked at for a month."""
        before = milliseconds(now - _LONGEST)
        await forget_expired(self._store, REFUSED.name, "at", before=before)

    def _has_room(self, kind: _Kind, second: int) -> bool:
        at, written = self._written.get(kind, (second, 0))
        if at != second:
            written = 0
        self._written[kind] = (second, written + 1)
        return written < A_SECOND

    async def _keep(
        self, callback: str, now: datetime, code: str, status: int, body: bytes
    ) -> None:
        sealed = self._vault.seal(masked_body(body), _PLACE)
        id = self._randomness.token(16)
        refused = Refused(id, callback, now, code, status, len(body), sealed)
        try:
            await self._store.insert(REFUSED.name, to_document(refused))
            await self._trim((callback, code))
        except GatewayError as error:
            # The platform has its answer, and the refusal was counted.
            fields = {"action": "refused_callback", "callback": callback, "code": error.code}
            log.warning("a refused callback is not kept", extra=fields)

    async def _trim(self, kind: _Kind) -> None:
        callback, code = kind
        of_it: dict[str, str | int | bool] = {"callback": callback, "code": code}
        kept = await self._store.count(REFUSED.name, equal=of_it, cap=KEPT + _TRIMMED)
        if kept > KEPT:
            for document in await self._store.find(
                REFUSED.name, equal=of_it, order="at", limit=kept - KEPT
            ):
                await self._store.delete(REFUSED.name, document["_id"])
