"""The services as they are now: a changed file counts without a restart, a wrong one does not.

Files are looked at when somebody asks, at most once in `LOOK_AGAIN`. A file that went wrong stays
in force as it was read last, and holds up no other; the log says what is wrong, and when all is
right again. A look that takes too long, as on a share that is gone, is left alone, and no other is
begun before it ends.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

from channel_gateway.ports import Clock
from channel_gateway.services.catalogue.claims import Claimed, claimed
from channel_gateway.services.catalogue.reading import WrongServiceFile, files_in, read_service
from channel_gateway.services.catalogue.service_file import ServiceFile

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=2)
LONGEST_LOOK_S = 5.0

# An edit may keep size and time of change, but not the inode or its own time of change.
_Stamp = tuple[int, int, int, int]
_UNREAD: _Stamp = (0, 0, 0, 0)
_Reading = ServiceFile | WrongServiceFile


class Shelf:
    """Raises `WrongServiceFile` when it is made from a folder with a wrong file."""

    def __init__(self, folder: Path, clock: Clock, longest_look_s: float = LONGEST_LOOK_S) -> None:
        self._folder = folder
        self._clock = clock
        self._longest_look_s = longest_look_s
        self._read: dict[str, tuple[_Stamp, _Reading]] = {}
        self._complained: list[str] = []
        self._looked_at: datetime | None = None
        self._looking: Future[Claimed] | None = None
        self._in_force: dict[str, ServiceFile] = {}  # by file
        first = self._look()
        if first.wrong:
            raise WrongServiceFile(first.wrong)
        self._services = first.services

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
            found = await asyncio.wait_for(look, self._longest_look_s)
            self._services, complaint = found.services, found.wrong
        except WrongServiceFile as wrong:
            complaint = wrong.lines
        except OSError as trouble:  # a folder that is just being replaced; our own timeout is mute
            late = f"{self._folder}: not read within {self._longest_look_s:g} s"
            complaint = [str(trouble) or late]
        if complaint and complaint != self._complained:
            log.error(
                "service files are wrong: they stay in force as they were read before",
                extra={"action": "service_files_wrong", "wrong": complaint},
            )
        if self._complained and not complaint:
            log.warning(
                "service files are right again: those that are there now are in force",
                extra={"action": "service_files_right"},
            )
        self._complained = complaint

    def _look(self) -> Claimed:
        """Read what has changed since the last look. Raises `WrongServiceFile` of the folder."""
        paths = files_in(self._folder)
        self._read = {name: self._reading(name, path) for name, path in paths.items()}
        found = claimed({name: read for name, (_, read) in self._read.items()}, self._in_force)
        self._in_force = found.by_file
        return found

    def _reading(self, name: str, path: Path) -> tuple[_Stamp, _Reading]:
        """A file as it was read, now or before; what is wrong with it is not asked twice either."""
        try:
            seen = path.stat()
            stamp = seen.st_mtime_ns, seen.st_size, seen.st_ino, seen.st_ctime_ns
            known = self._read.get(name)
            if known is not None and known[0] == stamp:
                return known
            text = path.read_bytes()
        except OSError as trouble:
            return _UNREAD, WrongServiceFile([f"{name}: cannot be read: {trouble.strerror}"])
        try:
            return stamp, read_service(name, text)
        except WrongServiceFile as wrong:
            return stamp, wrong


def _in_a_thread(look: Callable[[], Claimed]) -> Future[Claimed]:
    """A thread that nobody waits for at the end, as for one of a pool: it may hang."""
    found: Future[Claimed] = Future()
    found.set_running_or_notify_cancel()  # who stops waiting does not end the look

    def run() -> None:
        try:
            found.set_result(look())
        except BaseException as trouble:
            found.set_exception(trouble)

    Thread(target=run, name="service-files", daemon=True).start()
    return found
