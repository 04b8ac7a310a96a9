"""Putting a day's orders away: written, entered in the journal, and only then deleted.

Every step bears being repeated: what was begun by who was killed is finished by the next run.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from channel_gateway.ports import Clock, Document, Range, Store
from channel_gateway.records import pages
from payment.archive.clearing import Clearing
from payment.archive.filing import Filing
from payment.archive.gate import Gate, Moved, Progress
from payment.archive.lines import BATCH
from payment.archive.part import Part, PartState, PartTrigger, stepped
from payment.archive.part_store import PartStore
from payment.archive.resting import Resting, Unrest, moved_on
from payment.order import Order
from payment.orders import ORDERS, read


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a day's orders."""

    part: Part | None = None  # None: there was nothing to put away
    gone: int = 0
    stay: Mapping[Unrest, int] = field(default_factory=dict)  # are not at rest
    held: Sequence[Moved] = ()  # the days that were held against the books

    @property
    def left(self) -> int:
        """In the file, and changed before they could go: they stay."""
        return self.part.orders - self.gone if self.part else 0


@dataclass(slots=True)
class AtRest:
    """A day's orders that may go, in these versions, and why others stay."""

    versions: dict[str, int] = field(default_factory=dict)
    moved: set[Moved] = field(default_factory=set)
    apart: list[str] = field(default_factory=list)  # what the journal does not tell alike
    stay: Counter[Unrest] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Archiving:
    store: Store
    parts: PartStore
    filing: Filing
    clearing: Clearing
    resting: Resting
    gate: Gate
    clock: Clock

    async def put_away(self, day: date, by: str, said: Progress = lambda _: None) -> Outcome:
        """Finish what was begun; else put away what is at rest. Nothing goes before all agree.

        Raises `DayTooYoung`, `DaysNotClosed`, `NotInParity`, `ArchivedMeanwhile`,
        `ArchiveDamaged`; `Unavailable` where finance does not answer.
        """
        self.gate.old_enough(day)
        part = await self.parts.latest(day)
        if part is not None and part.state in (PartState.WRITTEN, PartState.ENTERED):
            held = await self._held(part, said)
            return await self._finished(part, said, held=held)
        said("orders")
        rest = await self._at_rest(day)
        held = await self.gate.check(day, rest.moved, rest.apart, said)
        begun = part if part and part.state is PartState.BEGUN else None
        if not rest.versions:
            if begun is not None:
                await self.filing.clear(begun)
                await self.parts.drop(begun)
            return Outcome(stay=rest.stay, held=held)
        part = begun or await self.parts.begin(day, part, by, self.clock.now())
        said("file")
        filed = asdict(await self.filing.write(part, rest.versions, held))
        part = await self.parts.change(part, lambda it: stepped(it, PartTrigger.WRITE, **filed))
        return await self._finished(part, said, stay=rest.stay, held=held)

    async def _at_rest(self, day: date) -> AtRest:
        found = AtRest()
        of_day = Range("_id", low=f"G{day:%Y%m%d}", high=f"G{day:%Y%m%d}~")
        async for page in pages(self.store, ORDERS.name, range=of_day, size=BATCH):
            orders = [read(document) for document in page]
            unrests = await asyncio.gather(*map(self.resting.unrest, orders))
            for document, order, unrest in zip(page, orders, unrests, strict=True):
                if unrest is not None:
                    found.stay[unrest] += 1
                    continue
                found.versions[order.id] = document["v"]
                await self._look_at(order, found)
        return found

    async def _held(self, part: Part, said: Progress) -> list[Moved]:
        """What its file has, which is held to its digest first, against the books of today."""
        await self.filing.hold(part)
        found = AtRest()
        async for some in self.filing.orders(part):
            for _, line in some:
                await self._look_at(_nobodys(line), found)
        return await self.gate.check(part.day, found.moved, found.apart, said)

    async def _look_at(self, order: Order, found: AtRest) -> None:
        found.moved |= {(order.method, day) for day in moved_on(order)}
        found.apart += await self.gate.apart(order)

    async def _finished(
        self,
        part: Part,
        said: Progress,
        *,
        stay: Mapping[Unrest, int] | None = None,
        held: Sequence[Moved],
    ) -> Outcome:
        await self.filing.hold(part)
        if part.state is PartState.WRITTEN:
            said("places")
            await self.clearing.place(part)
            await self.parts.enter(part, self.clock.now())
            part = await self.parts.change(part, lambda it: stepped(it, PartTrigger.ENTER))
        said("deleting")
        gone = await self.clearing.delete(part)
        await self.filing.clear(part)
        part = await self.parts.change(part, lambda it: stepped(it, PartTrigger.FINISH))
        return Outcome(part, gone, stay or {}, held)


def _nobodys(line: Document) -> Order:
    """An order as its file has it, which does not say whose it is."""
    return read({"citizen": "", **line})
