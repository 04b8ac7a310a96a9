"""A citizen reviews, sees how it is handled, and appeals. One screen each."""

from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Cursor, DuplicateKey, Randomness, Sealing
from channel_gateway.services.review.indicator_set import IndicatorSet
from channel_gateway.services.review.places import NOTE, WORDS
from channel_gateway.services.review.rectification import Clocks, appealed, complained
from channel_gateway.services.review.refusals import NoSuchReview, ReviewedAlready, ReviewOver
from channel_gateway.services.review.review import Review
from channel_gateway.services.review.reviews import Reviews
from channel_gateway.services.review.subjects import Subject, Subjects


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a citizen says; their words are nobody's but the department's and the operators'."""

    level: int
    indicators: tuple[str, ...]
    words: str
    anonymous: bool


class Reviewing:
    def __init__(
        self,
        reviews: Reviews,
        subjects: Subjects,
        indicators: IndicatorSet,
        clocks: Clocks,
        *,
        vault: Sealing,
        randomness: Randomness,
    ) -> None:
        self._reviews = reviews
        self._subjects = subjects
        self._indicators = indicators
        self._clocks = clocks
        self._vault = vault
        self._randomness = randomness

    async def invitations(self, person: str, now: datetime) -> list[Subject]:
        """What may be reviewed and was not."""
        invited = [each async for each in self._subjects.invited(person, now)]
        return [each for each in invited if await self._reviews.of(each) is None]

    async def give(
        self, person: str, opinion: Opinion, now: datetime, *, case: str | None, visit: str | None
    ) -> Review:
        """Review a case or an appointment by one insert, once.

        Raises `NothingToReview`, `NotEndedYet`, `ReviewOver`, `ReviewedAlready`, `IndicatorUnfit`.
        """
        if case is not None:
            subject = await self._subjects.of_case(person, case)
        else:
            subject = await self._subjects.of_visit(person, visit or "")
        await self._refuse_second(person, subject)
        if now >= subject.until:
            raise ReviewOver(subject.until)
        draft = self._draft(person, subject, opinion, now)
        try:
            return await self._reviews.add(complained(draft, self._clocks, now))
        except DuplicateKey:  # by the same citizen at the same moment
            await self._refuse_second(person, subject)
            raise

    async def get(self, person: str, id: str) -> Review:
        """Raises `NoSuchReview` also for somebody else's."""
        review = await self._reviews.get(id)
        if review.person != person:
            raise NoSuchReview(field="review_id")
        return review

    async def list(self, person: str, *, limit: int, after: Cursor | None) -> list[Review]:
        """The newest first."""
        return await self._reviews.of_person(person, limit=limit, after=after)

    async def appeal(self, person: str, id: str, reason: str, now: datetime) -> Review:
        """Open it once more. Raises `NoSuchReview`, `AppealSpent`, `NotNow`."""
        await self.get(person, id)
        note = self._vault.seal(reason, NOTE)
        return await self._reviews.change(
            id, lambda review: appealed(review, self._clocks, now, note)
        )

    async def _refuse_second(self, person: str, subject: Subject) -> None:
        """Raises `ReviewedAlready`; which review that is concerns its citizen alone."""
        first = await self._reviews.of(subject)
        if first is not None:
            told = {"review_id": first.id} if first.person == person else {}
            raise ReviewedAlready(extra={"state": first.state.value, **told})

    def _draft(self, person: str, subject: Subject, opinion: Opinion, now: datetime) -> Review:
        day, scene, level = beijing_day(now), subject.scene, opinion.level
        return Review(
            id=f"R{day:%Y%m%d}{self._randomness.token(16)}",
            person=person,
            case_key=subject.case,
            visit_key=subject.visit,
            department=subject.department,
            service=subject.service,
            service_name=subject.service_name,
            hall=subject.hall,
            scene=scene,
            level=level,
            indicators=self._indicators.checked(opinion.indicators, level, scene),
            set_version=self._indicators.version,
            anonymous=opinion.anonymous,
            reviewed_at=now,
            month=f"{day:%Y-%m}",
            words=self._vault.seal(opinion.words, WORDS) if opinion.words else "",
        )
