"""On every store: killed at any write, the next run finishes, and nothing is lost or twice."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from channel_gateway.chains import CHAINS
from channel_gateway.ports import Store
from channel_gateway.store.memory import MemoryStore
from payment.archive.part_store import ARCHIVED
from payment.orders import ORDERS
from payment.plugin import COLLECTIONS
from payment.refund_cases.cases import CASES
from payment.refund_cases.materials import MATERIALS
from tests.contracts.archive.cellar import FIRST, SECOND, THIRD, Books, Cellar, cellar
from tests.contracts.archive.mortal import Killed, Life, MortalFiles, MortalStore
from tests.unit.days.samples import DAY

IDS = (FIRST, SECOND, THIRD)


async def filled(store: Store, folder: Path) -> tuple[Books, dict[str, object]]:
    """Three orders at rest, one of them with a refund; as they are read now."""
    house = cellar(store, folder)
    await house.given_back(await house.receipted(FIRST))
    await house.receipted(SECOND)
    await house.receipted(THIRD)
    await house.close()
    return house.books, {id: await house.refunds.orders.get(id) for id in IDS}


async def runs(store: Store, folder: Path, books: Books, life: Life) -> bool:
    """Another process puts the day away; whether it came to its end."""
    mortal = MortalStore(store, life)
    files = MortalFiles(folder, life)
    process = cellar(mortal, folder, books=books, files=files, after=500)  # type: ignore[arg-type]
    work = asyncio.ensure_future(process.archiving.put_away(DAY, "operator-he"))
    while not work.done() and not life.dead:  # who waits for what was killed waits for ever
        await asyncio.wait({work}, timeout=0.02)
    work.cancel()
    with suppress(Killed, asyncio.CancelledError):
        await work
        return True
    return False


async def found(store: Store, folder: Path) -> dict[str, object]:
    orders = cellar(store, folder).refunds.orders
    return {id: await orders.get(id) for id in IDS}


async def all_is_well(house: Cellar, before: dict[str, object]) -> None:
    assert await found(house.store, house.folder) == before
    for kind in (ORDERS, CASES, MATERIALS):
        assert await house.store.find(kind.name) == []
    assert [line["order"]["_id"] for line in house.lines() if line["kind"] == "order"] == [*IDS]
    assert len([each async for each in house.journal.of_group(ARCHIVED)]) == 1
    assert [each async for each in house.checking.faults()] == []
    assert len(list(house.folder.iterdir())) == 1


@pytest.mark.parametrize("applied", [False, True])
async def test_killed_at_every_write_it_is_finished_by_the_next_run(
    applied: bool, tmp_path: Path
) -> None:
    """Each write on a store of its own: there every order is found, before and after."""
    number, ended = 0, False
    while not ended:
        number += 1
        store, folder = MemoryStore((*COLLECTIONS, *CHAINS)), tmp_path / str(number)
        await store.open()
        books, before = await filled(store, folder)
        ended = await runs(store, folder, books, Life(number, applied))
        if len(await store.find(ORDERS.name)) < len(IDS):  # none goes before the journal has it
            assert (
                len([each async for each in cellar(store, folder).journal.of_group(ARCHIVED)]) == 1
            )
        assert await found(store, folder) == before
        assert await runs(store, folder, books, Life(1000))
        await all_is_well(cellar(store, folder), before)
    assert number > 20


async def test_killed_again_and_again_it_comes_to_its_end(store: Store, tmp_path: Path) -> None:
    """Each process gets one write further than the one before it."""
    folder = tmp_path / "archive"
    books, before = await filled(store, folder)
    writes = 1
    while not await runs(store, folder, books, Life(writes)):
        assert await found(store, folder) == before
        writes += 1
    assert writes > 5
    await all_is_well(cellar(store, folder), before)
