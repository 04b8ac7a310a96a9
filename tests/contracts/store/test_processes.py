"""Several processes on one store, and processes that are killed in the middle of writing."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.contracts.store.conftest import LASTING, Engine
from tests.contracts.store.load import Acknowledged, check
from tests.contracts.store.process import LIMIT, SEATS

ROOT = Path(__file__).parents[3]
NAMES = ("north", "south", "east", "west")

pytestmark = [
    pytest.mark.processes,
    pytest.mark.parametrize("engine", LASTING, indirect=True),
]


async def start(engine: Engine, work: str, name: str) -> Process:
    module = "tests.contracts.store.process"
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, engine.url, engine.name, work, name), cwd=ROOT, stdout=PIPE
    )


async def in_four_processes(engine: Engine, work: str) -> list[str]:
    processes = [await start(engine, work, name) for name in NAMES]
    outputs = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0] * 4
    return [id for stdout, _ in outputs for id in json.loads(stdout)]


async def test_four_processes_sell_each_seat_once_and_keep_the_limit(engine: Engine) -> None:
    booked = await in_four_processes(engine, "book")
    assert len(booked) == len(set(booked)) == SEATS + LIMIT
    store = await engine.open()
    try:
        assert await store.count("bookings", equal={"slot": "monday"}, cap=99) == SEATS
        assert await store.count("bookings", equal={"citizen": "one"}, cap=99) == LIMIT
    finally:
        await store.close()


async def test_four_processes_claim_each_document_once(engine: Engine) -> None:
    store = await engine.open()
    await store.insert_many("bookings", [{"_id": f"{n:03}", "due": n} for n in range(300)])
    await store.close()
    claimed = await in_four_processes(engine, "claim")
    assert sorted(claimed) == [f"{n:03}" for n in range(300)]


async def test_a_killed_process_loses_nothing_that_was_acknowledged(engine: Engine) -> None:
    victim, survivor = await start(engine, "write", "victim"), await start(engine, "write", "alive")
    of_victim, of_survivor = Acknowledged(), Acknowledged()
    listening = asyncio.create_task(listen(survivor, of_survivor, enough=10**9))
    await listen(victim, of_victim, enough=600)
    victim.kill()
    await listen(victim, of_victim, enough=10**9)  # what it still said
    at_the_kill = len(of_survivor)
    assert await victim.wait() == -9

    store = await engine.open()
    try:
        while len(of_survivor) < at_the_kill + 200:  # the other one goes on
            await store.ping()
        survivor.kill()
        await listening
        await survivor.wait()
        await check(store, of_victim)
        await check(store, of_survivor)
    finally:
        await store.close()
    if engine.name == "sqlite":
        with sqlite3.connect(engine.url.removeprefix("sqlite:")) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        file.close()


async def listen(process: Process, acknowledged: Acknowledged, *, enough: int) -> None:
    """Note what the process says was acknowledged to it; a line cut off by its end is no word."""
    assert process.stdout is not None
    while len(acknowledged) < enough:
        line = (await process.stdout.readline()).decode()
        if not line.endswith("\n"):
            return
        kind, id = line.split()
        (acknowledged.inserted if kind == "inserted" else acknowledged.applied).append(id)
