"""The services as they are now: a changed file counts without a restart, a wrong one does not.

Files are looked at when somebody asks, at most once in `LOOK_AGAIN`. What was right stays in force
until all that is there is right again, and the log says what is wrong.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from channel_gateway.ports import Clock
from channel_gateway.services.catalogue.reading import (
    WrongServiceFile,
    files_in,
    read_service,
    together,
)
from channel_gateway.services.catalogue.service_file import ServiceFile

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=2)

_Stamp = tuple[int, int]  # modified at (ns), bytes


class Shelf:
    """Raises `WrongServiceFile` when it is made from a folder with a wrong file."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._read: dict[str, tuple[_Stamp, ServiceFile]] = {}
        self._complained: list[str] = []
        self._looked_at: datetime | None = None
        self._services = self._look()

    async def services(self) -> Mapping[str, ServiceFile]:
        """By code."""
        now = self._clock.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            self._looked_at = now
            await self._refresh()
        return self._services

    async def _refresh(self) -> None:
        try:
            self._services = await asyncio.to_thread(self._look)
            complaint: list[str] = []
        except WrongServiceFile as wrong:
            complaint = wrong.lines
        except OSError as trouble:  # a folder that is just being replaced
            complaint = [str(trouble)]
        if complaint and complaint != self._complained:
            log.error(
                "service files are wrong: those read before stay in force",
                extra={"action": "service_files_wrong", "wrong": complaint},
            )
        self._complained = complaint

    def _look(self) -> dict[str, ServiceFile]:
        """Read what has changed since the last look."""
        wrong: list[str] = []
        read: dict[str, tuple[_Stamp, ServiceFile]] = {}
        for name, path in files_in(self._folder).items():
            seen = path.stat()
            stamp = seen.st_mtime_ns, seen.st_size
            known = self._read.get(name)
            if known is not None and known[0] == stamp:
                read[name] = known
                continue
            try:
                read[name] = stamp, read_service(name, path.read_bytes())
            except WrongServiceFile as refused:
                wrong += refused.lines
        if wrong:
            raise WrongServiceFile(wrong)
        services = together({name: service for name, (_, service) in read.items()})
        self._read = read
        return services
