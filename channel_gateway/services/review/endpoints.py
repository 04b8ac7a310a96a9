"""A citizen's endpoints of reviews, as rows."""

from channel_gateway.domain.days import milliseconds
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor, Identities, ServiceCatalogue
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.review.messages import (
    AppealRequest,
    FormView,
    InvitationsView,
    ReviewDetail,
    ReviewRequest,
    ReviewsView,
)
from channel_gateway.services.review.review import Review
from channel_gateway.services.review.reviewing import Opinion, Reviewing
from channel_gateway.services.review.views import Views, invitation_view

PAGE = 20


class Endpoints:
    def __init__(
        self,
        reviewing: Reviewing,
        catalogue: ServiceCatalogue,
        identities: Identities,
        views: Views,
    ) -> None:
        self._reviewing = reviewing
        self._catalogue = catalogue
        self._identities = identities
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/reviews/form",
                self.form,
                "What may be said in a review: levels, and the national set of indicators",
                answer=FormView,
                who=Who.ANYONE,
            ),
            Route(
                "GET",
                "/reviews/invitations",
                self.invitations,
                "What you may review now (待评价); nobody has to",
                answer=InvitationsView,
            ),
            Route(
                "POST",
                "/reviews",
                self.give,
                "Review a case, or an appointment that was done without one, once (好差评)",
                body=ReviewRequest,
                answer=ReviewDetail,
                status=201,
                errors=(
                    "nothing_to_review",
                    "not_ended_yet",
                    "review_over",
                    "reviewed_already",
                    "indicator_unfit",
                ),
            ),
            Route(
                "GET",
                "/reviews",
                self.list,
                "List your reviews and how they are handled, the newest first",
                answer=ReviewsView,
                query=("after",),
            ),
            Route(
                "GET",
                "/reviews/{review_id}",
                self.get,
                "See a review, and what was done about it",
                answer=ReviewDetail,
                errors=("no_such_review",),
            ),
            Route(
                "POST",
                "/reviews/{review_id}/appeal",
                self.appeal,
                "Say that you do not agree with how it ended: it is opened once more (申诉)",
                body=AppealRequest,
                answer=ReviewDetail,
                errors=("no_such_review", "appeal_spent", "not_now"),
            ),
        ]

    async def form(self, call: Call) -> FormView:
        return self._views.form()

    async def invitations(self, call: Call) -> InvitationsView:
        found = await self._reviewing.invitations(await self._person(call), call.now)
        return InvitationsView(invitations=[invitation_view(each) for each in found])

    async def give(self, call: Call) -> ReviewDetail:
        body: ReviewRequest = call.body
        opinion = Opinion(body.level, tuple(body.indicators), body.words, body.anonymous)
        given = await self._reviewing.give(
            await self._person(call),
            opinion,
            call.now,
            case=body.case_id,
            visit=body.appointment_id,
        )
        return await self._detail(given)

    async def list(self, call: Call) -> ReviewsView:
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        page = await self._reviewing.list(await self._person(call), limit=PAGE, after=after)
        return ReviewsView(
            reviews=[self._views.line(each, await self._name(each)) for each in page],
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def get(self, call: Call) -> ReviewDetail:
        id = call.path["review_id"]
        return await self._detail(await self._reviewing.get(await self._person(call), id))

    async def appeal(self, call: Call) -> ReviewDetail:
        body: AppealRequest = call.body
        person, id = await self._person(call), call.path["review_id"]
        return await self._detail(await self._reviewing.appeal(person, id, body.reason, call.now))

    async def _person(self, call: Call) -> str:
        return await self._identities.person(call.session.citizen)

    async def _detail(self, review: Review) -> ReviewDetail:
        return self._views.detail(review, await self._name(review))

    async def _name(self, review: Review) -> str:
        named = await self._catalogue.name(review.service)
        return named or review.service_name or review.service


def _next(last: Review) -> str:
    return write_cursor(Cursor(milliseconds(last.reviewed_at), last.id))
