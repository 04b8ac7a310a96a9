"""A month's reviews counted, per service and hall: how many, and of how many people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from channel_gateway.services.review.review import Review, State

LEVELS = (1, 2, 3, 4, 5)
GOOD = (3, 4, 5)  # 基本满意 and better
BAD = (1, 2)


@dataclass(slots=True)
class Count:
    """How many reviews, and whose: many reviews may be one person's."""

    reviews: int = 0
    people: set[str] = field(default_factory=set)

    def add(self, person: str | None) -> None:
        """None: forgotten since; all of those may be one person's."""
        self.reviews += 1
        self.people.add(person or "")


def together(counts: Iterable[Count]) -> Count:
    """Several as one; who is in several is one person. Pure."""
    some = list(counts)
    everybody = set[str]().union(*(each.people for each in some))
    return Count(sum(each.reviews for each in some), everybody)


def _of_each_level() -> Mapping[int, Count]:
    return {level: Count() for level in LEVELS}


@dataclass(slots=True)
class Tally:
    """Of one service in one hall, or online. Excluded reviews count as excluded alone."""

    service: str
    hall: str | None = None
    levels: Mapping[int, Count] = field(default_factory=_of_each_level)
    excluded: Count = field(default_factory=Count)
    in_time: Count = field(default_factory=Count)  # of the bad ones: closed, and no step overdue
    not_in_time: Count = field(default_factory=Count)  # the other bad ones

    @property
    def all(self) -> Count:
        return together(self.levels.values())

    def add(self, review: Review) -> None:
        if review.state is State.EXCLUDED:
            self.excluded.add(review.person)
            return
        self.levels[review.level].add(review.person)
        if review.bad:
            done = review.state is State.CLOSED and not review.late
            (self.in_time if done else self.not_in_time).add(review.person)


def counted(tallies: dict[tuple[str, str], Tally], review: Review) -> None:
    """Count one under its service and hall; what was merged into another counts nowhere."""
    if review.state is State.MERGED:
        return
    place = review.service, review.hall or ""
    tallies.setdefault(place, Tally(review.service, review.hall)).add(review)


def as_one(tallies: Iterable[Tally], service: str) -> Tally:
    """Several as one, of whatever hall. Pure."""
    some = list(tallies)
    return Tally(
        service,
        None,
        {level: together(each.levels[level] for each in some) for level in LEVELS},
        together(each.excluded for each in some),
        together(each.in_time for each in some),
        together(each.not_in_time for each in some),
    )
