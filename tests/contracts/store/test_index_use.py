"""Every query reads as many documents as it returns, over an index, sorted by it."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from channel_gateway.ports import Collection, Cursor, Range
from channel_gateway.store import mongo_queries, open_store, sqlite_statements
from channel_gateway.store.indexes import unique_index
from tests.contracts.store.conftest import MONGO, Engine
from tests.contracts.store.model import ALL, BOOKINGS, NOTES, ROWS

LIMIT = 5
SIZE = 400


@dataclass(frozen=True)
class Asked:
    """The arguments of `find`."""

    equal: dict[str, str | int | bool] = field(default_factory=dict)
    range: Range | None = None
    order: str = "_id"
    descending: bool = False
    limit: int = LIMIT
    after: Cursor | None = None

    def arguments(self) -> dict[str, Any]:
        return asdict(self) | {"range": self.range, "after": self.after}


PAGES: dict[str, tuple[Collection, Asked]] = {
    "by id": (BOOKINGS, Asked()),
    "by id, on": (BOOKINGS, Asked(after=Cursor("b200", "b200"))),
    "by id, back": (BOOKINGS, Asked(descending=True, after=Cursor("b200", "b200"))),
    "by id, within": (BOOKINGS, Asked(range=Range("_id", "b100", "b300"))),
    "equal": (NOTES, Asked({"subject": "s"})),
    "equal, on": (NOTES, Asked({"subject": "s"}, after=Cursor("n200", "n200"))),
    "two equal": (ROWS, Asked({"status": "open", "run": "r"}, after=Cursor("r200", "r200"))),
    "ordered": (NOTES, Asked(order="at")),
    "ordered, on": (NOTES, Asked(order="at", after=Cursor(7, "n200"))),
    "equal and ordered": (BOOKINGS, Asked({"slot": "s"}, order="at")),
    "equal and ordered, on": (
        BOOKINGS,
        Asked({"slot": "s"}, order="at", after=Cursor(7, "b200")),
    ),
    "equal and ordered, back": (
        BOOKINGS,
        Asked({"slot": "s"}, order="at", descending=True, after=Cursor(7, "b200")),
    ),
    "equal and within": (BOOKINGS, Asked({"slot": "s"}, Range("at", 3, 9), "at")),
    "equal and within, on": (
        BOOKINGS,
        Asked({"slot": "s"}, Range("at", 3, 9), "at", after=Cursor(7, "b200")),
    ),
    "true": (NOTES, Asked({"open": True}, order="at")),
}


def documents() -> dict[str, list[dict[str, Any]]]:
    """So many ties that a query that sorts or skips by hand would show."""
    return {
        "bookings": [
            {"_id": f"b{n:03}", "slot": "s", "at": n % 10, "due": n, "seat_key": str(n)}
            for n in range(SIZE)
        ],
        "notes": [
            {"_id": f"n{n:03}", "subject": "s", "at": n % 10, "open": True} for n in range(SIZE)
        ],
        "rows": [
            {"_id": f"r{n:03}", "run": "r", "status": "open", "expires": n} for n in range(SIZE)
        ],
    }


async def fill(engine: Engine) -> None:
    store = await open_store(engine.url, ALL, driver=engine.name)
    for collection, new in documents().items():
        await store.insert_many(collection, new)
    await store.close()


@pytest.fixture
async def sqlite_files(tmp_path: Path) -> Any:
    await fill(Engine("sqlite", f"sqlite:{tmp_path / 'gateway.db'}"))
    files = [sqlite3.connect(tmp_path / name) for name in ("gateway.db", "gateway-bulk.db")]
    yield files
    for file in files:
        file.close()


async def test_sqlite_searches_an_index_for_every_query(sqlite_files: Any) -> None:
    asked = [
        (collection, sqlite_statements.page(collection, **page.arguments()))
        for collection, page in PAGES.values()
    ]
    asked += [
        (BOOKINGS, sqlite_statements.count(BOOKINGS, {"slot": "s"}, 5)),
        (BOOKINGS, sqlite_statements.first(BOOKINGS, "due", 100, 5)),
        (ROWS, sqlite_statements.first(ROWS, "expires", 100, 5)),
    ]
    for collection, statement in asked:
        file = sqlite_files[collection.bulk]
        plan = file.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters).fetchall()
        steps = [step[3] for step in plan]
        assert not any("TEMP B-TREE" in step for step in steps), statement.sql
        tables = [step for step in steps if collection.name in step]
        assert tables, steps
        assert all(re.search(r"USING (COVERING )?INDEX", step) for step in tables), steps


async def test_sqlite_seeks_to_the_place_where_a_page_begins(sqlite_files: Any) -> None:
    for collection, page in PAGES.values():
        if page.after is not None:
            statement = sqlite_statements.page(collection, **page.arguments())
            plan = sqlite_files[collection.bulk].execute(
                f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters
            )
            [step] = [step[3] for step in plan]
            bounds = re.search(r"\((.*)\)", step)
            assert bounds is not None, step
            assert bounds[1].split(" AND ")[-1][-2:] in (">?", "<?"), step


async def test_sqlite_looks_unique_keys_up(sqlite_files: Any) -> None:
    index = unique_index(BOOKINGS, "seat_key")
    for sql in (
        sqlite_statements.get_by_sql(BOOKINGS, index),
        sqlite_statements.holder_sql(BOOKINGS, index),
        sqlite_statements.get_sql(BOOKINGS),
        sqlite_statements.delete_sql(BOOKINGS, versioned=False),
    ):
        [step] = [step[3] for step in sqlite_files[0].execute(f"EXPLAIN QUERY PLAN {sql}", ("1",))]
        assert step.startswith("SEARCH bookings USING"), step


@pytest.fixture
def mongo_database(engine: Engine) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](engine.url) as client:
        yield client.get_default_database()


@pytest.mark.parametrize("engine", MONGO[:1], indirect=True)
async def test_mongo_reads_no_more_than_it_returns(engine: Engine, mongo_database: Any) -> None:
    await fill(engine)

    def explained(command: dict[str, Any]) -> dict[str, Any]:
        explanation = mongo_database.command("explain", command, verbosity="executionStats")
        if "stages" in explanation:  # an aggregation: its first stage reads
            explanation = explanation["stages"][0]["$cursor"]
        stages = set(re.findall(r"'stage': '(\w+)'", str(explanation["executionStats"])))
        assert not stages & {"COLLSCAN", "SORT"}, command
        return dict(explanation["executionStats"])

    for collection, asked in PAGES.values():
        page = mongo_queries.page(collection, **asked.arguments())
        command = {"find": collection.name, "filter": page.filter(), "sort": dict(page.sort)}
        read = explained(command | {"hint": page.hint, "limit": page.limit})
        assert read["nReturned"] == LIMIT
        # One key more where a range begins between two keys, and the ties before a cursor.
        ties = SIZE // 10 if asked.after is not None and asked.order != "_id" else 0
        assert read["totalKeysExamined"] <= LIMIT + 2 + ties, command
        assert read["totalDocsExamined"] <= LIMIT + 1, command

    by_key = explained({"find": "bookings", "filter": mongo_queries.by_key("seat_key", "7")})
    assert (by_key["nReturned"], by_key["totalDocsExamined"]) == (1, 1)
    for key, wanted in (("seat_key", ["7", "9", "x"]), ("_id", ["b007", "b009", "x"])):
        several = explained({"find": "bookings", "filter": mongo_queries.having(key, wanted)})
        assert (several["nReturned"], several["totalDocsExamined"]) == (2, 2)

    due = mongo_queries.first(BOOKINGS, "due", 100, LIMIT)
    command = {"find": "bookings", "filter": {"due": {"$lt": 100}}, "hint": due.hint}
    read = explained(command | {"sort": {"due": 1, "_id": 1}, "limit": LIMIT})
    assert read["totalKeysExamined"] <= LIMIT + 1

    hint = mongo_queries.count_hint(BOOKINGS, {"slot": "s"})
    count = [{"$match": {"slot": "s"}}, {"$limit": LIMIT}, {"$group": {"_id": 1}}]
    read = explained({"aggregate": "bookings", "pipeline": count, "hint": hint, "cursor": {}})
    assert read["totalKeysExamined"] <= LIMIT + 1
