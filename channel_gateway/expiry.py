"""Forget what has expired, page by page: one purge of everything would hold up all other writes."""

from channel_gateway.ports import Store

PAGE = 500


async def forget_expired(store: Store, collection: str, field: str, *, before: int) -> None:
    """Delete all documents with `field < before` (ms)."""
    while await store.purge(collection, field, before=before, limit=PAGE) == PAGE:
        pass
