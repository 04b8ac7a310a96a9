"""What a store bears: half-done batches, failed neighbours, callers who leave, a second opening."""

import asyncio

import pytest

from channel_gateway.ports import (
    Collection,
    DuplicateKey,
    Index,
    Store,
    StoreError,
    StoreUnavailable,
)
from channel_gateway.store import open_store
from channel_gateway.store.indexes import declared
from tests.contracts.store.conftest import LASTING, Engine

ROWS = [{"_id": f"run:{n:04}", "run": "r", "status": "open"} for n in range(1200)]


async def test_a_repeated_batch_stores_each_row_once(store: Store) -> None:
    assert await store.insert_many("rows", ROWS) == 1200
    assert await store.insert_many("rows", ROWS) == 0
    assert await store.count("rows", equal={"run": "r"}, cap=9999) == 1200


async def test_a_half_done_batch_is_finished_by_repeating_it(store: Store) -> None:
    assert await store.insert_many("rows", ROWS[300:700]) == 400
    await store.replace("rows", ROWS[300] | {"status": "done"}, version=1)
    assert await store.insert_many("rows", ROWS) == 800
    kept = await store.get("rows", ROWS[300]["_id"])
    assert kept is not None
    assert kept["status"] == "done"


async def test_a_repeated_batch_does_not_collide_with_its_own_keys(store: Store) -> None:
    bookings = [{"_id": str(n), "seat_key": f"s|{n}"} for n in range(3)]
    assert await store.insert_many("bookings", bookings[:2]) == 2
    assert await store.insert_many("bookings", bookings) == 1
    with pytest.raises(DuplicateKey) as taken:
        await store.insert_many("bookings", [{"_id": "9", "seat_key": "s|0"}])
    assert taken.value.index == "seat_key"


async def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert await store.insert_many("rows", []) == 0


async def test_a_failed_write_does_not_harm_those_beside_it(store: Store) -> None:
    await store.insert("bookings", {"_id": "held", "seat_key": "taken"})
    results = await asyncio.gather(
        *(
            store.insert("bookings", {"_id": str(n), "seat_key": f"s{n}" if n % 3 else "taken"})
            for n in range(60)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, DuplicateKey) for result in results) == 20
    assert len(await store.find("bookings")) == 41


async def test_a_cancelled_caller_leaves_a_store_that_works(store: Store) -> None:
    tasks = [asyncio.ensure_future(store.insert("notes", {"_id": str(n)})) for n in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, dict) for result in results[1::2])
    for number in range(1, 50, 2):
        assert await store.get("notes", str(number)) is not None
    await store.insert("notes", {"_id": "after"})


@pytest.mark.parametrize("engine", LASTING, indirect=True)
async def test_what_was_acknowledged_is_there_after_opening_again(engine: Engine) -> None:
    first = await engine.open()
    await first.insert("bookings", {"_id": "1", "seat_key": "s", "slot": "a", "at": 1})
    await first.open()
    await first.close()
    second = await engine.open()
    third = await engine.open()
    try:
        assert await second.get_by("bookings", "seat_key", "s") is not None
        assert len(await third.find("bookings", equal={"slot": "a"}, order="at")) == 1
        with pytest.raises(DuplicateKey):
            await third.insert("bookings", {"_id": "2", "seat_key": "s"})
    finally:
        await second.close()
        await third.close()


@pytest.mark.parametrize("engine", LASTING, indirect=True)
async def test_an_index_that_contradicts_the_data_is_refused(engine: Engine) -> None:
    first = await engine.open()
    await first.close()
    other = Collection("bookings", (Index(("seat_key",)),))
    with pytest.raises(StoreError) as refused:
        await open_store(engine.url, [other], driver=engine.name)
    assert not isinstance(refused.value, StoreUnavailable)


@pytest.mark.parametrize("engine", LASTING, indirect=True)
async def test_an_index_may_be_added_to_data_that_is_there(engine: Engine) -> None:
    first = await engine.open()
    await first.insert("notes", {"_id": "1", "colour": "red"})
    await first.close()
    more = Collection("notes", (Index(("colour",)),))
    second = await open_store(engine.url, [more], driver=engine.name)
    try:
        assert len(await second.find("notes", equal={"colour": "red"})) == 1
    finally:
        await second.close()


async def test_a_closed_store_says_so(engine: Engine) -> None:
    store = await engine.open()
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.insert("notes", {"_id": "1"})
    with pytest.raises(StoreUnavailable):
        await store.get("notes", "1")


@pytest.mark.parametrize(
    "collections",
    [
        [Collection("Bad Name")],
        [Collection("notes", (Index(("a.b",)),))],
        [Collection("notes", (Index(("a", "b"), unique=True),))],
        [Collection("notes", (Index(()),))],
        [Collection("notes", (Index(("a",)), Index(("a",), unique=True)))],
        [Collection("notes"), Collection("notes", bulk=True)],
    ],
    ids=["name", "field", "wide key", "nothing", "twice", "two of a name"],
)
def test_what_cannot_be_declared_is_refused(collections: list[Collection]) -> None:
    with pytest.raises(StoreError):
        declared(collections)


async def test_an_unknown_url_is_refused() -> None:
    with pytest.raises(StoreError):
        await open_store("postgres://nowhere", [])
