"""A platform that gives out what it is told to, and the gateway's room for its bills."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from channel_gateway.domain.errors import GatewayError
from channel_gateway.store.memory import MemoryStore
from channel_gateway.worker.dead_letters import DeadLetters
from channel_gateway.worker.outbox import Outbox
from payment.ports import BillFile, BillWrong, Remark, unsaid
from payment.reconciliation.bill_files.bills import Bills
from payment.reconciliation.bill_files.shelf import Shelf
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import Entry
from tests.unit.payment.fakes import CountingNames, MovedClock

DAY = date(2026, 1, 5)
MORNING = datetime(2026, 1, 6, 2, 0, tzinfo=UTC)  # ten in Beijing, on the day after


@dataclass
class FakeSource:
    """A `BillSource`: `gives` is the content of each kind, or what is raised instead."""

    name: str = "wechat_pay"
    trades: str = "ALL"
    gives: dict[str, bytes] | GatewayError = field(default_factory=dict)
    asked: int = 0
    settled: int | BillWrong = 0
    unreadable: BillWrong | None = None  # what its trade bill's lines raise

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        self.asked += 1
        if isinstance(self.gives, GatewayError):
            raise self.gives
        bills = []
        for kind, content in self.gives.items():
            path = into / kind
            path.write_bytes(content)
            bills.append(BillFile(kind, path, sha256(content).hexdigest(), "SHA1 00"))
        return tuple(bills)

    def entries(self, bill: BillFile) -> Iterator[Entry]:
        if self.unreadable is not None:
            raise self.unreadable
        return iter(())

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        return columns_of(self.entries(bill))

    def counts_repeats(self, bill: BillFile) -> bool:
        return False

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        assert all(bill.content.is_file() for bill in bills)
        if isinstance(self.settled, BillWrong):
            raise self.settled
        return self.settled


@dataclass
class Room:
    source: FakeSource
    clock: MovedClock
    store: MemoryStore
    folder: Path
    bills: Bills
    outbox: Outbox
    dead_letters: DeadLetters

    async def troubles(self) -> list[str]:
        return [trouble async for trouble in self.bills.troubles()]

    async def asked_again(self, times: int) -> None:
        for _ in range(times):
            self.clock.move(minutes=30)
            await self.outbox.work()


def made_room(store: MemoryStore, folder: Path) -> Room:
    source, clock = FakeSource(), MovedClock(MORNING)
    bills = Bills({source.name: source}, store, Shelf(folder), clock, CountingNames())
    rows = bills.rows()
    outbox = Outbox(store, rows, clock, owner="worker")
    letters = DeadLetters(store, rows)
    return Room(source, clock, store, folder, bills, outbox, letters)
