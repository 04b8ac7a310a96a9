"""What may exist once: keys on the document itself."""

import asyncio
from dataclasses import replace

import pytest

from channel_gateway.ports import DuplicateKey, Store
from channel_gateway.store import open_store
from tests.contracts.store.conftest import LASTING, Engine
from tests.contracts.store.model import BOOKINGS, book


async def test_a_collision_names_its_key_and_stores_nothing(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "seat_key": "s|1", "quota_key": "c|1"})
    with pytest.raises(DuplicateKey) as taken:
        await store.insert("bookings", {"_id": "2", "seat_key": "s|2", "quota_key": "c|1"})
    assert (taken.value.collection, taken.value.index) == ("bookings", "quota_key")
    assert await store.get("bookings", "2") is None
    assert await store.get_by("bookings", "seat_key", "s|2") is None


async def test_a_collision_in_a_replace_leaves_the_document(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "seat_key": "s|1"})
    await store.insert("bookings", {"_id": "2", "seat_key": "s|2"})
    with pytest.raises(DuplicateKey) as taken:
        await store.replace("bookings", {"_id": "2", "seat_key": "s|1"}, version=1)
    assert taken.value.index == "seat_key"
    assert await store.get("bookings", "2") == {"_id": "2", "v": 1, "seat_key": "s|2"}


async def test_when_keys_collide_at_once_the_first_declared_is_named(store: Store) -> None:
    keys = {"seat_key": "s", "quota_key": "q", "request_key": "r"}
    await store.insert("bookings", {"_id": "1"} | keys)
    await store.insert("bookings", {"_id": "2"})

    async def collide(id: str, *fields: str) -> str:
        with pytest.raises(DuplicateKey) as taken:
            await store.insert("bookings", {"_id": id} | {field: keys[field] for field in fields})
        return taken.value.index

    assert await collide("1", "request_key", "quota_key", "seat_key") == "_id"
    assert await collide("3", "request_key", "quota_key", "seat_key") == "seat_key"
    assert await collide("3", "request_key", "quota_key") == "quota_key"
    with pytest.raises(DuplicateKey) as taken:
        await store.replace(
            "bookings", {"_id": "2", "request_key": "r", "quota_key": "q"}, version=1
        )
    assert taken.value.index == "quota_key"


async def test_two_keys_held_by_two_documents_collide_in_order(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "quota_key": "q"})
    await store.insert("bookings", {"_id": "2", "seat_key": "s"})
    with pytest.raises(DuplicateKey) as taken:
        await store.insert("bookings", {"_id": "3", "quota_key": "q", "seat_key": "s"})
    assert taken.value.index == "seat_key"


@pytest.mark.parametrize("engine", LASTING, indirect=True)
async def test_the_order_is_that_of_the_declaration_and_not_of_the_indexes_age(
    engine: Engine,
) -> None:
    reversed_bookings = replace(BOOKINGS, indexes=BOOKINGS.indexes[::-1])
    older = await open_store(engine.url, [reversed_bookings], driver=engine.name)
    await older.insert("bookings", {"_id": "1", "seat_key": "s", "quota_key": "q"})
    await older.close()
    store = await engine.open()
    with pytest.raises(DuplicateKey) as taken:
        await store.insert("bookings", {"_id": "2", "seat_key": "s", "quota_key": "q"})
    assert taken.value.index == "seat_key"
    await store.close()


async def test_absent_keys_and_none_never_collide(store: Store) -> None:
    for id in ("1", "2", "3"):
        await store.insert("bookings", {"_id": id, "seat_key": None})
        await store.insert("bookings", {"_id": f"without {id}"})
    assert len(await store.find("bookings")) == 6


async def test_a_dropped_key_is_free_again(store: Store) -> None:
    held = await store.insert("bookings", {"_id": "1", "seat_key": "s|1"})
    held = await store.replace("bookings", {"_id": "1", "seat_key": None}, version=held["v"])
    await store.insert("bookings", {"_id": "2", "seat_key": "s|1"})
    assert await store.delete("bookings", "2")
    await store.replace("bookings", {"_id": "1", "seat_key": "s|1"}, version=held["v"])
    found = await store.get_by("bookings", "seat_key", "s|1")
    assert found == {"_id": "1", "v": 3, "seat_key": "s|1"}


async def test_keys_differ_by_every_character(store: Store) -> None:
    for number, key in enumerate(["a", "A", "a ", "\u00e1", "a\u0301", "1", "01"]):
        await store.insert("bookings", {"_id": str(number), "seat_key": key})
        found = await store.get_by("bookings", "seat_key", key)
        assert found is not None
        assert found["_id"] == str(number)


async def test_of_many_inserts_one_wins(store: Store) -> None:
    results = await asyncio.gather(
        *(store.insert("notes", {"_id": "the one", "number": n}) for n in range(32)),
        return_exceptions=True,
    )
    lost = [result for result in results if isinstance(result, DuplicateKey)]
    assert [taken.index for taken in lost] == ["_id"] * 31


async def test_64_citizens_get_20_seats(store: Store) -> None:
    bookings = await asyncio.gather(
        *(
            book(
                store,
                {"_id": f"b{n}", "slot": "monday", "citizen": f"c{n}", "at": n},
                seats=range(20),
                quota=[1],
            )
            for n in range(64)
        )
    )
    assert sum(isinstance(booking, dict) for booking in bookings) == 20
    assert bookings.count("full") == 44
    assert await store.count("bookings", equal={"slot": "monday"}, cap=99) == 20


async def test_a_citizen_gets_no_more_than_the_limit(store: Store) -> None:
    bookings = await asyncio.gather(
        *(
            book(
                store,
                {"_id": f"b{n}", "slot": f"slot{n}", "citizen": "one", "at": n},
                seats=[1],
                quota=range(3),
            )
            for n in range(32)
        )
    )
    assert sum(isinstance(booking, dict) for booking in bookings) == 3
    assert bookings.count("limit") == 29


async def test_a_repeated_request_makes_one_booking(store: Store) -> None:
    bookings = await asyncio.gather(
        *(
            book(
                store,
                {"_id": f"b{n}", "slot": "s", "citizen": "c", "at": n, "request_key": "the tap"},
                seats=range(n, n + 32),
                quota=range(n, n + 32),
            )
            for n in range(16)
        )
    )
    assert sum(isinstance(booking, dict) for booking in bookings) == 1
    assert bookings.count("repeated") == 15


async def test_moving_to_a_taken_seat_keeps_the_old_one(store: Store) -> None:
    mine = await store.insert("bookings", {"_id": "1", "seat_key": "monday|1"})
    await store.insert("bookings", {"_id": "2", "seat_key": "friday|1"})
    with pytest.raises(DuplicateKey):
        await store.replace("bookings", mine | {"seat_key": "friday|1"}, version=mine["v"])
    moved = await store.replace("bookings", mine | {"seat_key": "friday|2"}, version=mine["v"])
    assert moved["seat_key"] == "friday|2"
    await store.insert("bookings", {"_id": "3", "seat_key": "monday|1"})
