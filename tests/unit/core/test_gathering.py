"""Look-ups of one turn of the loop are one question, and each caller has an answer of its own."""

import asyncio
from typing import Any

import pytest

from channel_gateway.ports import Document, StoreUnavailable
from channel_gateway.store.gathering import MOST, Gathering


class Notes:
    """Answers with every second number's note, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, list[str]]] = []
        self.trouble: Exception | None = None

    async def __call__(self, collection: str, field: str, keys: list[str]) -> list[Document]:
        self.asked.append((collection, field, keys))
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return [{field: key, "lines": []} for key in reversed(keys) if int(key) % 2]


async def test_those_who_look_at_once_are_one_question_and_each_has_their_own() -> None:
    notes = Notes()
    gathering = Gathering(notes)

    found = await asyncio.gather(*(gathering.get("notes", "_id", str(n)) for n in range(4)))

    assert [note and note["_id"] for note in found] == [None, "1", None, "3"]
    assert notes.asked == [("notes", "_id", ["0", "1", "2", "3"])]


async def test_another_field_or_a_later_turn_is_another_question() -> None:
    notes = Notes()
    gathering = Gathering(notes)

    await asyncio.gather(gathering.get("notes", "_id", "1"), gathering.get("notes", "seat", "1"))
    await gathering.get("notes", "_id", "1")

    assert len(notes.asked) == 3


async def test_two_who_look_for_the_same_may_each_change_it() -> None:
    gathering = Gathering(Notes())

    one, other = await asyncio.gather(*(gathering.get("notes", "_id", "1") for _ in range(2)))

    assert one is not None
    assert other is not None
    one["lines"].append("mine")
    assert other["lines"] == []


async def test_a_question_has_no_more_keys_than_it_may() -> None:
    notes = Notes()
    gathering = Gathering(notes)

    await asyncio.gather(*(gathering.get("notes", "_id", str(n)) for n in range(MOST + 1)))

    assert [len(keys) for _, _, keys in notes.asked] == [MOST, 1]


async def test_what_goes_wrong_all_of_them_hear_and_the_next_asks_anew() -> None:
    notes = Notes()
    gathering = Gathering(notes)
    notes.trouble = StoreUnavailable()

    told: list[Any] = await asyncio.gather(
        *(gathering.get("notes", "_id", str(n)) for n in range(3)), return_exceptions=True
    )

    assert [type(one) for one in told] == [StoreUnavailable] * 3
    notes.trouble = None
    assert await gathering.get("notes", "_id", "1") == {"_id": "1", "lines": []}


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    gathering = Gathering(Notes())
    waiting = [asyncio.create_task(gathering.get("notes", "_id", "1")) for _ in range(2)]
    await asyncio.sleep(0)

    waiting[0].cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    assert await waiting[1] == {"_id": "1", "lines": []}
