"""Operators and departments say how a bad review is rectified, step by step."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Cursor, Sealing
from channel_gateway.services.review.places import NOTE
from channel_gateway.services.review.rectification import Clocks, answered, handled
from channel_gateway.services.review.refusals import NoSuchReview
from channel_gateway.services.review.review import By, Review, State, Trigger
from channel_gateway.services.review.reviews import Reviews


class Step(StrEnum):
    """What operators say has been done."""

    TAKEN = "taken"
    VERIFIED = "verified"
    EXCLUDED = "excluded"
    DISPUTED = "disputed"
    KEPT = "kept"
    FIXED = "fixed"
    ANSWERED = "answered"
    CALLED_BACK = "called_back"


class DepartmentStep(StrEnum):
    """What a department may say of it."""

    VERIFIED = "verified"
    EXCLUDED = "excluded"
    FIXED = "fixed"
    CALLED_BACK = "called_back"


# That it should not count is for operators to decide: said by a department, it is disputed.
_MEANT = {
    DepartmentStep.VERIFIED: Step.VERIFIED,
    DepartmentStep.EXCLUDED: Step.DISPUTED,
    DepartmentStep.FIXED: Step.FIXED,
    DepartmentStep.CALLED_BACK: Step.CALLED_BACK,
}

# The citizen reads these notes, and nobody decides over a review without a reason.
_NEED_A_NOTE = frozenset({Step.EXCLUDED, Step.DISPUTED, Step.KEPT, Step.FIXED})


class Handling:
    def __init__(self, reviews: Reviews, clocks: Clocks, vault: Sealing) -> None:
        self._reviews = reviews
        self._clocks = clocks
        self._vault = vault

    async def get(self, id: str) -> Review:
        """Raises `NoSuchReview`."""
        return await self._reviews.get(id)

    async def waiting(
        self, state: State | None, *, limit: int, after: Cursor | None
    ) -> list[Review]:
        """Those in a state; None: those whose step is overdue. Who waits longest comes first."""
        if state is None:
            return await self._reviews.overdue(limit=limit, after=after)
        return await self._reviews.in_state(state, limit=limit, after=after)

    async def done(self, id: str, said: Step, by: By, now: datetime, note: str = "") -> Review:
        """A step was taken. Again changes nothing.

        Raises `NoSuchReview`, `NotNow`, `Invalid` where a note is wanted.
        """
        if said in _NEED_A_NOTE and not note:
            raise Invalid("this step needs a note: the reason, or what was done", field="note")
        sealed = self._vault.seal(note, NOTE) if note else ""
        return await self._reviews.change(id, self._change(said, by, now, sealed))

    async def told(
        self, department: str, id: str, said: DepartmentStep, now: datetime, note: str
    ) -> Review:
        """A department's word on a review of its own services.

        Raises as `done` does, `NoSuchReview` also for another department's.
        """
        if (await self._reviews.get(id)).department != department:
            raise NoSuchReview(field="review_id")
        return await self.done(id, _MEANT[said], By.DEPARTMENT, now, note)

    def _change(self, said: Step, by: By, now: datetime, note: str) -> Callable[[Review], Review]:
        if said is Step.ANSWERED:
            return lambda review: answered(review, by, self._clocks, now, note)
        return lambda review: handled(review, Trigger(said.value), by, self._clocks, now, note)
