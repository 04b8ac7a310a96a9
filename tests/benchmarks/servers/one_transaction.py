"""Booking as it is commonly written: the store decides each request. PORT FOLDER STORE SEATS.

Round it is the same web edge as round ours: sessions, keys, limits, problems, log lines. It checks
the key, the seats and one appointment a day for each citizen, and keeps one small row.
"""

import asyncio
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import aiosqlite
from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from channel_gateway import logs
from channel_gateway.ports import Channel
from channel_gateway.service import Call, Route, Table
from channel_gateway.services.appointment.messages import BookingRequest
from channel_gateway.services.appointment.refusals import LimitReached, SlotFull
from channel_gateway.store.mongo_client import connect, disconnect
from channel_gateway.web.edge import declare
from channel_gateway.web.serving import run, serve
from channel_gateway.web.shell import shell
from tests.benchmarks.servers.office import CHANNEL, edge_of
from tests.benchmarks.servers.played import Lobby

_POOL = 32  # as many connections as ours has
_SCHEMA = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "CREATE TABLE bookings (id TEXT PRIMARY KEY, person TEXT, day TEXT, slot TEXT)",
    "CREATE INDEX of_slot ON bookings (slot)",
    "CREATE UNIQUE INDEX one_a_day ON bookings (person, day)",
)

_BY_KEY = "SELECT count(*) FROM bookings WHERE id = ?"
_OF_SLOT = "SELECT count(*) FROM bookings WHERE slot = ?"
_OF_DAY = "SELECT count(*) FROM bookings WHERE person = ? AND day = ?"
_BOOK = "INSERT INTO bookings VALUES (?, ?, ?, ?)"


class Booked(BaseModel):
    appointment_id: str
    slot: str


class Database(Protocol):
    async def book(self, key: str, person: str, slot: str) -> None:
        """Raises `SlotFull`, `LimitReached`."""
        ...

    async def close(self) -> None: ...


class OnSqlite:
    """One connection in a thread of its own: more of them would only wait for each other."""

    def __init__(self, path: Path, seats: int) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in _SCHEMA:
            self._database.execute(statement)
        self._thread = ThreadPoolExecutor(1)
        self._seats = seats

    async def book(self, key: str, person: str, slot: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._transaction, key, person, slot)

    async def close(self) -> None:
        self._thread.shutdown()

    def _transaction(self, key: str, person: str, slot: str) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._take(key, person, slot)
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _take(self, key: str, person: str, slot: str) -> None:
        if self._number(_BY_KEY, key):
            return
        if self._number(_OF_SLOT, slot) >= self._seats:
            raise SlotFull(field="slot")
        day = slot[:10]
        if self._number(_OF_DAY, person, day):
            raise LimitReached(field="slot")
        self._database.execute(_BOOK, (key, person, day, slot))

    def _number(self, sql: str, *values: str) -> int:
        return int(self._database.execute(sql, values).fetchone()[0])


class OnAiosqlite:
    """As asyncio's programs mostly have it: each statement goes to the thread by itself."""

    def __init__(self, path: Path, seats: int) -> None:
        self._path = path
        self._seats = seats
        self._turn = asyncio.Lock()  # one connection holds one transaction

    async def close(self) -> None:
        await self._database.close()

    async def open(self) -> None:
        self._database = await aiosqlite.connect(self._path, isolation_level=None)
        for statement in _SCHEMA:
            await self._database.execute(statement)

    async def book(self, key: str, person: str, slot: str) -> None:
        async with self._turn:
            await self._database.execute("BEGIN IMMEDIATE")
            try:
                await self._take(key, person, slot)
            except BaseException:
                await self._database.execute("ROLLBACK")
                raise
            await self._database.execute("COMMIT")

    async def _take(self, key: str, person: str, slot: str) -> None:
        if await self._number(_BY_KEY, key):
            return
        if await self._number(_OF_SLOT, slot) >= self._seats:
            raise SlotFull(field="slot")
        day = slot[:10]
        if await self._number(_OF_DAY, person, day):
            raise LimitReached(field="slot")
        await self._database.execute(_BOOK, (key, person, day, slot))

    async def _number(self, sql: str, *values: str) -> int:
        [[number]] = await self._database.execute_fetchall(sql, values)
        return int(number)


class OnMongo:
    """A slot counts its seats down by one conditional update; what fails after it gives one back.

    Several documents in a transaction were tried first: on one hot document they conflict, and the
    driver's own retries took minutes.
    """

    def __init__(self, url: str) -> None:
        self._client: Any = connect("motor", url, pool_size=_POOL, timeout_s=60, retry=True)
        database = self._client.get_default_database()
        self._bookings, self._slots = database["bookings"], database["slots"]

    async def close(self) -> None:
        await disconnect(self._client)

    async def book(self, key: str, person: str, slot: str) -> None:
        if await self._bookings.find_one({"_id": key}):
            return
        free = {"_id": slot, "left": {"$gt": 0}}
        taken = await self._slots.update_one(free, {"$inc": {"left": -1}})
        if not taken.modified_count:
            raise SlotFull(field="slot")
        booking = {"_id": key, "person": person, "day": slot[:10], "slot": slot}
        try:
            await self._bookings.insert_one(booking)
        except DuplicateKeyError:
            await self._slots.update_one({"_id": slot}, {"$inc": {"left": 1}})
            raise LimitReached(field="slot") from None


async def opened(store: str, seats: int) -> Database:
    path = Path(store.removeprefix("sqlite:"))
    if not store.startswith("sqlite:"):
        return OnMongo(store)
    if not path.stem.endswith("in-hops"):
        return OnSqlite(path, seats)
    common = OnAiosqlite(path, seats)
    await common.open()
    return common


async def one_transaction(port: int, folder: Path, store: str, seats: int) -> None:
    edge = await edge_of(folder)
    database = await opened(store, seats)

    async def book(call: Call) -> Booked:
        wanted: BookingRequest = call.body
        key = f"{call.session.citizen}|{call.idempotency_key}"
        await database.book(key, call.session.citizen, wanted.slot)
        return Booked(appointment_id=key, slot=wanted.slot)

    table = Table()
    table.offer(Channel, CHANNEL, Lobby())
    table.routes.append(
        Route(
            "POST",
            "/appointments",
            book,
            "Books.",
            body=BookingRequest,
            answer=Booked,
            status=201,
            idempotent=True,
            keeps_key=True,
        )
    )
    declare(table, edge)
    stop = asyncio.Event()
    await serve(shell(table, edge), host="127.0.0.1", port=port, stop=stop, shutdown_s=1)
    await database.close()


if __name__ == "__main__":
    logs.start()
    run(one_transaction(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
