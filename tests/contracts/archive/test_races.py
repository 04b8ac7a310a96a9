"""On every store: whatever is done with an order while it is put away, one of both is seen."""

import asyncio
from pathlib import Path

import pytest

from channel_gateway.domain.errors import Conflict
from channel_gateway.ports import Store
from payment.archive.part import PartState
from payment.archive.part_store import ARCHIVED
from payment.archive.places import PLACES
from payment.archive.refusals import ArchivedMeanwhile
from payment.orders import ORDERS
from payment.personal_data import KeptOrders
from payment.put_away import OrderArchived
from payment.refund_cases.cases import CASES
from tests.contracts.archive.cellar import FIRST, Cellar, cellar
from tests.unit.days.samples import DAY

MANY = 12


async def filled(house: Cellar) -> list[str]:
    ids = [f"G20260302{number:020}" for number in range(MANY)]
    for id in ids:
        await house.receipted(id)
    await house.close()
    house.wait()
    return ids


async def test_several_runs_at_once_put_each_order_away_once(house: Cellar) -> None:
    ids = await filled(house)
    others = [cellar(house.store, house.folder, books=house.books, after=500) for _ in range(3)]
    for number, other in enumerate(others):  # as other processes draw other names
        for _ in range(number + 1):
            other.archiving.filing.randomness.token(12)
    ends = await asyncio.gather(
        *(each.archiving.put_away(DAY, "operator-he") for each in (house, *others)),
        return_exceptions=True,
    )
    troubles = [each for each in ends if isinstance(each, BaseException)]
    assert all(isinstance(each, ArchivedMeanwhile) for each in troubles)
    assert len(troubles) < len(ends)
    part = await house.archiving.parts.latest(DAY)
    assert part is not None
    assert (part.number, part.state) == (1, PartState.DONE)
    assert await house.store.find(ORDERS.name) == []
    assert [(await house.refunds.orders.get(id)).id for id in ids] == ids
    assert len([each async for each in house.journal.of_group(ARCHIVED)]) == 1


async def test_who_applies_meanwhile_has_a_case_or_is_told_that_it_is_archived(
    house: Cellar,
) -> None:
    ids = await filled(house)
    orders = [await house.refunds.orders.get(id) for id in ids]

    async def applied(number: int) -> object:
        for _ in range(number * 40):
            await asyncio.sleep(0)
        return await house.refunds.applied(orders[number])

    ends = await asyncio.gather(
        house.archiving.put_away(DAY, "operator-he"),
        *(applied(number) for number in range(MANY)),
        return_exceptions=True,
    )
    for id, end in zip(ids, ends[1:], strict=True):
        there = await house.store.get(ORDERS.name, id)
        if isinstance(end, Exception):
            assert isinstance(end, Conflict), end
            continue
        assert there is not None  # its case can still be decided
        assert await house.archive.places.of(id) is None
    assert [(await house.refunds.orders.get(id)).id for id in ids] == ids


async def test_an_application_between_file_and_deletion_keeps_the_order(house: Cellar) -> None:
    order = await house.receipted()
    await house.close()
    house.wait()
    process = cellar(house.store, house.folder, books=house.books, after=500)
    applications: list[asyncio.Task[object]] = []

    def said(step: str) -> None:
        if step == "places":
            applications.append(asyncio.ensure_future(house.refunds.applied(order)))

    outcome = await process.archiving.put_away(DAY, "operator-he", said)
    [end] = await asyncio.gather(*applications, return_exceptions=True)
    if isinstance(end, OrderArchived):
        assert all(each.is_over for each in await house.refunds.cases.of_order(order.id))
    else:
        assert (outcome.gone, outcome.left) == (0, 1)
        assert await house.store.get(ORDERS.name, order.id) is not None


async def test_an_order_that_changed_after_it_was_written_stays(
    store: Store, tmp_path: Path
) -> None:
    house = cellar(store, tmp_path / "archive")
    order = await house.receipted()
    await house.close()
    house.wait()

    class Waits(Exception):
        pass

    def said(step: str) -> None:
        if step == "deleting":
            raise Waits

    with pytest.raises(Waits):
        await house.archiving.put_away(DAY, "operator-he", said)
    await store.mutate(ORDERS.name, order.id, lambda known: known | {"person": "somebody"})
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert (outcome.gone, outcome.left) == (0, 1)
    assert await store.find(PLACES.name) == []
    assert (await house.refunds.orders.get(order.id)).person == "somebody"
    again = await house.archiving.put_away(DAY, "operator-he")
    assert (again.gone, again.part and again.part.number) == (1, 2)
    assert (await house.refunds.orders.get(order.id)).person == "somebody"


async def test_who_is_forgotten_meanwhile_is_named_nowhere(house: Cellar) -> None:
    ids = await filled(house)
    keeper = kept(house)

    async def erased() -> object:
        for _ in range(60):
            await asyncio.sleep(0)
        return await keeper.erase("citizen-1", house.refunds.clock.now())

    await asyncio.gather(house.archiving.put_away(DAY, "operator-he"), erased())
    await keeper.erase("citizen-1", house.refunds.clock.now())
    for id in ids:
        order = await house.refunds.orders.get(id)
        assert (order.person, order.citizen) == (None, "erased")
    for kind in (ORDERS, PLACES, CASES):
        assert "citizen-1" not in str(await house.store.find(kind.name))


async def test_what_is_archived_is_handed_over_exported_and_forgotten(house: Cellar) -> None:
    order = await house.given_back(await house.receipted(payer="p", check_code="c"))
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    keeper = kept(house)
    await keeper.adopt("citizen-1", "person-1", house.refunds.clock.now())
    told = await keeper.export("person-1")
    assert [each["order_id"] for each in told["orders"]] == [FIRST]
    assert (await house.refunds.orders.get(order.id)).person == "person-1"
    await keeper.erase("person-1", house.refunds.clock.now())
    known = await house.refunds.orders.get(order.id)
    assert (known.person, known.payer, known.check_code) == (None, None, None)
    assert (await keeper.export("person-1"))["orders"] == []


def kept(house: Cellar) -> KeptOrders:
    applying = house.refunds.applying
    return KeptOrders(
        house.refunds.orders,
        applying._payments._issued,
        {},
        house.refunds.cases,
        applying._vault,
        house.archive,
    )
