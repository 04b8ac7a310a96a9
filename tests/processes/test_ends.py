"""A gateway that ends under load, told to or killed: what it acknowledged is there afterwards."""

import pytest

from tests.ports import free_port
from tests.processes.load import Load
from tests.processes.storm import all_is_well, busy, gateway, under_load

pytestmark = pytest.mark.processes


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def load(stand_ins, http, port):
    return Load(stand_ins, [f"http://127.0.0.1:{port}"], http)


async def test_told_to_end_it_finishes_what_it_began_and_leaves_cleanly(
    settings, store, port, http, load
):
    async with gateway(settings, store, port, http) as program, under_load(load):
        await busy(load)
        program.terminate()
        assert await program.ended() == 0
    async with gateway(settings, store, port, http):
        await all_is_well(load, settings, load.urls[0])
    assert not {status for status in load.statuses if status >= 500} - {503}


async def test_killed_it_goes_on_where_it_was(settings, store, port, http, load):
    async with gateway(settings, store, port, http) as program, under_load(load):
        await busy(load)
        program.kill()
    async with gateway(settings, store, port, http):
        await all_is_well(load, settings, load.urls[0])


async def test_killed_again_and_again_under_one_storm_it_still_goes_on(
    settings, store, port, http, load
):
    async with under_load(load):
        for _ in range(3):
            async with gateway(settings, store, port, http) as program:
                await busy(load)
                program.kill()
    async with gateway(settings, store, port, http):
        await all_is_well(load, settings, load.urls[0])
