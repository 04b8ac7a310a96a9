"""Which pushes were taken up already, and which body a signature of plain mode brought."""

from datetime import datetime, timedelta
from hashlib import sha256

from channel_gateway.domain.errors import Forged
from channel_gateway.ports import Collection, Index, Store
from channel_gateway.seen import Seen

KNOWN_PUSHES = Collection("wechat_pushes", (Index(("kind",)), Index(("forget_at",))), bulk=True)
KEPT = timedelta(days=1)  # far longer than a push may be old
_SIGNATURE = "signature"  # the kind of what is kept of a signature


class KnownPushes:
    def __init__(self, store: Store, app_id: str) -> None:
        self._store = store
        self._seen = Seen(store, KNOWN_PUSHES)
        self._app_id = app_id

    async def has(self, push_id: str) -> bool:
        return await self._seen.has(self._id(push_id))

    async def keep(self, push_id: str, kind: str, now: datetime) -> None:
        """Keep that it was taken up: its kind, and nothing of what it says."""
        await self._seen.keep(self._id(push_id), until=now + KEPT, kind=kind)

    async def bind(self, signature: str, body: bytes, now: datetime) -> None:
        """Let a signature bring this body from now on. Raises `Forged` when it brought another."""
        id, digest = self._id(f"{_SIGNATURE}\n{signature}"), sha256(body).hexdigest()
        if await self._seen.keep(id, until=now + KEPT, kind=_SIGNATURE, body=digest):
            return
        kept = await self._store.get(KNOWN_PUSHES.name, id)
        if kept is not None and kept["body"] != digest:
            raise Forged("a signature that came with another body before")

    async def forget(self, now: datetime) -> None:
        await self._seen.forget(now)

    def _id(self, text: str) -> str:
        return sha256(f"{self._app_id}\n{text}".encode()).hexdigest()
