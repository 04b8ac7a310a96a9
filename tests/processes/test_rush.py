"""Everybody at once over HTTP while something is killed: no seat twice, no promise lost."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing

import aiohttp
import pytest
from pymongo import MongoClient

from tests.mongod import replica_set
from tests.ports import free_port
from tests.processes.rush import Rush, Tap, with_seats
from tests.processes.storm import gateway

pytestmark = pytest.mark.processes

CITIZENS = 480
IMPATIENT = 10  # of them, who tap four times: twice with one key, twice with others


@pytest.fixture
async def crowd() -> AsyncIterator[aiohttp.ClientSession]:
    """A client without a bound on its connections."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=30)
    ) as session:
        yield session


def taps_of(tokens: list[str]) -> list[Tap]:
    """One of each citizen, and more of the impatient: they come first, so that they get seats."""
    impatient = [
        Tap(number, tokens[number], key)
        for number in range(IMPATIENT)
        for key in ("a-tap", "a-tap", "another", "a-third")
    ]
    return impatient + [
        Tap(number, token, "a-tap") for number, token in enumerate(tokens) if number >= IMPATIENT
    ]


@pytest.mark.mongo
async def test_three_processes_sell_each_seat_once_while_the_primary_is_killed(
    settings, http, crowd, stand_ins
):
    ports = [free_port() for _ in range(3)]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    rush = Rush(stand_ins, urls, crowd)
    with_seats(settings)
    with replica_set(3) as servers:
        store = servers.uri("rush")
        async with AsyncExitStack() as stack:
            for port in ports:
                await stack.enter_async_context(gateway(settings, store, port, http))
            taps = taps_of(await rush.prepare(CITIZENS))
            primary = servers.primary()

            await rush.run(taps, primary.kill)

            # Some were told that nobody knows, asked again with their key, and know now.
            assert any(status == 503 for tap in taps for status, _ in tap.answers)
            with MongoClient(store, readConcernLevel="majority") as client:
                found = client.get_default_database()["appointments"].find({"place": {"$gt": ""}})
                kept = {each["_id"]: each["seat_key"] for each in found}
            await rush.holds(kept, urls[2])


async def test_of_two_processes_on_one_file_one_is_killed_and_the_other_sells_on(
    settings, tmp_path, http, crowd, stand_ins
):
    ports = [free_port() for _ in range(2)]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    file = tmp_path / "gateway.db"
    rush = Rush(stand_ins, urls, crowd)
    with_seats(settings)
    async with AsyncExitStack() as stack:
        programs = [
            await stack.enter_async_context(gateway(settings, f"sqlite:{file}", port, http))
            for port in ports
        ]
        taps = taps_of(await rush.prepare(CITIZENS))

        await rush.run(taps, programs[1].kill)

        assert rush.broken  # some of them under way in the process that was killed
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            asked = (
                "SELECT id, json_extract(body, '$.seat_key') FROM appointments"
                " WHERE json_extract(body, '$.place') IS NOT NULL"
            )
            kept = dict(database.execute(asked))
        await rush.holds(kept, urls[0])
