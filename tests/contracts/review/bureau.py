"""Citizens who review, on any store: a case that came from an appointment, and one without."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from channel_gateway.ports import KnownCase, Store, Visit
from channel_gateway.services.review.figure_keeper import FigureKeeper
from channel_gateway.services.review.indicator_set import national_set
from channel_gateway.services.review.review import Review
from channel_gateway.services.review.reviewing import Opinion, Reviewing
from channel_gateway.services.review.reviews import Reviews
from channel_gateway.services.review.subjects import Subjects
from channel_gateway.vault import Vault
from channel_gateway.world import SystemRandomness
from tests.unit.review.samples import CLOCKS

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
SERVICE = "AA-BB-01"


class OneService:
    """As much of a `ServiceCatalogue` as reviews ask for."""

    async def name(self, service: str) -> str | None:
        return "普通护照"

    async def department(self, service: str) -> str | None:
        return "hall"


class ManyVisits:
    """Every appointment was done this morning, by the person whose name it has."""

    async def visit(self, id: str) -> Visit | None:
        return Visit(id, id.partition("-")[0], SERVICE, "center", date(2026, 3, 10), NOW)

    async def since(self, person: str, day: date) -> list[Visit]:
        return []


class ManyCases:
    """Case `one-C` came from appointment `one-A`."""

    async def case(self, id: str) -> KnownCase | None:
        person = id.partition("-")[0]
        return KnownCase(id, "1", "hall", SERVICE, None, person, f"{person}-A", NOW)

    async def of_visit(self, id: str) -> KnownCase | None:
        return None  # heard of a moment later

    async def ended_since(self, person: str, since: datetime) -> list[KnownCase]:
        return []


@dataclass
class Bureau:
    reviewing: Reviewing
    reviews: Reviews
    keeper: FigureKeeper

    async def give(self, person: str, level: int = 5, *, as_case: bool) -> Review:
        case, visit = (f"{person}-C", None) if as_case else (None, f"{person}-A")
        opinion = Opinion(level, (), "", anonymous=False)
        return await self.reviewing.give(person, opinion, NOW, case=case, visit=visit)


def bureau(store: Store) -> Bureau:
    randomness, reviews = SystemRandomness(), Reviews(store)
    subjects = Subjects(
        OneService(),  # type: ignore[arg-type]
        ManyCases,
        ManyVisits,
        timedelta(days=15),
    )
    reviewing = Reviewing(
        reviews,
        subjects,
        national_set(),
        CLOCKS,
        vault=Vault({"1": b"k" * 32}, b"i" * 32, randomness),
        randomness=randomness,
    )
    return Bureau(reviewing, reviews, FigureKeeper(store, reviews, smallest_cell=1))
