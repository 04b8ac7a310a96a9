"""What goes in comes out, and what cannot be kept is refused before anything is sent."""

import asyncio
from typing import Any

import pytest

from channel_gateway.ports import BadDocument, Store
from channel_gateway.store.documents import stamped
from tests.contracts.store.conftest import Engine
from tests.contracts.store.model import BOOKINGS

KEPT: list[Any] = [
    "",
    "政务服务 · 🏛",
    "z" * 200_000,
    0,
    -1,
    1,
    2**31,
    2**63 - 1,
    -(2**63),
    True,
    False,
    None,
    [],
    {},
    [1, "1", True, None, [1], {"a": {"b": []}}],
    {"z": 1, "a": 2, "m": {"y": 1, "b": 2}},
    {"键": "值", "with space": 1, "dash-ed": 2, "'quoted\"": 3},
]


async def test_values_come_back_as_they_went_in(store: Store) -> None:
    for number, value in enumerate(KEPT):
        await store.insert("notes", {"_id": str(number), "value": value})
        found = await store.get("notes", str(number))
        assert found == {"_id": str(number), "v": 1, "value": value}
        assert repr(found["value"]) == repr(value)  # 1 is not True, and a number is not its text
        assert type(found["value"]) is type(value)  # not an engine's own kind of number


@pytest.mark.parametrize("key", [{"$gt": ""}, ["1"], 1, None, b"1"])
async def test_nothing_is_looked_for_by_what_is_no_text(store: Store, key: Any) -> None:
    await store.insert("bookings", {"_id": "1", "seat_key": "1"})
    looking = [
        store.get("bookings", key),
        store.get_by("bookings", "seat_key", key),
        store.mutate("bookings", key, lambda document: document),
        store.delete("bookings", key),
    ]
    for look in looking:
        with pytest.raises(BadDocument):
            await look


async def test_fields_keep_their_order(store: Store) -> None:
    inserted = await store.insert("notes", {"b": 1, "_id": "1", "a": {"z": 1, "c": 2}, "B": 3})
    found = await store.get("notes", "1")
    assert found is not None
    assert list(found) == list(inserted) == ["_id", "v", "b", "a", "B"]
    assert list(found["a"]) == ["z", "c"]


DEEP: dict[str, Any] = {}
for _ in range(80):
    DEEP = {"a": DEEP}

REFUSED: dict[str, Any] = {
    "no id": {"a": 1},
    "an empty id": {"_id": ""},
    "an id that is a number": {"_id": 1},
    "a float": {"_id": "1", "a": 1.5},
    "a float in a list": {"_id": "1", "a": [{"b": [1, 2.0]}]},
    "bytes": {"_id": "1", "a": b"x"},
    "a tuple": {"_id": "1", "a": (1, 2)},
    "a set": {"_id": "1", "a": {1}},
    "65 bits": {"_id": "1", "a": 2**63},
    "a dot in a name": {"_id": "1", "a": {"b.c": 1}},
    "a dollar in a name": {"_id": "1", "$a": 1},
    "an empty name": {"_id": "1", "": 1},
    "a name that is a number": {"_id": "1", "a": {1: 1}},
    "a name of the store's own": {"_id": "1", "_w": "x"},
    "NUL in text": {"_id": "1", "a": "x\0y"},
    "NUL in a name": {"_id": "1", "a": {"x\0y": 1}},
    "half a surrogate": {"_id": "1", "a": "\ud800"},
    "too deep": {"_id": "1", "a": DEEP},
    "too large": {"_id": "1", "a": ["x" * 1_000_000] * 16},
    "too large once numbered": {"_id": "1", "a": [1] * 1_000_000},
    "a unique key that is a number": {"_id": "1", "seat_key": 7},
    "an empty unique key": {"_id": "1", "seat_key": ""},
    "an indexed list": {"_id": "1", "slot": ["a"]},
    "an indexed dict": {"_id": "1", "due": {"a": 1}},
    "not a dict": ["_id"],
}


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_what_no_store_keeps_is_refused(document: Any) -> None:
    with pytest.raises(BadDocument):
        stamped(BOOKINGS, document, version=1)


async def test_a_refused_document_is_never_sent(engine: Engine) -> None:
    store = await engine.open()
    await store.close()  # whatever is sent now fails in another way
    for name in ("a float", "a unique key that is a number", "no id"):
        with pytest.raises(BadDocument):
            await store.insert("bookings", REFUSED[name])
        with pytest.raises(BadDocument):
            await store.insert_many("bookings", [{"_id": "good"}, REFUSED[name]])
        with pytest.raises(BadDocument):
            await store.replace("bookings", REFUSED[name], version=1)


async def test_a_refusal_names_the_place_and_not_the_value(store: Store) -> None:
    with pytest.raises(BadDocument) as refusal:
        await store.insert("notes", {"_id": "1", "people": [{"phone": b"13800000000"}]})
    assert refusal.value.field == "people[].phone"
    assert "138" not in str(refusal.value)


async def test_a_document_read_is_the_readers_own(store: Store) -> None:
    await store.insert("notes", {"_id": "1", "list": [1]})
    first = await store.get("notes", "1")
    assert first is not None
    first["list"].append(2)
    second = await store.get("notes", "1")
    assert second is not None
    assert second["list"] == [1]


async def test_an_acknowledged_write_is_seen_by_the_next_read(store: Store) -> None:
    async def write_and_read(number: int) -> None:
        id = f"note-{number}"
        await store.insert("notes", {"_id": id, "subject": id, "round": 0})
        for round in range(1, 6):
            await store.replace("notes", {"_id": id, "subject": id, "round": round}, version=round)
            got = await store.get("notes", id)
            [found] = await store.find("notes", equal={"subject": id})
            assert got is not None
            assert (got["round"], found["round"]) == (round, round)

    await asyncio.gather(*(write_and_read(number) for number in range(16)))


async def test_an_absent_document_is_none(store: Store) -> None:
    assert await store.get("notes", "nobody") is None
    assert await store.get_by("bookings", "seat_key", "nobody's") is None


async def test_a_ping_comes_back(store: Store) -> None:
    await store.ping()
    await store.ping()
