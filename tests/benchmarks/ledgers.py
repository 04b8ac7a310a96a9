"""What a store holds after a rush, and whether anything at all was written to it meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from pymongo import MongoClient

from tests.mongod import replica_set

# What names the slot in a row of ours, and of the other wiring.
_FIELD = {"appointments": "place", "bookings": "slot"}
_IN_SQL = _FIELD | {"appointments": "json_extract(body, '$.place')"}


class Ledger(Protocol):
    """The stores of one engine, one for each server of the rush."""

    def url(self, name: str) -> str: ...

    def offer(self, name: str, slot: str, seats: int) -> None:
        """Make the row of a slot that counts its seats down, where a server wants one."""
        ...

    def sold(self, name: str, slot: str) -> int:
        """How many hold a seat of the slot; the table is called like the store, up to a dash."""
        ...

    def writes(self, name: str) -> int:
        """A number that grows with every write to the store, also with one that came to nothing."""
        ...


class SqliteLedger:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watching: dict[str, sqlite3.Connection] = {}

    def url(self, name: str) -> str:
        return f"sqlite:{self._folder / name}.db"

    def offer(self, name: str, slot: str, seats: int) -> None:
        """Nothing: it counts what was booked."""

    def sold(self, name: str, slot: str) -> int:
        with closing(self._connected(name)) as database:
            table = name.partition("-")[0]
            sql = f"SELECT count(*) FROM {table} WHERE {_IN_SQL[table]} = ?"
            return int(database.execute(sql, (slot,)).fetchone()[0])

    def writes(self, name: str) -> int:
        """SQLite's own number, which changes with every commit of another connection."""
        if name not in self._watching:
            self._watching[name] = self._connected(name)
        return int(self._watching[name].execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        for connection in self._watching.values():
            connection.close()

    def _connected(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._folder / name}.db?mode=ro", uri=True)


class MongoLedger:
    def __init__(self, servers: Any) -> None:
        self._servers = servers
        self._client: MongoClient[dict[str, Any]] = MongoClient(servers.uri("admin"))

    def url(self, name: str) -> str:
        url: str = self._servers.uri(name)
        return url

    def offer(self, name: str, slot: str, seats: int) -> None:
        self._client[name]["bookings"].create_index([("person", 1), ("day", 1)], unique=True)
        self._client[name]["slots"].insert_one({"_id": slot, "left": seats})

    def sold(self, name: str, slot: str) -> int:
        return int(self._client[name][name].count_documents({_FIELD[name]: slot}))

    def writes(self, name: str) -> int:
        """The server's own count of what it was asked to insert, update and delete."""
        counted = self._client.admin.command("serverStatus")["opcounters"]
        return sum(int(counted[kind]) for kind in ("insert", "update", "delete"))

    def close(self) -> None:
        self._client.close()


@contextmanager
def sqlite_ledger(folder: Path) -> Iterator[Ledger]:
    with closing(SqliteLedger(folder)) as ledger:
        yield ledger


@contextmanager
def mongo_ledger(_: Path) -> Iterator[Ledger]:
    with replica_set() as servers, closing(MongoLedger(servers)) as ledger:
        yield ledger
