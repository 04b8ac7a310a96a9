"""Several processes on one store: one is killed, the others go on, and nothing happens twice."""

import os
import signal
from contextlib import AsyncExitStack

import pytest

from tests.ports import free_port
from tests.processes.load import Load
from tests.processes.programs import until
from tests.processes.storm import all_is_well, busy, gateway, under_load

pytestmark = pytest.mark.processes


async def workers(program, good):
    async def found():
        return set(program.workers())

    return await until("the workers", found, good)


async def heard(program, listening):
    async def said():
        return program.log.read_text().count("listening on")

    await until("all to listen", said, lambda count: count == listening)


async def test_a_worker_that_is_killed_is_begun_again_while_the_others_serve(
    settings, tmp_path, http, stand_ins
):
    store, port = f"sqlite:{tmp_path / 'gateway.db'}", free_port()
    load = Load(stand_ins, [f"http://127.0.0.1:{port}"], http)
    async with gateway(settings, store, port, http, "--workers", "3") as program:
        began = await workers(program, lambda found: len(found) == 3)
        async with under_load(load):
            await busy(load)
            os.kill(min(began), signal.SIGKILL)
            await busy(load)
            now = await workers(program, lambda found: len(found) == 3 and found != began)
            assert len(now & began) == 2
            # The three that began, and the one begun again: one ended before it listens says less.
            await heard(program, 4)
        await all_is_well(load, settings, load.urls[0])
        assert await stand_ins.calls("wechat", "stable_token") == 1
        program.terminate()
        assert await program.ended() == 0
        # The log's last lines are written too.
        assert program.log.read_text().count('"action":"stopping"') == 3


@pytest.mark.mongo
async def test_of_three_processes_on_mongodb_two_go_on_when_one_is_killed(
    settings, tmp_path, mongo_uri, http, stand_ins
):
    servers, _, options = mongo_uri.partition("?")
    store = f"{servers.rpartition('/')[0]}/{tmp_path.name[-40:]}?{options}"
    ports = [free_port() for _ in range(3)]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    load = Load(stand_ins, urls, http)
    async with AsyncExitStack() as stack:
        programs = [
            await stack.enter_async_context(
                gateway(settings, store, port, http, public_port=ports[0])
            )
            for port in ports
        ]
        async with under_load(load):
            await busy(load)
            programs[2].kill()
            await busy(load)
        await all_is_well(load, settings, *urls[:2])
        assert await stand_ins.calls("wechat", "stable_token") == 1
        for program in programs[:2]:
            program.terminate()
        assert [await program.ended() for program in programs[:2]] == [0, 0]
