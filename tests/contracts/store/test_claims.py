"""Leases: on what is due inside documents, and by name for what runs once over all processes."""

import asyncio

import pytest

from channel_gateway.ports import Store, VersionConflict
from channel_gateway.store import leases


async def test_what_is_due_is_claimed_soonest_first(store: Store) -> None:
    for id, due in (("late", 30), ("soon", 10), ("now", 20), ("not yet", 21)):
        await store.insert("bookings", {"_id": id, "due": due})
    await store.insert("bookings", {"_id": "never"})
    claimed = await store.claim("bookings", "due", now=20, until=99, owner="me", limit=10)
    assert claimed == [
        {"_id": "soon", "v": 2, "due": 99, "owner": "me"},
        {"_id": "now", "v": 2, "due": 99, "owner": "me"},
    ]
    assert await store.get("bookings", "soon") == claimed[0]
    assert await store.get("bookings", "late") == {"_id": "late", "v": 1, "due": 30}


async def test_no_more_than_the_limit_is_claimed(store: Store) -> None:
    for number in range(5):
        await store.insert("bookings", {"_id": str(number), "due": number})
    claimed = await store.claim("bookings", "due", now=9, until=99, owner="me", limit=2)
    assert [document["_id"] for document in claimed] == ["0", "1"]


async def test_eight_workers_claim_each_document_once(store: Store) -> None:
    await store.insert_many("bookings", [{"_id": f"{n:03}", "due": n} for n in range(120)])

    async def work(owner: str) -> list[str]:
        mine: list[str] = []
        idle = 0
        while idle < 3:
            claimed = await store.claim("bookings", "due", now=500, until=999, owner=owner, limit=7)
            assert all(d["owner"] == owner and d["due"] == 999 for d in claimed)
            mine += [d["_id"] for d in claimed]
            idle = 0 if claimed else idle + 1
        return mine

    shares = await asyncio.gather(*(work(f"worker {n}") for n in range(8)))
    claimed = [id for share in shares for id in share]
    assert sorted(claimed) == [f"{n:03}" for n in range(120)]


async def test_a_lease_that_ran_out_is_claimed_again_and_its_owner_refused(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "due": 10})
    [first] = await store.claim("bookings", "due", now=10, until=20, owner="first", limit=1)
    assert await store.claim("bookings", "due", now=19, until=30, owner="second", limit=1) == []
    [second] = await store.claim("bookings", "due", now=20, until=30, owner="second", limit=1)
    with pytest.raises(VersionConflict):
        await store.replace("bookings", first | {"due": None}, version=first["v"])
    done = await store.replace("bookings", second | {"due": None}, version=second["v"])
    assert await store.claim("bookings", "due", now=99, until=100, owner="third", limit=1) == []
    assert done["v"] == 4


async def test_purging_takes_the_oldest_and_no_more_than_told(store: Store) -> None:
    await store.insert_many("rows", [{"_id": str(n), "expires": n} for n in range(10)])
    await store.insert("rows", {"_id": "for ever"})
    assert await store.purge("rows", "expires", before=7, limit=5) == 5
    assert await store.purge("rows", "expires", before=7, limit=5) == 2
    assert await store.purge("rows", "expires", before=7, limit=5) == 0
    left = [document["_id"] for document in await store.find("rows")]
    assert left == ["7", "8", "9", "for ever"]


async def test_a_named_lease_has_one_holder(store: Store) -> None:
    taken = await asyncio.gather(
        *(
            leases.acquire(store, "sweeper", owner=f"process {n}", now=0, until=10)
            for n in range(16)
        )
    )
    [held] = [lease for lease in taken if lease is not None]
    assert await leases.acquire(store, "sweeper", owner="late", now=9, until=19) is None
    longer = await leases.renew(store, held, now=9, until=19)
    assert longer is not None
    assert await leases.acquire(store, "sweeper", owner="late", now=18, until=28) is None
    assert await leases.acquire(store, "other", owner="late", now=18, until=28) is not None


async def test_a_lease_that_is_over_goes_to_the_next(store: Store) -> None:
    held = await leases.acquire(store, "sweeper", owner="a", now=0, until=10)
    assert held is not None
    taken = await leases.acquire(store, "sweeper", owner="b", now=10, until=20)
    assert taken is not None
    assert taken.version > held.version
    assert await leases.renew(store, held, now=9, until=30) is None
    await leases.release(store, held)
    assert await leases.acquire(store, "sweeper", owner="a", now=19, until=30) is None


async def test_an_owner_who_is_late_stops(store: Store) -> None:
    held = await leases.acquire(store, "sweeper", owner="a", now=0, until=10)
    assert held is not None
    assert await leases.renew(store, held, now=10, until=20) is None


async def test_a_released_lease_is_free_at_once_and_its_fence_grows(store: Store) -> None:
    held = await leases.acquire(store, "sweeper", owner="a", now=0, until=10)
    assert held is not None
    await leases.release(store, held)
    taken = await leases.acquire(store, "sweeper", owner="b", now=1, until=11)
    assert taken is not None
    assert taken.version > held.version


async def test_an_owner_who_starts_again_has_its_lease(store: Store) -> None:
    assert await leases.acquire(store, "sweeper", owner="a", now=0, until=10) is not None
    assert await leases.acquire(store, "sweeper", owner="a", now=5, until=15) is not None
