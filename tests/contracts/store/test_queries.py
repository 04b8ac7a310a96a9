"""Pages over one declared index, the same on every engine."""

import pytest

from channel_gateway.ports import Cursor, Document, Range, Store, UnindexedQuery


def ids(documents: list[Document]) -> list[str]:
    return [document["_id"] for document in documents]


@pytest.fixture
async def bookings(store: Store) -> Store:
    """Seven bookings: three in slot a, two of them at once; three in slot b; one without `at`."""
    for id, slot, at in [
        ("1", "a", 10),
        ("4", "a", 20),
        ("3", "a", 20),
        ("5", "b", 5),
        ("2", "b", 15),
        ("7", "b", 25),
    ]:
        await store.insert("bookings", {"_id": id, "slot": slot, "at": at})
    await store.insert("bookings", {"_id": "6", "slot": "a"})
    return store


async def test_a_page_is_in_order_of_the_index_and_then_of_the_id(bookings: Store) -> None:
    forward = await bookings.find("bookings", equal={"slot": "a"}, order="at")
    assert ids(forward) == ["1", "3", "4"]
    backward = await bookings.find("bookings", equal={"slot": "a"}, order="at", descending=True)
    assert ids(backward) == ["4", "3", "1"]
    assert ids(await bookings.find("bookings")) == ["1", "2", "3", "4", "5", "6", "7"]
    assert ids(await bookings.find("bookings", descending=True, limit=2)) == ["7", "6"]


async def test_a_range_has_its_low_end_and_not_its_high_end(bookings: Store) -> None:
    async def within(low: int | None, high: int | None) -> list[str]:
        range = Range("at", low, high)
        return ids(await bookings.find("bookings", equal={"slot": "b"}, order="at", range=range))

    assert await within(5, 25) == ["5", "2"]
    assert await within(6, None) == ["2", "7"]
    assert await within(None, 25) == ["5", "2"]
    assert await within(None, None) == ["5", "2", "7"]
    assert await within(25, 25) == []


async def test_ids_have_ranges_too(bookings: Store) -> None:
    found = await bookings.find("bookings", range=Range("_id", "2", "5"))
    assert ids(found) == ["2", "3", "4"]


@pytest.mark.parametrize("descending", [False, True])
async def test_paging_over_ties_sees_each_document_once(store: Store, descending: bool) -> None:
    expected = []
    for number in range(40):
        document = {"_id": f"{number * 7 % 40:02}", "slot": "a", "at": number * 7 % 40 // 9}
        await store.insert("bookings", document)
        expected.append((document["at"], document["_id"]))
    seen: list[Document] = []
    after = None
    while page := await store.find(
        "bookings",
        equal={"slot": "a"},
        order="at",
        descending=descending,
        limit=7,
        after=after,
    ):
        seen += page
        after = Cursor(page[-1]["at"], page[-1]["_id"])
    assert [(d["at"], d["_id"]) for d in seen] == sorted(expected, reverse=descending)


@pytest.mark.parametrize("descending", [False, True])
async def test_paging_by_id_sees_each_document_once(store: Store, descending: bool) -> None:
    for number in range(10):
        await store.insert("notes", {"_id": str(number), "subject": "x" if number < 8 else "y"})
    for equal, count in (({}, 10), ({"subject": "x"}, 8)):
        seen: list[str] = []
        after = None
        while page := await store.find(
            "notes", equal=equal, descending=descending, limit=3, after=after
        ):
            seen += ids(page)
            after = Cursor(seen[-1], seen[-1])
        assert seen == sorted(map(str, range(count)), reverse=descending)


async def test_a_cursor_and_a_range_go_together(bookings: Store) -> None:
    found = await bookings.find(
        "bookings",
        equal={"slot": "a"},
        order="at",
        range=Range("at", 10, 21),
        after=Cursor(20, "3"),
    )
    assert ids(found) == ["4"]


async def test_text_is_in_order_of_its_utf8_bytes(store: Store) -> None:
    words = ["", "\x01", "a", "B", "Z", "é", "z", "ä", "中", "文", "\uffff", "🏛", "\U0010ffff"]
    for number, word in enumerate(words):
        await store.insert("notes", {"_id": str(number), "at": word})
        await store.insert("notes", {"_id": f"id {word}"})
    found = await store.find("notes", order="at")
    assert [document["at"] for document in found] == sorted(words, key=str.encode)
    by_id = await store.find("notes", range=Range("_id", "id", "ie"))
    assert ids(by_id) == [f"id {word}" for word in sorted(words, key=str.encode)]


async def test_a_document_without_the_field_is_not_in_its_index(store: Store) -> None:
    await store.insert("notes", {"_id": "with", "at": 1})
    await store.insert("notes", {"_id": "without"})
    await store.insert("notes", {"_id": "none", "at": None})
    assert ids(await store.find("notes", order="at")) == ["with"]
    assert ids(await store.find("notes", order="at", descending=True)) == ["with"]


async def test_booleans_can_be_asked_for(store: Store) -> None:
    for id, open in (("1", True), ("2", False), ("3", True)):
        await store.insert("notes", {"_id": id, "open": open, "at": 1})
    assert ids(await store.find("notes", equal={"open": True}, order="at")) == ["1", "3"]
    assert await store.count("notes", equal={"open": False}, cap=9) == 1


async def test_counting_stops_at_its_cap(bookings: Store) -> None:
    assert await bookings.count("bookings", equal={"slot": "a"}, cap=100) == 4
    assert await bookings.count("bookings", equal={"slot": "a"}, cap=2) == 2
    assert await bookings.count("bookings", equal={"slot": "nowhere"}, cap=2) == 0
    assert await bookings.count("bookings", equal={"slot": "b", "at": 15}, cap=9) == 1


async def test_a_query_no_index_serves_is_refused(store: Store) -> None:
    with pytest.raises(UnindexedQuery):
        await store.find("bookings", equal={"slot": "a"})
    with pytest.raises(UnindexedQuery):
        await store.find("bookings", order="at")
    with pytest.raises(UnindexedQuery):
        await store.find("bookings", equal={"slot": "a"}, order="citizen")
    with pytest.raises(UnindexedQuery):
        await store.find("bookings", equal={"slot": "a"}, order="at", range=Range("due", 1, 2))
    with pytest.raises(UnindexedQuery):
        await store.get_by("bookings", "slot", "a")
    with pytest.raises(UnindexedQuery):
        await store.count("bookings", equal={"at": 1}, cap=1)
    with pytest.raises(UnindexedQuery):
        await store.count("bookings", equal={}, cap=1)
    with pytest.raises(UnindexedQuery):
        await store.claim("bookings", "at", now=1, until=2, owner="me", limit=1)
    with pytest.raises(UnindexedQuery):
        await store.purge("bookings", "at", before=1, limit=1)
