"""Back into the store: an archived order that is still to be acted on, with what went with it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import orjson

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Chain, ChainEntry, Clock, DuplicateKey, Store
from payment.archive.belongings import belongings_in, document_in
from payment.archive.files import Files
from payment.archive.part import PartState
from payment.archive.part_store import PartStore
from payment.archive.places import Places
from payment.archive.refusals import ArchivedMeanwhile
from payment.orders import ORDERS

RESTORED = "order_restored"  # as the journal has it, in a group of the same name


@dataclass(frozen=True, slots=True)
class Restoring:
    store: Store
    files: Files
    places: Places
    parts: PartStore
    journal: Chain
    clock: Clock

    async def bring_back(self, order_id: str, by: str) -> None:
        """Its place goes last: who is killed before repeats it. The file stays as it is.

        Raises `NotFound`, `ArchivedMeanwhile`, `ArchiveDamaged`.
        """
        place = await self.places.of(order_id)
        if place is None:
            raise NotFound("no order of this number is in the archive", field="order_id")
        part = await self.parts.get(place.part)
        if part is None or part.state is not PartState.DONE:
            raise ArchivedMeanwhile
        line = orjson.loads(await asyncio.to_thread(self.files.line, place.file, place.span))
        now = self.clock.now()
        entry = ChainEntry(
            f"{RESTORED}|{order_id}|{part.id}",
            RESTORED,
            group=RESTORED,
            day=beijing_day(now),
            at=now,
            fields={"order_id": order_id, "file": place.file, "by": by},
        )
        await self.journal.append(entry)
        for kind, documents in belongings_in(line).items():
            await self.store.insert_many(kind, documents)
        with suppress(DuplicateKey):  # it is back already
            await self.store.insert(ORDERS.name, document_in(line, place))
        await self.places.drop(place, decided=True)
