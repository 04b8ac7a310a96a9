"""Reading back: an archived order as if it were in the store, with what went with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import orjson

from channel_gateway.domain.documents import from_document
from channel_gateway.ports import Chain, Cursor, Store
from payment.archive.belongings import belongings_in, order_in
from payment.archive.files import Files
from payment.archive.lines import lines_of
from payment.archive.part_store import ARCHIVED
from payment.archive.places import Place, Places
from payment.archive.refusals import ArchiveDamaged
from payment.order import Order
from payment.refund_cases.case import RefundCase
from payment.refund_cases.cases import CASES
from payment.traces.trace import Trace, What, read
from payment.traces.traces import TRACES


@dataclass(frozen=True, slots=True)
class Archived:
    """An order, and what of it lies beside it in the file."""

    order: Order
    file: str
    cases: tuple[RefundCase, ...]  # the newest first
    traces: tuple[Trace, ...]


class Archive:
    """Implements `PutAway`. All of it raises `ArchiveDamaged`."""

    def __init__(self, store: Store, files: Files) -> None:
        self.files = files
        self.places = Places(store)

    async def get(self, order_id: str) -> Order | None:
        return await self._order(await self.places.of(order_id))

    async def has(self, order_id: str) -> bool:
        return await self.places.of(order_id) is not None

    async def by(self, field: str, key: str) -> Order | None:
        return await self._order(await self.places.by(field, key))

    async def page(
        self, field: str, value: str, *, limit: int, after: Cursor | None
    ) -> list[Order]:
        places = await self.places.page(field, value, limit=limit, after=after)
        return [order_in(await self._line(place), place) for place in places]

    async def whole(self, order_id: str) -> Archived | None:
        place = await self.places.of(order_id)
        return None if place is None else await self._whole(place)

    async def of_person(self, person: str) -> AsyncIterator[Archived]:
        async for place in self.places.of_person(person):
            yield await self._whole(place)

    async def refund_cases(self, journal: Chain) -> AsyncIterator[RefundCase]:
        """Of every order that was ever put away, as its file has them.

        What comes after the damage in a damaged file is passed over.
        """
        async for link in journal.of_group(ARCHIVED):
            with suppress(ArchiveDamaged):
                async for lines in lines_of(self.files, str(link.fields["file"])):
                    for _, line in lines:
                        for case in line.get(CASES.name, ()):
                            yield from_document(RefundCase, case)

    async def hand_over(self, account: str, person: str) -> None:
        """What was this account's is this person's."""
        async for place in self.places.of_person(account):
            await self.places.change(place.id, lambda known: replace(known, person=person))

    async def forget(self, person: str, citizen: str) -> None:
        """Whose it was; `citizen` stands in the place of the account that paid."""

        def forgotten(place: Place) -> Place:
            return replace(place, person=None, citizen=citizen, payer=None, check_code=None)

        async for place in self.places.of_person(person):
            await self.places.change(place.id, forgotten)

    async def _order(self, place: Place | None) -> Order | None:
        return None if place is None else order_in(await self._line(place), place)

    async def _whole(self, place: Place) -> Archived:
        line = await self._line(place)
        belongings = belongings_in(line)
        traces = [read(place.id, row) for each in belongings[TRACES.name] for row in each["rows"]]
        return Archived(
            order_in(line, place),
            place.file,
            tuple(from_document(RefundCase, each) for each in reversed(belongings[CASES.name])),
            tuple(sorted(traces, key=lambda trace: (trace.at, trace.what is not What.TRY))),
        )

    async def _line(self, place: Place) -> dict[str, Any]:
        line: dict[str, Any] = orjson.loads(
            await asyncio.to_thread(self.files.line, place.file, place.span)
        )
        return line
