"""Which pushes were taken up already, and which body a signature of plain mode brought."""

from datetime import datetime, timedelta
from hashlib import sha256

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Forged
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Collection, DuplicateKey, Index, Store

KNOWN_PUSHES = Collection(
    "wechat_pushes", (Index(("kind", "known_at")), Index(("known_at",))), bulk=True
)
KEPT = timedelta(days=1)  # far longer than a push may be old
_SIGNATURE = "signature"  # the kind of what is kept of a signature


class KnownPushes:
    def __init__(self, store: Store, app_id: str) -> None:
        self._store = store
        self._app_id = app_id

    async def has(self, push_id: str) -> bool:
        return await self._store.get(KNOWN_PUSHES.name, self._id(push_id)) is not None

    async def keep(self, push_id: str, kind: str, now: datetime) -> None:
        """Keep that it was taken up: its kind, and nothing of what it says."""
        document = {"_id": self._id(push_id), "kind": kind, "known_at": milliseconds(now)}
        try:
            await self._store.insert(KNOWN_PUSHES.name, document)
        except DuplicateKey:
            return  # its double was quicker

    async def bind(self, signature: str, body: bytes, now: datetime) -> None:
        """Let a signature bring this body from now on. Raises `Forged` when it brought another."""
        id, digest = self._id(f"{_SIGNATURE}\n{signature}"), sha256(body).hexdigest()
        document = {"_id": id, "kind": _SIGNATURE, "known_at": milliseconds(now), "body": digest}
        try:
            await self._store.insert(KNOWN_PUSHES.name, document)
        except DuplicateKey:
            kept = await self._store.get(KNOWN_PUSHES.name, id)
            if kept is not None and kept["body"] != digest:
                raise Forged("a signature that came with another body before") from None

    async def forget(self, now: datetime) -> None:
        before = milliseconds(now - KEPT)
        await forget_expired(self._store, KNOWN_PUSHES.name, "known_at", before=before)

    def _id(self, text: str) -> str:
        return sha256(f"{self._app_id}\n{text}".encode()).hexdigest()
