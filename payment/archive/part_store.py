"""Parts in the store, and what the journal has of them."""

from collections.abc import Callable
from datetime import date, datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.ports import Chain, ChainEntry, Collection, DuplicateKey, Index, Store
from channel_gateway.records import swapped
from payment.archive.part import Part, PartState, begun
from payment.archive.refusals import ArchivedMeanwhile

PARTS = Collection("archive_parts", (Index(("day", "number")),))
ARCHIVED = "orders_archived"  # as the journal has it, in a group of the same name


class PartStore:
    def __init__(self, store: Store, journal: Chain) -> None:
        self._store = store
        self._journal = journal

    async def get(self, id: str) -> Part | None:
        document = await self._store.get(PARTS.name, id)
        return from_document(Part, document) if document else None

    async def latest(self, day: date) -> Part | None:
        found = await self._store.find(
            PARTS.name, equal={"day": day.isoformat()}, order="number", descending=True, limit=1
        )
        return from_document(Part, found[0]) if found else None

    async def begin(self, day: date, latest: Part | None, by: str, now: datetime) -> Part:
        """The one after the latest that was known. Raises `ArchivedMeanwhile`."""
        part = begun(day, latest.number + 1 if latest else 1, by, now)
        try:
            made = await self._store.insert(PARTS.name, to_document(part))
        except DuplicateKey:
            raise ArchivedMeanwhile from None
        return from_document(Part, made)

    async def change(self, part: Part, change: Callable[[Part], Part]) -> Part:
        """Raises `ArchivedMeanwhile` where somebody else has gone on with it."""

        def held(known: Part) -> Part:
            if known != part:
                raise ArchivedMeanwhile
            return change(known)

        _, made = await swapped(self._store, PARTS, part.id, Part, held)
        return made

    async def drop(self, part: Part) -> None:
        """One that was begun, and that no order is left for."""
        known = await self._store.get(PARTS.name, part.id)
        if known is not None and known["state"] == PartState.BEGUN.value:
            await self._store.delete(PARTS.name, part.id, version=known["v"])

    async def enter(self, part: Part, now: datetime) -> None:
        """In the journal: the same file again changes nothing."""
        entry = ChainEntry(
            entry_key(part),
            ARCHIVED,
            group=ARCHIVED,
            day=part.day,
            at=now,
            fields={
                "file": part.file,
                "digest": part.digest,
                "size": part.size,
                "orders": part.orders,
                "received_fen": part.received_fen,
                "returned_fen": part.returned_fen,
                "by": part.by,
            },
        )
        await self._journal.append(entry)


def entry_key(part: Part) -> str:
    return f"{ARCHIVED}|{part.id}|{part.digest}"
