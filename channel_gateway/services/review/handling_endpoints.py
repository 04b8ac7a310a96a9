"""How bad reviews are handled: the operators' routes, and what departments tell, as rows."""

from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Invalid
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor, ServiceCatalogue
from channel_gateway.service import Call, DepartmentAsk, DepartmentCall, Route, Who
from channel_gateway.services.review.handling import Handling
from channel_gateway.services.review.messages import (
    OperatedReview,
    OperatedReviews,
    ReviewKept,
    ReviewProgress,
    StepRequest,
)
from channel_gateway.services.review.review import OVERDUE, By, Review, State
from channel_gateway.services.review.views import Views

PAGE = 50


class HandlingEndpoints:
    def __init__(self, handling: Handling, catalogue: ServiceCatalogue, views: Views) -> None:
        self._handling = handling
        self._catalogue = catalogue
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/operator/reviews",
                self.list,
                "List reviews in a state, or those whose step is `overdue`; the oldest first",
                answer=OperatedReviews,
                who=Who.OPERATOR,
                query=("state", "after"),
            ),
            Route(
                "GET",
                "/operator/reviews/{review_id}",
                self.get,
                "See a review with all that was done about it, but not whose it is",
                answer=OperatedReview,
                who=Who.OPERATOR,
                errors=("no_such_review",),
            ),
            Route(
                "POST",
                "/operator/reviews/{review_id}/steps",
                self.done,
                "Say which step of its rectification was taken; again changes nothing",
                body=StepRequest,
                answer=OperatedReview,
                who=Who.OPERATOR,
                errors=("no_such_review", "not_now"),
            ),
        ]

    def department_rows(self) -> list[DepartmentCall]:
        return [
            DepartmentCall(
                "review.progress",
                ReviewProgress,
                self.progress,
                "A bad review was verified, put right, called back, or should not count",
                answer=ReviewKept,
                errors=("no_such_review", "not_now"),
            )
        ]

    async def list(self, call: Call) -> OperatedReviews:
        state = _state(call.query.get("state", State.OPEN.value))
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        page = await self._handling.waiting(state, limit=PAGE, after=after)
        return OperatedReviews(
            reviews=[await self._view(each) for each in page],
            next=_next(page[-1], state) if len(page) == PAGE else None,
        )

    async def get(self, call: Call) -> OperatedReview:
        return await self._view(await self._handling.get(call.path["review_id"]))

    async def done(self, call: Call) -> OperatedReview:
        body: StepRequest = call.body
        id = call.path["review_id"]
        return await self._view(
            await self._handling.done(id, body.step, By.OPERATOR, call.now, body.note)
        )

    async def progress(self, ask: DepartmentAsk) -> ReviewKept:
        body: ReviewProgress = ask.body
        review = await self._handling.told(
            ask.department, body.review_id, body.step, ask.now, body.note
        )
        return ReviewKept(state=review.state)

    async def _view(self, review: Review) -> OperatedReview:
        name = await self._catalogue.name(review.service) or review.service_name or review.service
        return self._views.operated(review, name)


def _state(text: str) -> State | None:
    """None: overdue, in whatever state. Raises `Invalid`."""
    if text == OVERDUE:
        return None
    try:
        return State(text)
    except ValueError:
        words = ", ".join((*State, OVERDUE))
        raise Invalid(f"one of {words} is wanted", field="query.state") from None


def _next(last: Review, state: State | None) -> str:
    at: datetime = last.reviewed_at if state else last.overdue_since or last.reviewed_at
    return write_cursor(Cursor(milliseconds(at), last.id))
