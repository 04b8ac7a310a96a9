"""The first answer to an Idempotency-Key is the answer: asked again, it is given again.

A key belongs to who asks and where. It is taken by one insert, so that of many equal calls one
acts; a lease lets another act when the first one died. What answers "try again", an error that
passes among it, is not kept.
"""

import asyncio
import logging
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import orjson

from channel_gateway.domain.days import milliseconds
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Clock,
    Collection,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Randomness,
    Sealing,
    Store,
    StoreError,
    StoreUnavailable,
    VersionConflict,
)
from channel_gateway.service import KeyReused
from channel_gateway.web.refusals import InProgress
from channel_gateway.wire import Headers, HttpResponse

log = logging.getLogger(__name__)

IDEMPOTENCY = Collection("idempotency", (Index(("kept_until",)),))

REPLAYED = "Idempotency-Replayed"
_KEPT_FOR = timedelta(hours=24)
_LEASE = timedelta(seconds=30)
_PLACE = "idempotency.answer"
# A twin waits for the first in steps that grow: about two seconds together.
_WAITS_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.7)
_PASSING = frozenset({401, 408, 429})  # and all 5xx: the same call may go another way next time


class FirstAnswers:
    def __init__(
        self,
        store: Store,
        vault: Sealing,
        clock: Clock,
        randomness: Randomness,
        collection: Collection = IDEMPOTENCY,
        *,
        kept_for: timedelta = _KEPT_FOR,
    ) -> None:
        """`collection`: has the index of `IDEMPOTENCY`."""
        self._collection = collection.name
        self._kept_for = kept_for
        self._store = store
        self._vault = vault
        self._clock = clock
        self._randomness = randomness

    async def once(
        self, key: tuple[str, str, str], asked: str, act: Callable[[], Awaitable[HttpResponse]]
    ) -> HttpResponse:
        """Act, unless somebody did for this key. Raises `KeyReused`, `InProgress`.

        `key`: who asks, which route, which Idempotency-Key; `asked`: a digest of what is asked.
        """
        id = self._vault.blind_index("\n".join(key), "idempotency")
        digest = self._vault.blind_index(asked, "idempotency.asked")
        for wait_s in (*_WAITS_S, None):
            held = await self._take(id, digest)
            if held is not None:
                return await self._act(held, act)
            found = await self._store.get(self._collection, id)
            if found is None:
                continue  # the first one has just let go of the key
            if found["asked"] != digest:
                raise KeyReused
            if found["answer"] is not None:
                return self._replay(found["answer"])
            if wait_s is not None:
                await asyncio.sleep(wait_s)
        raise InProgress

    async def purge(self, now: datetime) -> None:
        """Forget answers that were kept for their time."""
        await forget_expired(self._store, self._collection, "kept_until", before=milliseconds(now))

    async def _take(self, id: str, digest: str) -> Document | None:
        """Our hold on the key, or None: somebody has it, or it has its answer."""
        now = self._clock.now()
        hold: Document = {
            "_id": id,
            "asked": digest,
            "answer": None,
            "leased_until": milliseconds(now + _LEASE),
            "kept_until": milliseconds(now + self._kept_for),
        }
        try:
            return await self._store.insert(self._collection, hold)
        except DuplicateKey:
            found = await self._store.get(self._collection, id)
        if found is None or not _abandoned(found, milliseconds(now), digest):
            return None
        try:
            return await self._store.replace(self._collection, hold, version=found["v"])
        except (VersionConflict, MissingDocument):
            return None

    async def _act(
        self, hold: Document, act: Callable[[], Awaitable[HttpResponse]]
    ) -> HttpResponse:
        try:
            response = await act()
        except Exception:
            await self._let_go(hold)
            raise
        if response.status >= 500 or response.status in _PASSING:
            await self._let_go(hold)
            return response
        kept = {**hold, "answer": self._vault.seal(_packed(response), _PLACE)}
        try:
            await self._store.replace(self._collection, kept, version=hold["v"])
        except (StoreError, StoreUnavailable) as error:
            # It is done, and the caller hears so. What is lost is the memory of the answer: the
            # store is away, or we outlived our lease and another keeps an answer of their own.
            log.warning(
                "an answer is not kept", extra={"action": "idempotency", "code": error.code}
            )
        return response

    async def _let_go(self, hold: Document) -> None:
        with suppress(StoreUnavailable):  # then the lease lets go, a little later
            await self._store.delete(self._collection, hold["_id"], version=hold["v"])

    def _replay(self, answer: str) -> HttpResponse:
        status, headers, body, code = orjson.loads(self._vault.open(answer, _PLACE))
        return HttpResponse(status, Headers({**headers, REPLAYED: "true"}), b64decode(body), code)


def _abandoned(found: Document, now_ms: int, digest: str) -> bool:
    """Whether a key may be taken over: past its day, or its holder died with the same wish."""
    if found["kept_until"] <= now_ms:
        return True
    unanswered = found["answer"] is None and found["leased_until"] <= now_ms
    return unanswered and bool(found["asked"] == digest)


def _packed(response: HttpResponse) -> str:
    body = b64encode(response.body).decode()
    kept = [response.status, dict(response.headers), body, response.code]
    return orjson.dumps(kept).decode()
