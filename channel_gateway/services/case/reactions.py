"""What the worker does for cases: say that an appointment is known, or a licence issued, by now."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import CaseWatcher, Change, LicenceWatcher
from channel_gateway.service import Reaction
from channel_gateway.services.case.cases import CASES, read
from channel_gateway.services.case.offer import known
from channel_gateway.services.case.telling import ISSUED, JOINED


class Reactions:
    def __init__(
        self,
        watchers: Callable[[], Iterable[CaseWatcher]],
        licence_watchers: Callable[[], Iterable[LicenceWatcher]],
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._watchers = watchers
        self._licence_watchers = licence_watchers

    def rows(self) -> list[Reaction]:
        # Watchers are in the same house; only a store that is away can stop this.
        return [
            Reaction(CASES.name, JOINED, self.joined, DAYS_3),
            Reaction(CASES.name, ISSUED, self.issued, DAYS_3),
        ]

    async def joined(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        for watcher in self._watchers():
            await watcher.joined(known(read(document)), now)
        return None

    async def issued(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        for watcher in self._licence_watchers():
            await watcher.issued(known(read(document)), now)
        return None
