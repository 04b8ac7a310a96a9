"""A part's file: written from the store, held to its digest, read line by line."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from channel_gateway.domain.days import rfc3339
from channel_gateway.ports import Chain, Clock, Document, Randomness, Store
from payment.archive.belongings import Belongings, as_line, belongings_of, written
from payment.archive.files import Files, Span
from payment.archive.gate import Moved
from payment.archive.lines import BATCH, lines_of
from payment.archive.part import Part
from payment.archive.refusals import ArchiveDamaged, ArchivedMeanwhile
from payment.orders import ORDERS, read

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Filed:
    """What was written, as a part keeps it."""

    file: str
    digest: str
    size: int
    orders: int
    received_fen: int
    returned_fen: int


@dataclass(frozen=True, slots=True)
class Filing:
    store: Store
    files: Files
    journal: Chain
    clock: Clock
    randomness: Randomness

    async def write(self, part: Part, versions: Mapping[str, int], held: Sequence[Moved]) -> Filed:
        """On disk when this returns. An order that is not in its version any more is left out.

        Raises `ArchivedMeanwhile` where somebody else was faster, and has cleared this away.
        """
        orders = received_fen = returned_fen = 0
        ids = list(versions)
        token = self.randomness.token(12)
        writing = await asyncio.to_thread(self.files.begin, stem(part), token)
        try:
            await asyncio.to_thread(writing.add, [await self._first(part, held)])
            for at in range(0, len(ids), BATCH):
                some = await asyncio.gather(*map(self._whole, ids[at : at + BATCH]))
                found = [each for each in some if each and each[0]["v"] == versions[each[0]["_id"]]]
                await asyncio.to_thread(writing.add, [written(*each) for each in found])
                for order in (read(document) for document, _ in found):
                    orders += 1
                    received_fen += order.amount_fen if order.transaction else 0
                    returned_fen += order.returned_fen
            sums = {"orders": orders, "received_fen": received_fen, "returned_fen": returned_fen}
            await asyncio.to_thread(writing.add, [as_line({"kind": "end", **sums})])
            kept = await asyncio.to_thread(writing.finish)
        except FileNotFoundError:
            raise ArchivedMeanwhile from None
        finally:
            writing.close()
        return Filed(kept.name, kept.digest, kept.size, **sums)

    async def hold(self, part: Part) -> None:
        """The file is what was written. Raises `ArchiveDamaged`."""
        trouble = await asyncio.to_thread(self.files.trouble, part.file, part.digest)
        if trouble:
            raise ArchiveDamaged(trouble)

    async def orders(self, part: Part) -> AsyncIterator[list[tuple[Span, Document]]]:
        """Every order of the file as it was, a few at once, and where it is."""
        async for lines in lines_of(self.files, part.file):
            yield [(span, line["order"]) for span, line in lines if line["kind"] == "order"]

    async def clear(self, part: Part) -> None:
        """What others wrote of it, who were killed or slower."""
        await asyncio.to_thread(self.files.clear, stem(part), part.file)

    async def _first(self, part: Part, held: Sequence[Moved]) -> bytes:
        head = await self.journal.head()
        return as_line(
            {
                "kind": "archive",
                "format": FORMAT,
                "day": part.day.isoformat(),
                "part": part.number,
                "by": part.by,
                "made_at": rfc3339(self.clock.now()),
                "in_parity": [[method, day.isoformat()] for method, day in held],
                "journal": f"{head.number}:{head.hash}" if head else "",
            }
        )

    async def _whole(self, id: str) -> tuple[Document, Belongings] | None:
        document = await self.store.get(ORDERS.name, id)
        if document is None:
            return None
        return document, await belongings_of(self.store, read(document))


def stem(part: Part) -> str:
    return f"{part.day}-{part.number}"
