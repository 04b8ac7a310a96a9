"""On every store: one subject has one review, and a month's figures are reckoned once a day."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from channel_gateway.ports import Store
from channel_gateway.services.review.figure_keeper import FIGURES
from channel_gateway.services.review.refusals import ReviewedAlready
from channel_gateway.services.review.review import Review, State
from channel_gateway.services.review.reviews import REVIEWS
from tests.contracts.review.bureau import NOW, bureau


async def test_one_subject_has_one_review_however_it_is_named(store: Store) -> None:
    town = bureau(store)
    answers = await asyncio.gather(
        *(town.give("one", as_case=number % 2 == 0) for number in range(12)),
        return_exceptions=True,
    )

    [won] = [each for each in answers if isinstance(each, Review)]
    lost = [each for each in answers if isinstance(each, ReviewedAlready)]
    assert len(lost) == 11
    assert {each.extra["state"] for each in lost} == {"rated"}
    assert {each.extra["review_id"] for each in lost} == {won.id}
    assert len(await store.find(REVIEWS.name)) == 1


async def test_figures_are_reckoned_once_a_day_whoever_reckons(store: Store) -> None:
    town = bureau(store)
    for number, level in enumerate((5, 4, 1)):
        await town.give(f"p{number}", level, as_case=False)

    await town.keeper.reckon(NOW)
    assert (await town.keeper.of("2026-03")).rows == ()  # today is not over

    tomorrow = NOW + timedelta(days=1)
    await asyncio.gather(*(town.keeper.reckon(tomorrow) for _ in range(4)))
    [row] = (await town.keeper.of("2026-03")).rows
    assert (row.hall, row.levels) == ("center", (1, 0, 0, 1, 1))

    before = await store.find(FIGURES.name)
    await town.keeper.reckon(tomorrow + timedelta(hours=5))
    assert await store.find(FIGURES.name) == before
    assert [each["_id"] for each in before] == ["2026-01", "2026-02", "2026-03"]


async def test_a_month_is_counted_to_its_end_in_the_next_ones(store: Store) -> None:
    town = bureau(store)
    given = await town.give("one", 1, as_case=False)

    await town.keeper.reckon(NOW + timedelta(days=40))
    assert (await town.keeper.of("2026-03")).up_to.isoformat() == "2026-03-31"
    await town.reviews.change(given.id, _closed)
    await town.keeper.reckon(NOW + timedelta(days=41))
    assert (await town.keeper.of("2026-03")).rows[0].in_time == 1

    await town.keeper.reckon(NOW + timedelta(days=100))
    await store.delete(REVIEWS.name, given.id)
    await town.keeper.reckon(NOW + timedelta(days=101))  # March is three months away: it stays
    assert (await town.keeper.of("2026-03")).rows[0].in_time == 1


def _closed(review: Review) -> Review:
    return replace(review, state=State.CLOSED)
