"""The bills of a day, of every platform that gives them out: fetched once, kept, told apart."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import GatewayError, NotFound, TooMany, Unavailable
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Clock, DuplicateKey, Randomness, Store
from channel_gateway.records import every, swapped
from channel_gateway.service import NotYet, Reaction
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.bill_files.day import (
    BILL_DAYS,
    FETCH,
    LADDER,
    BillDay,
    DayState,
    Found,
    after_asking,
    day_id,
    new_day,
    rests,
)
from payment.reconciliation.bill_files.kept import BILL_FILES, KeptFile, file_id, kept_file
from payment.reconciliation.bill_files.shelf import Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchedDay:
    """What is known of a day's bills. `files` lie where they are kept, for `BillSource.entries`."""

    method: str
    day: date
    state: DayState
    why: str
    files: tuple[BillFile, ...] = ()
    changed: tuple[str, ...] = ()  # kinds that have come with another content as well
    settled_fen: int = 0  # what the bank is to receive; of a day that is ready


class Bills:
    def __init__(
        self,
        sources: Mapping[str, BillSource],
        store: Store,
        shelf: Shelf,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """`sources`: by the name of their payment method."""
        self._sources = sources
        self._store = store
        self._shelf = shelf
        self._clock = clock
        self._randomness = randomness

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(self._sources)

    def rows(self) -> list[Reaction]:
        return [Reaction(BILL_DAYS.name, FETCH, self._ask_again, LADDER)]

    async def of(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        """The bills of a day, fetched unless they are here. Never raises what a platform does.

        `taken`: we have money of this day, so «nothing happened» cannot be true.
        """
        known = await self._known(method, day)
        asked_so = rests(known, self._clock.now()) and (known.taken or not taken)
        if known.state is DayState.READY or asked_so:
            told = await self._told(known)
            if all(bill.content.is_file() for bill in told.files):
                return told
        return await self.fetch(method, day, taken=taken)

    async def fetch(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        """Ask the platform, also for what is here: another content is a new version beside it."""
        source = self._sources.get(method)
        if source is None:
            raise NotFound("no such payment method gives out bills", field="method")
        found, now = await self._found(source, day), self._clock.now()
        with suppress(DuplicateKey):
            await self._store.insert(BILL_DAYS.name, to_document(new_day(method, day)))

        def asked(known: BillDay) -> BillDay:
            return after_asking(known, found, taken=taken, now=now)

        _, known = await swapped(self._store, BILL_DAYS, day_id(method, day), BillDay, asked)
        return await self._told(known)

    async def known(self, method: str, day: date) -> FetchedDay:
        """What is here of a day; the platform is not asked."""
        return await self._told(await self._known(method, day))

    async def versions(self, method: str, day: date) -> list[KeptFile]:
        """Every version of every bill that was fetched for a day."""
        equal: dict[str, str | int | bool] = {"method": method, "day": day.isoformat()}
        return [file async for file in every(self._store, BILL_FILES, KeptFile, equal=equal)]

    async def troubles(self) -> AsyncIterator[str]:
        """Every kept file that is missing or is not what was fetched, by its name."""
        async for file in every(self._store, BILL_FILES, KeptFile, equal={}):
            if trouble := await asyncio.to_thread(self._shelf.trouble, file):
                yield trouble

    async def _ask_again(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        day = from_document(BillDay, document)
        asked = await self.fetch(day.method, day.day)
        if asked.state in (DayState.LATE, DayState.WRONG):
            raise NotYet(asked.why)
        return None

    async def _found(self, source: BillSource, day: date) -> Found:
        room = await asyncio.to_thread(
            self._shelf.make_room, f"{source.name}-{day}-{self._randomness.token(12)}"
        )
        try:
            bills = await source.fetch(day, room)
            files = tuple([await self._keep(bill, source.name, day) for bill in bills])
        except (Unavailable, TooMany) as error:
            return Found(DayState.LATE, _words(error))
        except GatewayError as error:
            return Found(DayState.WRONG, _words(error))
        finally:
            await asyncio.to_thread(self._shelf.clear, room)
        if not files:
            return Found(DayState.EMPTY)
        ids = tuple(file.id for file in files)
        try:
            settled_fen = await asyncio.to_thread(_read, source, self._placed(files))
        except BillWrong as error:
            return Found(DayState.WRONG, _words(error), ids)
        return Found(DayState.READY, "", ids, settled_fen)

    async def _keep(self, bill: BillFile, method: str, day: date) -> KeptFile:
        """On disk first, then in the store: a document names no file that is not there."""
        counted = await asyncio.to_thread(self._shelf.keep, bill, method, day)
        while (known := await self._file(file_id(method, day, bill.kind, bill.digest))) is None:
            before = [f for f in await self.versions(method, day) if f.kind == bill.kind]
            file = kept_file(
                bill,
                method,
                day,
                edition=len(before) + 1,
                size=counted.size,
                lines=counted.lines,
                at=self._clock.now(),
            )
            if before:
                told = {"action": "bill_changed", "method": method, "kind": bill.kind}
                log.warning("another bill than before", extra=told | {"day": day.isoformat()})
            with suppress(DuplicateKey):  # somebody else was faster: look again
                await self._store.insert(BILL_FILES.name, to_document(file))
        return known

    async def _known(self, method: str, day: date) -> BillDay:
        document = await self._store.get(BILL_DAYS.name, day_id(method, day))
        return from_document(BillDay, document) if document else new_day(method, day)

    async def _file(self, id: str) -> KeptFile | None:
        document = await self._store.get(BILL_FILES.name, id)
        return from_document(KeptFile, document) if document else None

    async def _told(self, day: BillDay) -> FetchedDay:
        versions = await self.versions(day.method, day.day)
        files = [file for id in day.files for file in versions if file.id == id]
        kinds = [version.kind for version in versions]
        return FetchedDay(
            day.method,
            day.day,
            day.state,
            day.why,
            self._placed(files),
            tuple(file.kind for file in files if kinds.count(file.kind) > 1),
            day.settled_fen,
        )

    def _placed(self, files: Sequence[KeptFile]) -> tuple[BillFile, ...]:
        return tuple(
            BillFile(file.kind, self._shelf.place_of(file), file.digest, file.signed_hash)
            for file in files
        )


def _read(source: BillSource, bills: Sequence[BillFile]) -> int:
    """What the bank is to receive. Every line of the trade bill is read once, as the matching will,
    so that a bill that cannot be read is known as wrong, and asked for again, before anybody relies
    on it.

    Raises `BillWrong`.
    """
    settled_fen = source.settled_fen(bills)
    for bill in bills:
        if bill.kind == source.trades:
            deque(source.columns(bill), maxlen=0)
    return settled_fen


def _words(error: GatewayError) -> str:
    return f"{error.code}: {error}"
