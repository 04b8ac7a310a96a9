"""What was seen: known until its moment, kept as it was first told."""

from datetime import UTC, datetime, timedelta

import pytest

from channel_gateway.ports import Collection, Index
from channel_gateway.seen import Seen
from channel_gateway.store.memory import MemoryStore

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
LETTERS = Collection("letters", (Index(("forget_at",)),))


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore([LETTERS])
    await store.open()
    return store


@pytest.fixture
def seen(store: MemoryStore) -> Seen:
    return Seen(store, LETTERS)


async def test_only_what_was_kept_is_known(seen: Seen) -> None:
    await seen.keep("A", until=NOW)

    assert await seen.has("A")
    assert not await seen.has("B")


async def test_what_comes_twice_is_kept_as_it_was_first_told(
    seen: Seen, store: MemoryStore
) -> None:
    first = await seen.keep("A", until=NOW, kind="text")
    again = await seen.keep("A", until=NOW + timedelta(days=1), kind="event")

    assert (first, again) == (True, False)
    [kept] = await store.find(LETTERS.name)
    assert kept["kind"] == "text"


async def test_it_is_forgotten_after_its_moment_and_not_before(seen: Seen) -> None:
    await seen.keep("A", until=NOW)

    await seen.forget(NOW)
    assert await seen.has("A")

    await seen.forget(NOW + timedelta(milliseconds=1))
    assert not await seen.has("A")
