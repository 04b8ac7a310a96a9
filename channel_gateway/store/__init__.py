"""The store: documents with versions and unique keys, in memory, in SQLite or in MongoDB."""

from collections.abc import Iterable
from pathlib import Path

from channel_gateway.ports import Collection, Store, StoreError
from channel_gateway.store.memory import MemoryStore
from channel_gateway.store.sqlite import SqliteStore


async def open_store(
    url: str, collections: Iterable[Collection], *, driver: str = "motor", timeout_s: float = 5.0
) -> Store:
    """Open `memory:`, `sqlite:PATH` or `mongodb://…/DATABASE`; `driver` is for MongoDB alone.

    `timeout_s` bounds every call: after it comes `StoreUnavailable`.
    """
    store = make_store(url, collections, driver=driver, timeout_s=timeout_s)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    return store


def make_store(
    url: str, collections: Iterable[Collection], *, driver: str = "motor", timeout_s: float = 5.0
) -> Store:
    """A store that is not open yet. Raises `StoreError` for another kind of address."""
    if url == "memory:":
        return MemoryStore(collections)
    if url.startswith("sqlite:"):
        return SqliteStore(Path(url.removeprefix("sqlite:")), collections, timeout_s=timeout_s)
    if url.startswith(("mongodb://", "mongodb+srv://")):
        # Imported when wanted: motor reads its thread limit from the environment at import.
        from channel_gateway.store.mongo import MongoStore

        return MongoStore(url, collections, driver=driver, timeout_s=timeout_s)
    raise StoreError("a store's url begins with memory:, sqlite: or mongodb://")
