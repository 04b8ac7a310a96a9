"""What is kept about people in their reviews: handed out, and forgotten but for the count."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.ports import Consent, ServiceCatalogue
from channel_gateway.services.review.review import Review
from channel_gateway.services.review.reviews import Reviews
from channel_gateway.services.review.views import Views


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
        return {
            "reviews": [await self._exported(each) async for each in self._reviews.all_of(person)]
        }

    async def open_matters(self, person: str) -> list[str]:
        """A bad review is put right whether or not its citizen is still known."""
        return []

    async def erase(self, person: str, now: datetime) -> list[str]:
        count = 0
        async for review in self._reviews.all_of(person):
            await self._reviews.change(review.id, lambda current: forgotten(current, person))
            count += 1
        if not count:
            return []
        return [f"评价{count}条：仅保留满意度等级用于统计，文字内容和与您的关联已删除"]

    async def consents(self, person: str) -> list[Consent]:
        return []

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> bool:
        return False

    async def _exported(self, review: Review) -> dict[str, Any]:
        name = await self._catalogue.name(review.service) or review.service
        return self._views.detail(review, name).model_dump(mode="json")


def _adopted(review: Review, account: str, person: str) -> Review:
    return replace(review, person=person) if review.person == account else review


def forgotten(review: Review, person: str) -> Review:
    """Nobody's any more: what is left is what was counted, and how it was handled. Pure."""
    if review.person != person:
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
