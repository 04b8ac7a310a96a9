"""A month's reviews counted, per service and hall. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from channel_gateway.services.review.review import Review, State

LEVELS = (1, 2, 3, 4, 5)
GOOD = (3, 4, 5)  # 基本满意 and better


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one service in one hall, or online. Excluded reviews count as excluded alone."""

    service: str
    hall: str | None = None
    levels: tuple[int, ...] = (0,) * len(LEVELS)  # how many of level 1, of level 2, …
    excluded: int = 0
    in_time: int = 0  # of the bad ones: closed, and no step was overdue

    @property
    def total(self) -> int:
        return sum(self.levels)

    @property
    def bad(self) -> int:
        return self.total - sum(self.levels[level - 1] for level in GOOD)


@dataclass(frozen=True, slots=True)
class Figures:
    """A month, as far as it is counted."""

    id: str  # 2026-03
    up_to: date  # the last day that is counted
    tallies: tuple[Tally, ...] = field(default=())


def place_of(review: Review) -> tuple[str, str]:
    """What a review is counted under."""
    return review.service, review.hall or ""


def none_of(review: Review) -> Tally:
    """The tally of a review's place, before any is counted."""
    return Tally(review.service, review.hall)


def with_one(tally: Tally, review: Review) -> Tally:
    if review.state is State.MERGED:
        return tally
    if review.state is State.EXCLUDED:
        return replace(tally, excluded=tally.excluded + 1)
    levels = tuple(
        n + (level == review.level) for level, n in zip(LEVELS, tally.levels, strict=True)
    )
    in_time = review.bad and review.state is State.CLOSED and not review.late
    return replace(tally, levels=levels, in_time=tally.in_time + in_time)


def together(tallies: Iterable[Tally], service: str) -> Tally:
    """Several as one, of whatever hall."""
    some = list(tallies)
    return Tally(
        service,
        None,
        tuple(sum(column) for column in zip(*(each.levels for each in some), strict=True)),
        sum(each.excluded for each in some),
        sum(each.in_time for each in some),
    )
