"""On every store: an archived order comes back as it was, and may be put away again."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from channel_gateway.chains import CHAINS
from channel_gateway.domain.errors import NotFound
from channel_gateway.store.memory import MemoryStore
from payment.archive.places import PLACES
from payment.orders import ORDERS
from payment.plugin import COLLECTIONS
from payment.put_away import OrderArchived
from payment.refund_cases.cases import CASES
from tests.contracts.archive.cellar import FIRST, SECOND, Cellar, cellar
from tests.contracts.archive.mortal import Killed, Life, MortalFiles, MortalStore
from tests.unit.days.samples import DAY


async def test_a_restored_order_is_as_it_was_and_can_be_acted_on(house: Cellar) -> None:
    before = await house.given_back(await house.receipted(payer="sealed"))
    cases = await house.refunds.cases.of_order(before.id)
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    with pytest.raises(OrderArchived):
        await house.refunds.applied(before, 100, key="years-later")
    await house.restoring.bring_back(before.id, "operator-he")
    assert await house.refunds.orders.get(before.id) == before
    assert await house.store.find(PLACES.name) == []
    assert await house.refunds.cases.of_order(before.id) == cases
    case = await house.refunds.applied(before, 100, key="years-later")
    assert case.amount_fen == 100
    assert [each async for each in house.checking.faults()] == []


async def test_a_restored_order_is_put_away_again_into_another_file(house: Cellar) -> None:
    before = await house.receipted()
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    await house.restoring.bring_back(before.id, "operator-he")
    again = await house.archiving.put_away(DAY, "operator-he")
    assert (again.gone, again.part and again.part.number) == (1, 2)
    assert await house.refunds.orders.get(before.id) == before


async def test_what_is_not_in_the_archive_is_not_found(house: Cellar) -> None:
    await house.receipted()
    for id in (FIRST, SECOND):
        with pytest.raises(NotFound):
            await house.restoring.bring_back(id, "operator-he")


@pytest.mark.parametrize("applied", [False, True])
async def test_restoring_is_finished_by_who_repeats_it(applied: bool, tmp_path: Path) -> None:
    number, ended = 0, False
    while not ended:
        number += 1
        store, folder = MemoryStore((*COLLECTIONS, *CHAINS)), tmp_path / str(number)
        await store.open()
        house = cellar(store, folder)
        before = await house.given_back(await house.receipted())
        await house.close()
        house.wait()
        await house.archiving.put_away(DAY, "operator-he")
        life = Life(number, applied)
        files = MortalFiles(folder, life)
        process = cellar(MortalStore(store, life), folder, files=files, after=500)  # type: ignore[arg-type]
        work = asyncio.ensure_future(process.restoring.bring_back(FIRST, "operator-he"))
        while not work.done() and not life.dead:
            await asyncio.wait({work}, timeout=0.02)
        work.cancel()
        with suppress(Killed, asyncio.CancelledError):
            await work
            ended = True
        assert await house.refunds.orders.get(FIRST) == before
        with suppress(NotFound):
            await house.restoring.bring_back(FIRST, "operator-he")
        assert await house.refunds.orders.get(FIRST) == before
        assert [len(await store.find(kind.name)) for kind in (ORDERS, CASES, PLACES)] == [1, 1, 0]
    assert number > 5
