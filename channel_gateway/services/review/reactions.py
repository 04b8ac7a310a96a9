"""What the worker does for bad reviews: tell the department, notice a step that is overdue."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Cases, Change, Departments, Sealing
from channel_gateway.service import Reaction
from channel_gateway.services.review.places import WORDS
from channel_gateway.services.review.rectification import TELL, Clocks, handled, overdue
from channel_gateway.services.review.review import OVERDUE, By, Review, State, Trigger
from channel_gateway.services.review.reviews import REVIEWS, read


class Reactions:
    """`departments`, `cases`: None where no plug-in of the settings has any."""

    def __init__(
        self,
        departments: Callable[[], Departments | None],
        cases: Callable[[], Cases | None],
        clocks: Clocks,
        vault: Sealing,
    ) -> None:
        self._departments = departments
        self._cases = cases
        self._clocks = clocks
        self._vault = vault

    def rows(self) -> list[Reaction]:
        # Only a store that is away can stop these: what a department does not take waits with the
        # events.
        return [
            Reaction(REVIEWS.name, TELL, self.tell, DAYS_3),
            Reaction(REVIEWS.name, OVERDUE, self.overdue, DAYS_3),
        ]

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """The department hears of it, once in effect; it is being verified from then on.

        Where the department is not connected, it stays open until operators take it up.
        """
        review = read(document)
        departments = self._departments()
        if departments is None or not departments.connected(review.department):
            return None
        data = await self._told(review)
        id = f"review-bad-{review.id}"
        await departments.tell(review.department, id, "review.bad", data, review.reviewed_at)
        return _changing(lambda current: self._taken(current, now))

    async def overdue(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        return _changing(lambda review: overdue(review, now))

    def _taken(self, review: Review, now: datetime) -> Review:
        if review.state is not State.OPEN:
            return review
        return handled(review, Trigger.TAKE, By.DEPARTMENT, self._clocks, now)

    async def _told(self, review: Review) -> dict[str, Any]:
        """Never who it was; and of whoever gave no name, nothing that leads to them."""
        words = self._vault.open(review.words, WORDS) if review.words else None
        due_on = self._clocks.fixed_by(beijing_day(review.reviewed_at))
        data = {
            "review_id": review.id,
            "service": review.service,
            "hall": review.hall,
            "level": review.level,
            "indicators": list(review.indicators),
            "words": words,
            "due_on": due_on.isoformat(),
        }
        if not review.anonymous:
            data |= await self._about(review)
        return {name: value for name, value in data.items() if value is not None}

    async def _about(self, review: Review) -> dict[str, Any]:
        cases = self._cases()
        if review.case_key is None:
            return {"appointment_id": review.visit_key}
        case = None if cases is None else await cases.case(review.case_key)
        return {} if case is None else {"case_no": case.case_no}


def _changing(change: Callable[[Review], Review]) -> Change:
    """A pure change of reviews as one of documents."""
    return lambda document: to_document(change(read(document)))
