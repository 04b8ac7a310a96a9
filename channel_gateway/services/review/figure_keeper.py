"""The months' figures in the store: reckoned once a day from the reviews, read by one read.

What is held back from everybody is not kept either: whose a review is counts, and is not written.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, day_start, month_start
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import Collection, DuplicateKey, Store
from channel_gateway.services.review.figures import Tally, counted
from channel_gateway.services.review.publishing import PublicRow, published
from channel_gateway.services.review.refusals import NoFigures
from channel_gateway.services.review.reviews import Reviews

FIGURES = Collection("review_figures")

# A bad review's way to its end may lead into the next months; after that a month stays as it is.
_MONTHS = 3
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """A month, as far as it is counted."""

    id: str  # 2026-03
    up_to: date  # the last day that is counted
    smallest_cell: int = 0  # what of fewer people is put together or held back
    rows: tuple[PublicRow, ...] = ()


class FigureKeeper:
    def __init__(self, store: Store, reviews: Reviews, smallest_cell: int) -> None:
        self._smallest_cell = smallest_cell
        self._store = store
        self._reviews = reviews

    async def of(self, month: str) -> Figures:
        """Raises `NoFigures`."""
        document = await self._store.get(FIGURES.name, month)
        if document is None:
            raise NoFigures(field="query.month")
        return from_document(Figures, document)

    async def reckon(self, now: datetime) -> None:
        """Count this month up to yesterday, and the two before; again that day changes nothing."""
        yesterday = latest_day(now)
        if await self._is_there(yesterday):
            return
        for up_to in reversed(_month_ends(yesterday)):  # this month last: it says that all is done
            await self._keep(await self._figures(up_to))

    async def _is_there(self, yesterday: date) -> bool:
        document = await self._store.get(FIGURES.name, month_of(yesterday))
        return document is not None and from_document(Figures, document).up_to == yesterday

    async def _figures(self, up_to: date) -> Figures:
        end = day_start(up_to + _ONE_DAY)
        month = month_of(up_to)
        tallies: dict[tuple[str, str], Tally] = {}
        async for review in self._reviews.of_month(month):
            if review.reviewed_at < end:
                counted(tallies, review)
        in_order = (tallies[place] for place in sorted(tallies))
        rows = published(in_order, self._smallest_cell)
        return Figures(month, up_to, self._smallest_cell, rows)

    async def _keep(self, figures: Figures) -> None:
        document = to_document(figures)
        try:
            await self._store.insert(FIGURES.name, document)
        except DuplicateKey:
            await self._store.mutate(FIGURES.name, figures.id, lambda _: document)


def latest_day(now: datetime) -> date:
    """The last day that has ended."""
    return beijing_day(now) - _ONE_DAY


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def _month_ends(last: date) -> list[date]:
    """The last day that can be counted of each month, this one first."""
    ends = [last]
    while len(ends) < _MONTHS:
        ends.append(month_start(ends[-1]) - _ONE_DAY)
    return ends
