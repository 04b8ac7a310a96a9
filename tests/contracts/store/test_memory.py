"""What only the store in memory does: crash and fail when it is told."""

import asyncio

import pytest

from channel_gateway.ports import StoreUnavailable
from channel_gateway.store.memory import MemoryStore
from tests.contracts.store.model import ALL


async def test_a_crash_keeps_what_was_acknowledged_and_loses_what_was_under_way() -> None:
    store = MemoryStore(ALL)
    await store.open()
    await store.insert("bookings", {"_id": "1", "seat_key": "s|1"})
    under_way = asyncio.create_task(store.insert("bookings", {"_id": "2", "seat_key": "s|2"}))
    await asyncio.sleep(0)
    store.crash()
    with pytest.raises(StoreUnavailable):
        await under_way
    with pytest.raises(StoreUnavailable):
        await store.get("bookings", "1")
    await store.open()
    assert [booking["_id"] for booking in await store.find("bookings")] == ["1"]
    await store.insert("bookings", {"_id": "3", "seat_key": "s|2"})


async def test_a_write_from_before_a_crash_does_not_land_after_it() -> None:
    store = MemoryStore(ALL)
    await store.open()
    under_way = asyncio.create_task(store.insert("notes", {"_id": "1"}))
    await asyncio.sleep(0)
    store.crash()
    await store.open()
    with pytest.raises(StoreUnavailable):
        await under_way
    assert await store.get("notes", "1") is None


@pytest.mark.parametrize("applied", [True, False])
async def test_an_unknown_outcome_can_be_either(applied: bool) -> None:
    store = MemoryStore(ALL)
    await store.open()
    store.fail_writes(2, applied=applied)
    for id in ("1", "2"):
        with pytest.raises(StoreUnavailable):
            await store.insert("notes", {"_id": id})
    await store.insert("notes", {"_id": "3"})
    kept = [note["_id"] for note in await store.find("notes")]
    assert kept == (["1", "2", "3"] if applied else ["3"])
