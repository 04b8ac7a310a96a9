"""What the worker does for cases: say that an appointment is known, or a licence issued, by now."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from channel_gateway.domain.tasks import Task
from channel_gateway.ports import CaseWatcher, Change, LicenceWatcher
from channel_gateway.service import Reaction
from channel_gateway.services.case.cases import CASES, read
from channel_gateway.services.case.offer import known
from channel_gateway.services.case.telling import ISSUED, JOINED

# Watchers are in the same house; only a store that is away can stop this.
_LADDER = (5, 15, 30, 60, 180, 600, 1800, *(3600,) * 6, *(6 * 3600,) * 11)


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
        return [
            Reaction(CASES.name, JOINED, self.joined, _LADDER),
            Reaction(CASES.name, ISSUED, self.issued, _LADDER),
        ]

    async def joined(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        for watcher in self._watchers():
            await watcher.joined(known(read(document)), now)
        return None

    async def issued(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        for watcher in self._licence_watchers():
            await watcher.issued(known(read(document)), now)
        return None
