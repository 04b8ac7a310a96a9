"""Where orders are put away, over any store: a finance office that closes days, and its archive."""

import gzip
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Chain, StatementLine, Store
from payment.archive.archive import Archive
from payment.archive.archiving import Archiving
from payment.archive.checking import ArchivedFiles
from payment.archive.clearing import Clearing
from payment.archive.files import Files
from payment.archive.filing import Filing
from payment.archive.gate import Gate
from payment.archive.part_store import PartStore
from payment.archive.resting import Resting
from payment.archive.restoring import Restoring
from payment.authorities import Jurisdiction
from payment.journal.bookings import all_booked
from payment.journal.journal import Journal
from payment.journal.parity import Parities
from payment.order import Order
from payment.plugin import COLLECTIONS
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.entries import Movement
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.refund_cases.cases import Cases
from payment.traces.trace import Trace, What
from payment.traces.traces import Traces
from tests.unit.days.conftest import Office as FinanceOffice
from tests.unit.days.conftest import office_in
from tests.unit.days.samples import CLERK, DAY, REVIEWER
from tests.unit.payment.fakes import CountingNames, FakeFinance
from tests.unit.payment.refund_cases.office import Office as RefundOffice
from tests.unit.payment.refund_cases.office import office as refund_office

METHOD, MERCHANT = "wechat_pay", "1900000001"
KEPT_FOR = timedelta(days=400)
FIRST, SECOND, THIRD = (f"G20260302{letter * 20}" for letter in "abc")


@dataclass
class Books:
    """`Statements`, as a test has them."""

    lines: dict[str, StatementLine] = field(default_factory=dict)
    down: bool = False

    async def statement(self, day: date) -> AsyncIterator[list[StatementLine]]:
        if self.down:
            raise Unavailable("finance is down")
        yield list(self.lines.values())


@dataclass
class Departments:
    """`DepartmentNews`: the departments have everything, until a test says otherwise."""

    waiting: bool = False

    async def waits(self, event_ids: Any) -> bool:
        return self.waiting


@dataclass
class Cellar:
    """Build another over the same store and folder: that is another process."""

    store: Store
    folder: Path
    refunds: RefundOffice
    finance: FinanceOffice
    books: Books
    departments: Departments
    journal: Chain
    archive: Archive
    archiving: Archiving
    checking: ArchivedFiles
    restoring: Restoring

    async def receipted(self, id: str = FIRST, **more: Any) -> Order:
        """Paid, booked, receipted; finance and the journal have it."""
        notice = {"pay_code": f"P{id}"} | more
        order = await self.refunds.receipted(id, **notice)
        await self.written_down(order.id)
        return order

    async def given_back(self, order: Order, amount_fen: int = 6000) -> Order:
        """A part of it went back, as people decided."""
        await self.refunds.approved(order, amount_fen)
        await self.refunds.work()
        await self.written_down(order.id)
        return await self.refunds.orders.get(order.id)

    async def written_down(self, order_id: str) -> None:
        order = await self.refunds.orders.get(order_id)
        for entry in all_booked(order, merchant=MERCHANT):
            await Journal(self.journal).write(entry)
        assert order.confirmed_at is not None
        line = StatementLine(order.id, order.amount_fen, order.confirmed_at)
        self.books.lines[order.id] = line

    async def noted(self, order_id: str) -> None:
        """A trace of it."""
        clock = self.refunds.clock
        traces = Traces(self.store, clock, CountingNames(), kept_for=KEPT_FOR)
        await traces.note(Trace(order_id, clock.now(), What.REQUEST, METHOD, "ask", "paid"))
        await traces.flush()

    async def close(self, day: date = DAY) -> None:
        """Reconciled, with the sums of the journal, and signed by two people."""
        desk = self.finance.desk
        known = await desk.running.run(day, METHOD)
        counting = Counting()
        async for moved in Journal(self.journal).moved(METHOD, day):
            entry, lines = moved.entry, moved.lines
            if entry.movement is Movement.PAYMENT:
                counting.paid(entry.unit_code, entry.amount_fen, lines)
            else:
                counting.went_back(entry.unit_code, entry.amount_fen, lines)
        sums = {"gateway": counting.gateway, "rows": counting.sorted_rows()}
        transit = counting.in_transit({}, {})
        known = await desk.days.change(known.id, lambda d: replace(d, **sums, transit=transit))
        await desk.closing.wish(known, CLERK)
        await desk.closing.sign(await desk.days.get(day, METHOD), REVIEWER)

    def wait(self, days: int = 500) -> None:
        for clock in (self.refunds.clock, self.finance.clock):
            clock.move(days=days, microseconds=7)  # finer than what is stored

    async def everything(self) -> dict[str, list[Any]]:
        """All that payment has in the store."""
        return {kept.name: await self.store.find(kept.name, limit=1000) for kept in COLLECTIONS}

    def lines(self) -> Iterator[dict[str, Any]]:
        """Of every file there is, as `zcat` shows them."""
        for path in sorted(self.folder.glob("*.jsonl.gz")):
            for line in gzip.decompress(path.read_bytes()).splitlines():
                yield orjson.loads(line)


def cellar(
    store: Store,
    folder: Path,
    *,
    books: Books | None = None,
    files: Files | None = None,
    after: int = 0,
) -> Cellar:
    """`after`: so many days later."""
    files = files or Files(folder)
    archive = Archive(store, files)
    refunds, finance = refund_office(store, archive), office_in(store)
    books, departments = books or Books(), Departments()
    journal = finance.chains.chain("journal")
    desk, clock = finance.desk, finance.clock
    everywhere = [Jurisdiction(FakeFinance(clock), name="finance")]
    stated = FinanceStatements(everywhere, {"finance": books})
    parities = Parities(journal, refunds.orders, [METHOD], stated)
    resting = Resting(
        store,
        refunds.orders,
        Cases(store),
        desk.findings,
        desk.cases,
        desk.suspense,
        lambda: [departments],
    )
    filing = Filing(store, files, journal, clock, CountingNames())
    parts = PartStore(store, journal)
    archiving = Archiving(
        store,
        parts,
        filing,
        Clearing(store, files, archive.places, filing, resting),
        resting,
        Gate(desk, parities, journal, KEPT_FOR),
        clock,
    )
    made = Cellar(
        store,
        folder,
        refunds,
        finance,
        books,
        departments,
        journal,
        archive,
        archiving,
        ArchivedFiles(archive, journal),
        Restoring(store, files, archive.places, parts, journal, clock),
    )
    if after:
        made.wait(after)
    assert beijing_day(made.refunds.clock.now()) >= DAY
    return made
