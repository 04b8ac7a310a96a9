"""The last known heads: a private file outside the store, to which lines are only ever added.

Whoever can write into the store alone cannot put a chain back to what it was some hours ago, nor
away: what has been there stands in this file.
"""

import asyncio
import os
import re
from pathlib import Path

from channel_gateway.ports import KnownHead
from channel_gateway.private_files import make_private_folder, privately

FILE = "chain-heads.log"

_LINE = re.compile(r"([a-z]+) (\d{1,12}):([0-9a-f]{64})")


class LastKnown:
    """Implements `HeadKeeper`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def heads(self, chain: str) -> list[KnownHead]:
        """In the order in which they were kept. Raises `OSError`."""
        return await asyncio.to_thread(self._read, chain)

    async def keep(self, chain: str, number: int, hash: str) -> None:
        """One that is no further than the last changes nothing. Raises `OSError`."""
        last = max((each.number for each in await self.heads(chain)), default=0)
        if number > last:
            await asyncio.to_thread(self._add, f"{chain} {number}:{hash}")

    def _read(self, chain: str) -> list[KnownHead]:
        if not self._path.exists():
            return []
        text = self._path.read_text(encoding="ascii", errors="replace")
        lines = map(_LINE.fullmatch, text.splitlines())
        where = f"{self._path.name}, outside the store"
        return [KnownHead(int(of[2]), of[3], where) for of in lines if of and of[1] == chain]

    def _add(self, line: str) -> None:
        """A line that was cut off by a crash is left as it is, and not taken for one."""
        make_private_folder(self._path.parent)
        with open(self._path, "a", encoding="ascii", opener=privately) as file:
            file.write(f"\n{line}\n" if _is_torn(self._path) else f"{line}\n")
            file.flush()
            os.fsync(file.fileno())


def _is_torn(path: Path) -> bool:
    return not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
