"""Several processes give out the same places: none twice, and the limits hold over all of them."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from channel_gateway.ports import Store
from tests.contracts.appointment.office import office
from tests.contracts.appointment.process import A_DAY, PLACES
from tests.contracts.store.conftest import LASTING, Engine

ROOT = Path(__file__).parents[3]

pytestmark = [
    pytest.mark.processes,
    pytest.mark.parametrize("engine", LASTING, indirect=True),
]


async def booked_by(engine: Engine, name: str) -> list[int]:
    module = "tests.contracts.appointment.process"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, engine.url, engine.name, name), cwd=ROOT, stdout=PIPE
    )
    stdout, _ = await process.communicate()
    assert process.returncode == 0
    counts: list[int] = json.loads(stdout)
    return counts


async def test_two_processes_give_out_each_place_once_and_keep_the_limit(
    engine: Engine, store: Store
) -> None:
    counts = await asyncio.gather(*(booked_by(engine, name) for name in ("north", "south")))

    assert [sum(each) for each in zip(*counts, strict=True)] == [PLACES, A_DAY]
    assert len(await office(store, windows=PLACES).held()) == PLACES
