"""A gateway that ends under load, told to or killed: what it acknowledged is there afterwards."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from tests.processes.load import Load, Reckoning
from tests.processes.programs import begun, free_port, serving, until, variables

pytestmark = pytest.mark.processes

ENOUGH = 24  # orders acknowledged before the end comes


@asynccontextmanager
async def gateway(settings, store, port, http):
    given = variables(settings, store=store, port=port)
    with begun(settings.parent, "gateway", "channel_gateway", "serve", **given) as program:
        await serving(f"http://127.0.0.1:{port}", http, program)
        yield program


@asynccontextmanager
async def under_load(load):
    """Citizens order and pay all the while; whatever they met that must not be fails the test."""
    storm = asyncio.create_task(load.run(rounds=400))
    try:
        yield
    finally:
        load.stopping = True
        await storm


async def busy(load):
    async def acknowledged():
        return len(load.ordered)

    await until("orders to be acknowledged", acknowledged, lambda count: count >= ENOUGH)


def reckoning(load, settings, url):
    operator = bytes.fromhex((settings.parent / "secrets" / "operator.key").read_text()).hex()
    return Reckoning(load, url, operator)


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
        after = reckoning(load, settings, load.urls[0])
        await after.nothing_acknowledged_is_lost()
        await after.quiet()
        await after.books_agree()
    assert not {status for status in load.statuses if status >= 500} - {503}


async def test_killed_it_goes_on_where_it_was(settings, store, port, http, load):
    async with gateway(settings, store, port, http) as program, under_load(load):
        await busy(load)
        program.kill()
    async with gateway(settings, store, port, http):
        after = reckoning(load, settings, load.urls[0])
        await after.nothing_acknowledged_is_lost()
        await after.quiet()
        await after.books_agree()
