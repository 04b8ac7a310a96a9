"""One matter, one review: also where it is known only later that two reviews are of one."""

from datetime import datetime

from channel_gateway.ports import KnownCase
from channel_gateway.services.review.rectification import Clocks, merged
from channel_gateway.services.review.reviews import Reviews


class Joining:
    """A `CaseWatcher`."""

    def __init__(self, reviews: Reviews, clocks: Clocks) -> None:
        self._reviews = reviews
        self._clocks = clocks

    async def joined(self, case: KnownCase, now: datetime) -> None:
        """The earlier review stands, and the later one is merged into it."""
        if case.visit is None:
            return
        later = await self._reviews.twice(case.id, case.visit)
        if later is not None:
            await self._reviews.change(later.id, lambda one: merged(one, self._clocks, now))
