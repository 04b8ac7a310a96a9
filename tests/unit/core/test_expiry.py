"""Forgetting: all that has expired, however much it is, and nothing else."""

from channel_gateway.expiry import PAGE, forget_expired
from channel_gateway.ports import Collection, Index
from channel_gateway.store.memory import MemoryStore

CODES = Collection("codes", (Index(("ends",)),))


async def test_all_that_has_expired_is_forgotten_however_many_pages_it_fills() -> None:
    store = MemoryStore([CODES])
    await store.open()
    expired = [{"_id": f"old-{n}", "ends": 99} for n in range(2 * PAGE)]
    await store.insert_many(CODES.name, [*expired, {"_id": "still good", "ends": 100}])

    await forget_expired(store, CODES.name, "ends", before=100)

    assert [kept["_id"] for kept in await store.find(CODES.name)] == ["still good"]
