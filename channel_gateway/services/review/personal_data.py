"""What is kept about people in their reviews: handed out, and forgotten but for the count."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.ports import Consent, ServiceCatalogue
from channel_gateway.services.review.review import Review
from channel_gateway.services.review.reviews import Reviews
from channel_gateway.services.review.views import Views

_MOST_EXPORTED = 1000
_KEPT = "评价：仅保留满意度等级用于统计，文字内容和与您的关联已删除"


class ReviewData:
    """`PersonalData` of reviews."""

    def __init__(self, reviews: Reviews, catalogue: ServiceCatalogue, views: Views) -> None:
        self._reviews = reviews
        self._catalogue = catalogue
        self._views = views

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        async for review in self._reviews.all_of(account):
            await self._reviews.change(
                review.id, lambda current: _adopted(current, account, person)
            )

    async def export(self, person: str) -> dict[str, Any]:
        """The newest first, at most a thousand; `more` says whether there are others."""
        told: list[dict[str, Any]] = []
        async for review in self._reviews.all_of(person):
            if len(told) == _MOST_EXPORTED:
                return {"reviews": told, "more": True}
            told.append(await self._exported(review))
        return {"reviews": told, "more": False}

    async def open_matters(self, person: str) -> list[str]:
        """A bad review is put right whether or not its citizen is still known."""
        return []

    async def erase(self, person: str, now: datetime) -> list[str]:
        async for review in self._reviews.all_of(person):
            await self._reviews.change(review.id, lambda current: forgotten(current, person, now))
        return [_KEPT]

    async def consents(self, person: str) -> list[Consent]:
        return []

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        return None

    async def _exported(self, review: Review) -> dict[str, Any]:
        name = await self._catalogue.name(review.service) or review.service_name or review.service
        return self._views.detail(review, name).model_dump(mode="json")


def _adopted(review: Review, account: str, person: str) -> Review:
    return replace(review, person=person) if review.person == account else review


def forgotten(review: Review, person: str, now: datetime) -> Review:
    """Nobody's any more: what is left is what was counted, and how it was handled. Pure.

    What was given after `now` is a new citizen's.
    """
    if review.person != person or review.reviewed_at > now:
        return review
    return replace(
        review,
        person=None,
        case_key=None,
        visit_key=None,
        words="",
        anonymous=True,
        events=tuple(replace(event, note="") for event in review.events),
    )
