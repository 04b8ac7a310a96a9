"""What the tests of several endings share: a gateway as a process, and citizens at its door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.processes.load import Load, Reckoning
from tests.processes.programs import Program, begun, serving, until, variables

ENOUGH = 24  # orders acknowledged before something happens


@asynccontextmanager
async def gateway(
    settings: Path,
    store: str,
    port: int,
    http: aiohttp.ClientSession,
    *options: str,
    public_port: int | None = None,
) -> AsyncIterator[Program]:
    """`serve` as a process, ready to be called."""
    given = variables(settings, store=store, port=port, public_port=public_port)
    command = ("channel_gateway", "serve", *options)
    with begun(settings.parent, f"gateway-{port}", *command, **given) as program:
        await serving(f"http://127.0.0.1:{port}", http, program)
        yield program


@asynccontextmanager
async def under_load(load: Load) -> AsyncIterator[None]:
    """Citizens order and pay all the while; an answer by halves fails the test."""
    storm = asyncio.create_task(load.run(rounds=400))
    try:
        yield
    finally:
        load.stopping = True
        await storm


async def busy(load: Load) -> None:
    """Wait until so many more orders were acknowledged."""
    goal = len(load.ordered) + ENOUGH

    async def acknowledged() -> int:
        return len(load.ordered)

    await until("orders to be acknowledged", acknowledged, lambda count: count >= goal)


async def all_is_well(load: Load, settings: Path, *urls: str) -> None:
    """Nothing acknowledged is lost, all orders come to an end, and the books agree.

    `urls`: the processes that are there; any of them must know it all.
    """
    key = bytes.fromhex((settings.parent / "secrets" / "operator.key").read_text()).hex()
    after = Reckoning(load, urls[-1], key)
    await after.nothing_acknowledged_is_lost()
    await after.repeats_change_nothing(urls)
    await after.quiet()
    await after.books_agree()
