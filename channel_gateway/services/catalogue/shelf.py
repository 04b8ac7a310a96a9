"""The services as they are now: a changed file counts without a restart, a wrong one does not.

Files are looked at when somebody asks, at most once in `LOOK_AGAIN`. What was right stays in force
until all that is there is right again; the log says what is wrong, and when it is right again. A
look that takes too long, as on a share that is gone, is left alone, and no other is begun before it
ends.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

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
LONGEST_LOOK_S = 5.0

# An edit may keep size and time of change, but not the inode or its own time of change.
_Stamp = tuple[int, int, int, int]
_Found = dict[str, ServiceFile]


class Shelf:
    """Raises `WrongServiceFile` when it is made from a folder with a wrong file."""

    def __init__(self, folder: Path, clock: Clock, longest_look_s: float = LONGEST_LOOK_S) -> None:
        self._folder = folder
        self._clock = clock
        self._longest_look_s = longest_look_s
        self._read: dict[str, tuple[_Stamp, ServiceFile]] = {}
        self._complained: list[str] = []
        self._looked_at: datetime | None = None
        self._looking: Future[_Found] | None = None
        self._services = self._look()

    def read_last(self) -> Mapping[str, ServiceFile]:
        """By code, without another look."""
        return self._services

    async def services(self) -> Mapping[str, ServiceFile]:
        """By code."""
        now = self._clock.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            self._looked_at = now
            await self._refresh()
        return self._services

    async def _refresh(self) -> None:
        if self._looking is not None and not self._looking.done():
            return
        self._looking = _in_a_thread(self._look)
        try:
            look = asyncio.wrap_future(self._looking)
            self._services = await asyncio.wait_for(look, self._longest_look_s)
            complaint: list[str] = []
        except WrongServiceFile as wrong:
            complaint = wrong.lines
        except OSError as trouble:  # a folder that is just being replaced; our own timeout is mute
            late = f"{self._folder}: not read within {self._longest_look_s:g} s"
            complaint = [str(trouble) or late]
        if complaint and complaint != self._complained:
            log.error(
                "service files are wrong: those read before stay in force",
                extra={"action": "service_files_wrong", "wrong": complaint},
            )
        if self._complained and not complaint:
            log.warning(
                "service files are right again: those that are there now are in force",
                extra={"action": "service_files_right"},
            )
        self._complained = complaint

    def _look(self) -> _Found:
        """Read what has changed since the last look."""
        wrong: list[str] = []
        read: dict[str, tuple[_Stamp, ServiceFile]] = {}
        for name, path in files_in(self._folder).items():
            seen = path.stat()
            stamp = seen.st_mtime_ns, seen.st_size, seen.st_ino, seen.st_ctime_ns
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


def _in_a_thread(look: Callable[[], _Found]) -> Future[_Found]:
    """A thread that nobody waits for at the end, as for one of a pool: it may hang."""
    found: Future[_Found] = Future()
    found.set_running_or_notify_cancel()  # who stops waiting does not end the look

    def run() -> None:
        try:
            found.set_result(look())
        except BaseException as trouble:
            found.set_exception(trouble)

    Thread(target=run, name="service-files", daemon=True).start()
    return found
