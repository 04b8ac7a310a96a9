"""Reviews in the store: add, fetch, change, list. The only writer of `reviews`."""

from collections.abc import AsyncIterator, Callable

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    Index,
    MissingDocument,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from channel_gateway.services.review.refusals import NoSuchReview
from channel_gateway.services.review.review import Review, State
from channel_gateway.services.review.subjects import Subject

REVIEWS = Collection(
    "reviews",
    (
        Index(("case_key",), unique=True),
        Index(("visit_key",), unique=True),
        Index(("person", "reviewed_at")),
        Index(("state", "reviewed_at")),
        Index(("overdue_since",)),
        Index(("month",)),
        *TASKS,
    ),
)
_PAGE = 200


class Reviews:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, review: Review) -> Review:
        """Raises `DuplicateKey` where its subject was reviewed before."""
        return read(await self._store.insert(REVIEWS.name, to_document(review)))

    async def get(self, id: str) -> Review:
        """Raises `NoSuchReview`."""
        document = await self._store.get(REVIEWS.name, id)
        if document is None:
            raise NoSuchReview(field="review_id")
        return read(document)

    async def of(self, subject: Subject) -> Review | None:
        """The one review of it, whichever way it was named then.

        Who reviewed an appointment itself has reviewed every case that comes from it.
        """
        review = await self._by("case_key", subject.case)
        if review is None:
            review = await self._by("visit_key", subject.visit)
        return review or await self._of_visit_itself(subject.came_from)

    async def twice(self, case: str, visit: str) -> Review | None:
        """The later one, where both the case and the appointment itself were reviewed."""
        mine, theirs = await self._by("case_key", case), await self._of_visit_itself(visit)
        if mine is None or theirs is None or mine.state is State.MERGED:
            return None
        return max(mine, theirs, key=lambda each: (each.reviewed_at, each.id))

    async def change(self, id: str, change: Callable[[Review], Review]) -> Review:
        """Swap for what the pure `change` makes of it; it may be called more than once.

        Raises `NoSuchReview`, and what `change` raises.
        """
        try:
            _, made = await swapped(self._store, REVIEWS, id, Review, change)
        except MissingDocument:
            raise NoSuchReview(field="review_id") from None
        return made

    async def of_person(self, person: str, *, limit: int, after: Cursor | None) -> list[Review]:
        """The newest first."""
        return await self._page("person", person, limit=limit, after=after, descending=True)

    def all_of(self, person: str) -> AsyncIterator[Review]:
        """Every review of a person, the newest first."""
        return every(
            self._store,
            REVIEWS,
            Review,
            equal={"person": person},
            order="reviewed_at",
            descending=True,
        )

    async def in_state(self, state: State, *, limit: int, after: Cursor | None) -> list[Review]:
        """Those that have waited longest first."""
        return await self._page("state", state.value, limit=limit, after=after, descending=False)

    async def overdue(self, *, limit: int, after: Cursor | None) -> list[Review]:
        """Those whose step has been overdue longest first."""
        found = await self._store.find(
            REVIEWS.name, order="overdue_since", limit=limit, after=after
        )
        return [read(document) for document in found]

    def of_month(self, month: str) -> AsyncIterator[Review]:
        """Every review of a month."""
        return every(self._store, REVIEWS, Review, equal={"month": month})

    async def _of_visit_itself(self, visit: str | None) -> Review | None:
        """Not that of its first case, which has its key too."""
        review = await self._by("visit_key", visit)
        return review if review is not None and review.case_key is None else None

    async def _by(self, field: str, key: str | None) -> Review | None:
        document = None if key is None else await self._store.get_by(REVIEWS.name, field, key)
        return read(document) if document else None

    async def _page(
        self, field: str, value: str, *, limit: int, after: Cursor | None, descending: bool
    ) -> list[Review]:
        found = await self._store.find(
            REVIEWS.name,
            equal={field: value},
            order="reviewed_at",
            descending=descending,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]


def read(document: Document) -> Review:
    return from_document(Review, document)
