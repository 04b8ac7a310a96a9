"""Whether the archive's files are still what the journal says was put away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from channel_gateway.ports import Chain
from payment.archive.archive import Archive
from payment.archive.part_store import ARCHIVED


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    day: date
    file: str
    words: str

    def __str__(self) -> str:
        return f"archive of {self.day}: {self.words}"


@dataclass(frozen=True, slots=True)
class ArchivedFiles:
    archive: Archive
    journal: Chain

    async def faults(self) -> AsyncIterator[ArchiveFault]:
        """Of every file that the journal has."""
        async for link in self.journal.of_group(ARCHIVED):
            file, digest = str(link.fields["file"]), str(link.fields["digest"])
            trouble = await asyncio.to_thread(self.archive.files.trouble, file, digest)
            if trouble:
                yield ArchiveFault(link.day, file, trouble)


class ArchiveWitness:
    """Implements `ChainWitness`: where orders were put away, the journal has it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def entered(self, chain: str) -> str:
        place = await self._archive.places.first() if chain == "journal" else None
        return f"the order {place.id} was put away, and that was written" if place else ""
