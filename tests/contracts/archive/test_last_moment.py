"""On every store: what happens between two steps of putting an order away."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.ports import Store
from payment.archive.files import Files, Kept, Writing
from payment.archive.part import PartTrigger, begun, stepped
from payment.archive.places import PLACES, Place
from payment.archive.refusals import ArchiveDamaged, ArchivedMeanwhile
from payment.orders import ORDERS
from payment.put_away import NothingPutAway, OrderArchived
from payment.refund_cases.applying import applicant
from tests.contracts.archive.cellar import FIRST, Cellar, cellar
from tests.unit.days.samples import DAY
from tests.unit.payment.refund_cases.office import SUN, office


class Stopped(Exception):
    """As if somebody was killed there."""


class Meddling:
    """A `Store` in which somebody changes an order just before it would be deleted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        if collection == ORDERS.name:
            await self._store.mutate(collection, id, lambda known: known | {"unit_name": "new"})
        return await self._store.delete(collection, id, version=version)


class LyingDisk(Files):
    """What it says is written is not."""

    def begin(self, stem: str, token: str) -> Writing:
        writing = super().begin(stem, token)
        folder, finish = self._folder, writing.finish

        class Lying:
            add, close = writing.add, writing.close

            def finish(self) -> Kept:
                kept = finish()
                (folder / kept.name).write_bytes(b"")
                return kept

        return Lying()  # type: ignore[return-value]


class JustNow(NothingPutAway):
    """Whoever asks a second time is told that it is being put away."""

    def __init__(self) -> None:
        self.asked: Sequence[str] = ()

    async def has(self, order_id: str) -> bool:
        self.asked = (*self.asked, order_id)
        return len(self.asked) > 1


async def ready(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    house.wait()


async def test_a_case_that_came_and_went_after_the_file_keeps_the_order(house: Cellar) -> None:
    """The file does not have it."""
    await ready(house)

    def said(step: str) -> None:
        if step == "places":
            raise Stopped

    with pytest.raises(Stopped):
        await house.archiving.put_away(DAY, "operator-he", said)
    case = await house.refunds.applied(await house.refunds.orders.get(FIRST))
    await house.refunds.applying.withdraw(case, applicant(SUN), house.refunds.clock.now())
    await house.refunds.work()
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert (outcome.gone, outcome.left) == (0, 1)
    again = await house.archiving.put_away(DAY, "operator-he")
    assert again.gone == 1
    archived = await house.archive.whole(FIRST)
    assert archived is not None
    assert [each.id for each in archived.cases] == [case.id]


async def test_an_order_that_changes_as_it_is_deleted_stays(house: Cellar) -> None:
    await ready(house)
    store: Any = Meddling(house.store)
    other = cellar(store, house.folder, books=house.books, after=500)
    outcome = await other.archiving.put_away(DAY, "operator-he")
    assert (outcome.gone, outcome.left) == (0, 1)
    assert (await house.refunds.orders.get(FIRST)).unit_name == "new"
    assert await house.store.find(PLACES.name) == []


async def test_an_order_that_changed_since_the_books_were_held_is_not_written(
    house: Cellar,
) -> None:
    await ready(house)
    part = begun(DAY, 1, "operator-he", house.finance.clock.now())
    assert (await house.archiving.filing.write(part, {FIRST: 99}, [])).orders == 0
    assert (await house.archiving.filing.write(part, {FIRST: 1}, [])).orders == 1


async def test_nothing_goes_where_the_disk_did_not_keep_it(house: Cellar, tmp_path: Path) -> None:
    await ready(house)
    files = LyingDisk(tmp_path / "archive")
    other = cellar(house.store, house.folder, books=house.books, files=files, after=500)
    with pytest.raises(ArchiveDamaged):
        await other.archiving.put_away(DAY, "operator-he")
    assert await house.store.get(ORDERS.name, FIRST) is not None


async def test_who_has_decided_that_an_order_goes_is_not_overruled(house: Cellar) -> None:
    place = await placed(house)
    places = house.archive.places
    assert await places.let_go(place)
    assert not await places.drop(place, decided=False)
    assert await places.of(FIRST) is not None
    assert await places.drop(place, decided=True)
    assert not await places.let_go(place)


async def test_a_place_in_a_later_part_is_not_dropped_for_an_earlier_one(house: Cellar) -> None:
    place = await placed(house)
    stale = replace(place, part=f"{DAY}|0")
    await house.archive.places.drop(stale, decided=True)
    assert not await house.archive.places.let_go(stale)
    known = await house.archive.places.of(FIRST)
    assert known is not None
    assert not known.goes


async def placed(house: Cellar) -> Place:
    """A place of an order that has not left."""
    await ready(house)

    def said(step: str) -> None:
        if step == "deleting":
            raise Stopped

    with pytest.raises(Stopped):
        await house.archiving.put_away(DAY, "operator-he", said)
    place = await house.archive.places.of(FIRST)
    assert place is not None
    return place


async def test_who_is_slower_with_a_part_leaves_it_to_the_other(house: Cellar) -> None:
    parts, now = house.archiving.parts, house.finance.clock.now()
    part = await parts.begin(DAY, None, "operator-he", now)
    with pytest.raises(ArchivedMeanwhile):
        await parts.begin(DAY, None, "operator-yi", now)
    await parts.change(part, lambda known: stepped(known, PartTrigger.WRITE, file="one"))
    with pytest.raises(ArchivedMeanwhile):
        await parts.change(part, lambda known: replace(known, file="other"))


async def test_who_applies_in_the_last_moment_is_told_and_leaves_no_open_case(
    store: Store,
) -> None:
    town = office(store, JustNow())
    order = await town.receipted()
    with pytest.raises(OrderArchived):
        await town.applied(order)
    assert [each.is_over for each in await town.cases.of_order(order.id)] == [True]
