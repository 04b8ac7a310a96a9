"""Compare-and-swap: who changes a document has seen its last version."""

import asyncio

import pytest

from channel_gateway.ports import (
    Document,
    DuplicateKey,
    MissingDocument,
    Store,
    VersionConflict,
)
from channel_gateway.store.mutate import mutate


async def test_each_change_is_the_next_version(store: Store) -> None:
    assert (await store.insert("notes", {"_id": "1"}))["v"] == 1
    assert (await store.replace("notes", {"_id": "1", "a": 1}, version=1))["v"] == 2
    assert (await store.replace("notes", {"_id": "1", "a": 2}, version=2))["v"] == 3
    assert await store.get("notes", "1") == {"_id": "1", "v": 3, "a": 2}


async def test_an_old_version_is_refused(store: Store) -> None:
    await store.insert("notes", {"_id": "1", "a": 0})
    await store.replace("notes", {"_id": "1", "a": 1}, version=1)
    for version in (1, 3, 0):
        with pytest.raises(VersionConflict):
            await store.replace("notes", {"_id": "1", "a": 2}, version=version)
    assert await store.get("notes", "1") == {"_id": "1", "v": 2, "a": 1}


async def test_a_missing_document_is_not_a_conflict(store: Store) -> None:
    with pytest.raises(MissingDocument):
        await store.replace("notes", {"_id": "1"}, version=1)


async def test_a_version_is_told_before_a_taken_key(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "seat_key": "s"})
    await store.insert("bookings", {"_id": "2"})
    with pytest.raises(VersionConflict):
        await store.replace("bookings", {"_id": "2", "seat_key": "s"}, version=9)


async def test_of_64_swaps_at_once_one_wins(store: Store) -> None:
    await store.insert("notes", {"_id": "1"})

    async def swap(number: int) -> bool:
        try:
            await store.replace("notes", {"_id": "1", "winner": number}, version=1)
        except VersionConflict:
            return False
        return True

    won = await asyncio.gather(*map(swap, range(64)))
    assert sum(won) == 1
    assert await store.get("notes", "1") == {"_id": "1", "v": 2, "winner": won.index(True)}


async def test_64_tasks_lose_no_change(store: Store) -> None:
    await store.insert("notes", {"_id": "1", "sum": 0, "tasks": []})

    def add(number: int, note: Document) -> Document:
        return note | {"sum": note["sum"] + number, "tasks": [*note["tasks"], number]}

    await asyncio.gather(
        *(store.mutate("notes", "1", lambda note, n=n: add(n, note)) for n in range(64))
    )
    note = await store.get("notes", "1")
    assert note is not None
    assert (note["v"], note["sum"]) == (65, sum(range(64)))
    assert sorted(note["tasks"]) == list(range(64))


async def test_a_list_inside_the_document_is_filled_to_its_end_and_not_over(store: Store) -> None:
    await store.insert("notes", {"_id": "slot", "held": []})

    def hold(citizen: int, slot: Document) -> Document | None:
        held = slot["held"]
        return slot | {"held": [*held, citizen]} if len(held) < 20 else None

    await asyncio.gather(
        *(store.mutate("notes", "slot", lambda slot, c=c: hold(c, slot)) for c in range(64))
    )
    slot = await store.get("notes", "slot")
    assert slot is not None
    assert len(set(slot["held"])) == len(slot["held"]) == 20


async def test_no_change_writes_nothing(store: Store) -> None:
    await store.insert("notes", {"_id": "1"})
    assert await store.mutate("notes", "1", lambda _: None) == {"_id": "1", "v": 1}
    assert await store.get("notes", "1") == {"_id": "1", "v": 1}


async def test_mutate_passes_on_what_stands_in_its_way(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "seat_key": "s"})
    await store.insert("bookings", {"_id": "2"})
    with pytest.raises(MissingDocument):
        await store.mutate("bookings", "nobody", lambda found: found)
    with pytest.raises(DuplicateKey):
        await store.mutate("bookings", "2", lambda found: found | {"seat_key": "s"})


async def test_what_a_change_raises_reaches_its_caller_and_changes_nothing(store: Store) -> None:
    await store.insert("notes", {"_id": "1", "sum": 1})
    await store.insert("notes", {"_id": "2", "sum": 1})

    def refuse(_: Document) -> Document:
        raise ValueError("not this one")

    refused, changed = await asyncio.gather(
        store.mutate("notes", "1", refuse),
        store.mutate("notes", "2", lambda note: note | {"sum": 2}),
        return_exceptions=True,
    )
    assert isinstance(refused, ValueError)
    assert changed == {"_id": "2", "v": 2, "sum": 2}
    assert await store.get("notes", "1") == {"_id": "1", "v": 1, "sum": 1}


async def test_a_key_is_free_and_found_as_a_change_leaves_it(store: Store) -> None:
    await store.insert("bookings", {"_id": "1", "seat_key": "s", "slot": "a", "at": 1})

    def move(booking: Document) -> Document:
        del booking["seat_key"]  # a change that edits what it was given hides nothing
        booking["slot"] = "b"
        return booking

    await store.mutate("bookings", "1", move)
    assert await store.get_by("bookings", "seat_key", "s") is None
    assert await store.find("bookings", equal={"slot": "a"}, order="at") == []
    assert len(await store.find("bookings", equal={"slot": "b"}, order="at")) == 1
    await store.insert("bookings", {"_id": "2", "seat_key": "s"})


async def test_mutate_gives_up_after_its_attempts(store: Store) -> None:
    await store.insert("notes", {"_id": "1"})
    asked = 0

    def outrun(note: Document) -> Document:
        nonlocal asked
        asked += 1
        return note | {"v": 0}

    class Outrun:
        """A store on which somebody else is always a little faster."""

        async def get(self, collection: str, id: str) -> Document | None:
            found = await store.get(collection, id)
            assert found is not None
            await store.replace(collection, found, version=found["v"])
            return found

        replace = store.replace

    with pytest.raises(VersionConflict):
        await mutate(Outrun(), "notes", "1", outrun, attempts=3, jitter=lambda: 0.0)  # type: ignore[arg-type]
    assert asked == 3


async def test_only_the_version_asked_for_is_deleted(store: Store) -> None:
    await store.insert("notes", {"_id": "1"})
    await store.replace("notes", {"_id": "1"}, version=1)
    assert not await store.delete("notes", "1", version=1)
    assert await store.get("notes", "1") is not None
    assert await store.delete("notes", "1", version=2)
    assert not await store.delete("notes", "1")
    await store.insert("notes", {"_id": "2"})
    assert await store.delete("notes", "2")
    assert await store.get("notes", "2") is None
