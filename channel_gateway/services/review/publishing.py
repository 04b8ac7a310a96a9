"""Figures as everybody may see them: nobody can be singled out. Pure.

Places with few reviews are put together: the halls of a service, then services. No totals are
published from which what is held back could be reckoned. Inside a row, a count below the threshold
is held back with as many of the others as it takes to hide it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from channel_gateway.services.review.figures import GOOD, LEVELS, Tally, together

SEVERAL = ""  # a row of several services


@dataclass(frozen=True, slots=True)
class PublicRow:
    """None: held back."""

    service: str  # `SEVERAL`: small services together
    hall: str | None
    merged: bool  # several halls or services in one row
    total: int
    levels: tuple[int | None, ...]  # of level 1, of level 2, …
    excluded: int | None
    bad: int | None
    in_time: int | None  # of the bad ones

    @property
    def satisfaction(self) -> str | None:
        """97.5%, rounded half up."""
        if self.bad is None:
            return None
        permille = ((self.total - self.bad) * 2000 + self.total) // (2 * self.total)
        return f"{permille // 10}.{permille % 10}%"


def published(tallies: Iterable[Tally], threshold: int) -> tuple[PublicRow, ...]:
    """The rows with at least `threshold` reviews each, small places put together."""
    rows: list[PublicRow] = []
    too_small: list[Tally] = []
    by_service: dict[str, list[Tally]] = {}
    for tally in tallies:
        by_service.setdefault(tally.service, []).append(tally)
    for service, some in sorted(by_service.items()):
        large = [each for each in some if each.total >= threshold]
        small = [each for each in some if each.total < threshold]
        rows += [_row(each, threshold, merged=False) for each in large]
        if small:
            rest = together(small, service)
            if rest.total >= threshold:
                rows.append(_row(rest, threshold, merged=True))
            else:
                too_small.append(rest)
    if too_small:
        rest = together(too_small, SEVERAL)
        if rest.total >= threshold:
            rows.append(_row(rest, threshold, merged=True))
    return tuple(rows)


def _row(tally: Tally, threshold: int, *, merged: bool) -> PublicRow:
    hidden = _hidden(tally.levels, threshold)
    bad_is_told = _may_be_split(tally.levels, hidden, threshold)
    return PublicRow(
        service=tally.service,
        hall=tally.hall,
        merged=merged,
        total=tally.total,
        levels=tuple(
            None if level in hidden else n for level, n in zip(LEVELS, tally.levels, strict=True)
        ),
        excluded=None if 0 < tally.excluded < threshold else tally.excluded,
        bad=tally.bad if bad_is_told else None,
        in_time=tally.in_time if bad_is_told else None,
    )


def _hidden(levels: tuple[int, ...], threshold: int) -> set[int]:
    """The levels held back: all small counts, and the next larger until together they are many."""
    by_size = sorted((n, level) for n, level in zip(levels, LEVELS, strict=True) if n)
    hidden = {level for n, level in by_size if n < threshold}
    for _, level in by_size:
        if not hidden or sum(levels[each - 1] for each in hidden) >= threshold:
            break
        hidden.add(level)
    return hidden


def _may_be_split(levels: tuple[int, ...], hidden: set[int], threshold: int) -> bool:
    """Whether good and bad may be told apart: what is hidden of either is nothing, or many."""
    parts = (
        sum(levels[level - 1] for level in hidden if level in GOOD),
        sum(levels[level - 1] for level in hidden if level not in GOOD),
    )
    return all(part == 0 or part >= threshold for part in parts)
