"""Which ids were seen already, each until its moment: what comes twice is known, and kept once."""

from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Collection, DuplicateKey, Store


class Seen:
    def __init__(self, store: Store, collection: Collection) -> None:
        """`collection`: with an index over `forget_at`."""
        self._store = store
        self._name = collection.name

    async def has(self, id: str) -> bool:
        return await self._store.get(self._name, id) is not None

    async def keep(self, id: str, *, until: datetime, **told: str) -> bool:
        """Whether it is kept by this call, with what is told of it; False: it was kept before."""
        document = {"_id": id, "forget_at": milliseconds(until), **told}
        try:
            await self._store.insert(self._name, document)
        except DuplicateKey:
            return False
        return True

    async def forget(self, now: datetime) -> None:
        """Forget those whose moment is past."""
        await forget_expired(self._store, self._name, "forget_at", before=milliseconds(now))
