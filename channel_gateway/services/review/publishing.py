"""Figures as everybody may see them: nobody can be singled out. Pure.

What counts is how many people there are, not how many reviews: one person may have given them all.
Places with few are put together: the halls of a service, then services. No totals are published
from which what is held back could be reckoned. Inside a row, what few people said is held back with
as many of the others as it takes to hide it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from channel_gateway.services.review.figures import (
    BAD,
    GOOD,
    LEVELS,
    Count,
    Tally,
    as_one,
    together,
)

SEVERAL = ""  # a row of several services


@dataclass(frozen=True, slots=True)
class PublicRow:
    """None: held back."""

    service: str  # `SEVERAL`: small services together
    merged: bool  # several halls or services in one row
    total: int
    levels: tuple[int | None, ...]  # of level 1, of level 2, …
    hall: str | None = None
    excluded: int | None = None
    bad: int | None = None
    in_time: int | None = None  # of the bad ones

    @property
    def satisfaction(self) -> str | None:
        """97.5%, rounded half up."""
        if self.bad is None:
            return None
        permille = ((self.total - self.bad) * 2000 + self.total) // (2 * self.total)
        return f"{permille // 10}.{permille % 10}%"


def published(tallies: Iterable[Tally], threshold: int) -> tuple[PublicRow, ...]:
    """The rows of at least `threshold` people each, small places put together."""
    rows: list[PublicRow] = []
    too_small: list[Tally] = []
    by_service: dict[str, list[Tally]] = {}
    for tally in tallies:
        by_service.setdefault(tally.service, []).append(tally)
    for service, some in sorted(by_service.items()):
        large = [each for each in some if _many(each.all, threshold)]
        small = [each for each in some if not _many(each.all, threshold)]
        rows += [_row(each, threshold, merged=False) for each in large]
        if small:
            rest = as_one(small, service)
            if _many(rest.all, threshold):
                rows.append(_row(rest, threshold, merged=True))
            else:
                too_small.append(rest)
    if too_small:
        rest = as_one(too_small, SEVERAL)
        if _many(rest.all, threshold):
            rows.append(_row(rest, threshold, merged=True))
    return tuple(rows)


def _row(tally: Tally, threshold: int, *, merged: bool) -> PublicRow:
    hidden = _hidden(tally, threshold)
    hidden_good = together(tally.levels[level] for level in GOOD if level in hidden)
    hidden_bad = together(tally.levels[level] for level in BAD if level in hidden)
    bad_is_told = _none_or_many(hidden_good, threshold) and _none_or_many(hidden_bad, threshold)
    # Either of the two follows from the other.
    in_time_is_told = (
        bad_is_told
        and _none_or_many(tally.in_time, threshold)
        and _none_or_many(tally.not_in_time, threshold)
    )
    return PublicRow(
        service=tally.service,
        hall=tally.hall,
        merged=merged,
        total=tally.all.reviews,
        levels=tuple(None if level in hidden else tally.levels[level].reviews for level in LEVELS),
        excluded=tally.excluded.reviews if _none_or_many(tally.excluded, threshold) else None,
        bad=together(tally.levels[level] for level in BAD).reviews if bad_is_told else None,
        in_time=tally.in_time.reviews if in_time_is_told else None,
    )


def _hidden(tally: Tally, threshold: int) -> set[int]:
    """The levels held back: all of few, and the next larger until together they are many."""
    said = {level: count for level, count in tally.levels.items() if count.reviews}
    hidden = {level for level, count in said.items() if not _many(count, threshold)}
    for level in sorted(said, key=lambda each: (len(said[each].people), each)):
        if not hidden or _many(together(said[each] for each in hidden), threshold):
            break
        hidden.add(level)
    return hidden


def _many(count: Count, threshold: int) -> bool:
    return len(count.people) >= threshold


def _none_or_many(count: Count, threshold: int) -> bool:
    return count.reviews == 0 or _many(count, threshold)
