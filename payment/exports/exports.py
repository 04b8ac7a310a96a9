"""The exports: which rows are whose, and where the journal stands when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from channel_gateway.ports import Clock
from payment.exports.asked import Asked
from payment.exports.table import Source
from payment.exports.what import FileFormat, What
from payment.exports.writing import Said, Standing, Written, write
from payment.journal.journal import Journal


@dataclass(frozen=True, slots=True)
class Exports:
    sources: Mapping[What, Source]
    journal: Journal
    clock: Clock

    async def write(
        self,
        asked: Asked,
        path: Path,
        form: FileFormat,
        *,
        most: int | None = None,
        said: Said = lambda _: None,
    ) -> Written:
        """Write what is asked for into a file. Raises `ExportTooLarge`."""
        head = await self.journal.head()
        standing = Standing(head.number, head.hash) if head else Standing(0, "")
        return await write(
            asked,
            self.sources[asked.what],
            path,
            form,
            journal=standing,
            now=self.clock.now(),
            most=most,
            said=said,
        )
