"""From the store into the archive: each order's place first, then it goes, then what it had.

A place is there for all to see before its order is asked, once more, whether it is at rest: so
whoever begins anything with an order meanwhile sees one or the other. It leaves in the very version
that is in the file, or it stays.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from channel_gateway.ports import Document, Store
from payment.archive.belongings import (
    Belongings,
    belongings_in,
    belongings_of,
    delete_belongings,
)
from payment.archive.files import Files, Span
from payment.archive.filing import Filing
from payment.archive.lines import BATCH
from payment.archive.part import Part
from payment.archive.places import Place, Places, placed
from payment.archive.resting import Resting
from payment.order import Order
from payment.orders import ORDERS, read
from payment.refund_cases.cases import CASES


@dataclass(frozen=True, slots=True)
class Clearing:
    store: Store
    files: Files
    places: Places
    filing: Filing
    resting: Resting

    async def place(self, part: Part) -> None:
        """One that has changed by now gets none."""
        async for some in self.filing.orders(part):
            found = await asyncio.gather(*(self._place(part, *each) for each in some))
            await self.places.add([each for each in found if each is not None])

    async def delete(self, part: Part) -> int:
        """How many are gone; those that changed stay, and are found in the store."""
        gone = 0
        async for places in self.places.of_part(part.id, size=BATCH):
            gone += sum(await asyncio.gather(*map(self._delete, places)))
        return gone

    async def _place(self, part: Part, span: Span, line: Document) -> Place | None:
        document = await self.store.get(ORDERS.name, line["_id"])
        if document is None or document["v"] != line["v"]:
            return None
        return placed(read(document), line["v"], part.id, part.file, span)

    async def _delete(self, place: Place) -> bool:
        line = await asyncio.to_thread(self.files.line, place.file, place.span)
        belongings = belongings_in(orjson.loads(line))
        document = await self.store.get(ORDERS.name, place.id)
        if document is not None:
            if not await self._goes(place, document, belongings):
                return False
            version = place.order_version
            if not await self.store.delete(ORDERS.name, place.id, version=version):
                return await self._delete(place)  # gone, or changed: the next look says which
        await delete_belongings(self.store, belongings)
        return True

    async def _goes(self, place: Place, document: Document, belongings: Belongings) -> bool:
        if document["v"] != place.order_version:
            await self.places.drop(place, decided=True)
            return False
        if not place.goes and not await self._rests(read(document), belongings):
            return not await self.places.drop(place, decided=False)
        return await self.places.let_go(place)

    async def _rests(self, order: Order, belongings: Belongings) -> bool:
        """With the same refund cases as in the file."""
        if await self.resting.unrest(order) is not None:
            return False
        now = await belongings_of(self.store, order)
        return _versions(now[CASES.name]) == _versions(belongings[CASES.name])


def _versions(documents: Sequence[Document]) -> dict[str, int]:
    return {each["_id"]: each["v"] for each in documents}
