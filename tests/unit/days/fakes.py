"""Hand-written fakes of what a run works with: each says what a test tells it to."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Credit
from payment.ports import BillFile, Remark, unsaid
from payment.reconciliation.bill_files.bills import FetchedDay
from payment.reconciliation.bill_files.day import DayState
from payment.reconciliation.bill_files.kept import KeptFile, kept_file
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.days.matching import MatchedDay
from payment.reconciliation.days.sums import Counting, with_payment
from payment.reconciliation.differences import Difference
from payment.reconciliation.entries import Entry
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.gathering.gathered import Gathered
from payment.reconciliation.gathering.sources import Booked
from payment.reconciliation.healing.healer import Healing
from payment.reconciliation.matching import Matched, Question, Repeated, Sums
from payment.reconciliation.progress import Progress
from tests.unit.days.samples import NOW


@dataclass
class ToldBills:
    """A day's bills: `content` of the one there is, or a state without any."""

    content: str = "bill"
    state: DayState = DayState.READY
    why: str = ""
    settled_fen: int = 0
    fetched: int = 0
    taken: list[bool] = field(default_factory=list)  # what each asking said of our own books

    async def of(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        self.taken.append(taken)
        if self.state is not DayState.READY:
            return FetchedDay(method, day, self.state, self.why)
        bill = BillFile("ALL", Path("bill"), _digest(self.content))
        return FetchedDay(method, day, self.state, "", (bill,), settled_fen=self.settled_fen)

    async def fetch(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        self.fetched += 1
        return await self.of(method, day, taken=taken)

    async def versions(self, method: str, day: date) -> list[KeptFile]:
        told = await self.of(method, day)
        edition = 1 if self.content == "bill" else 2
        return [
            kept_file(bill, method, day, edition=edition, size=1, lines=1, at=NOW)
            for bill in told.files
        ]


@dataclass
class ToldMatching:
    """What each matching finds; `rounds` are taken one after the other, the last for ever."""

    rounds: list[list[Difference]] = field(default_factory=lambda: [[]])
    gross_fen: int = 20600
    twice_fen: int = 0  # what our own sums have beyond what is matched
    repeated: list[Repeated] = field(default_factory=list)
    counts_repeats: bool = False
    received: dict[date, dict[str, int]] = field(default_factory=dict)  # by day and unit
    matched_days: list[date] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on the channel's bill
    # What goes on elsewhere while the next matching is at work.
    meanwhile: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    @asynccontextmanager
    async def matched(
        self, day: date, method: str, files: Sequence[BillFile], said: Progress
    ) -> AsyncIterator[MatchedDay]:
        at = len(self.matched_days)
        found = [each for each in self.rounds[min(at, len(self.rounds) - 1)] if each.day == day]
        self.matched_days.append(day)
        # Its own sums agree with the bill, and the journal has nothing to hold them against.
        counting = Counting(transferred_fen=self.gross_fen)
        counting.received |= self.received.get(day, {})
        if self.twice_fen:
            counting.gateway = with_payment(counting.gateway, self.twice_fen)
        books = Gathered(counting, remarks=self.remarks)
        books.note("".join(sorted(bill.digest for bill in files)) + str(self.gross_fen))
        sums = {"": Sums(payments=1, gross_fen=self.gross_fen)}
        matched = Matched(sums, 0, lambda: iter(found), lambda: iter(self.repeated))
        if self.meanwhile:
            await self.meanwhile.pop()()
        yield MatchedDay(books, matched, Question(day, method), self.counts_repeats)


@dataclass
class ToldHealer:
    """Heals by the finding's kind, as told; counts how often it was asked."""

    ways: dict[str, Healing] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def heal(self, finding: Finding) -> Healing | None:
        self.asked.append(finding.kind)
        return self.ways.get(finding.kind)


@dataclass
class ToldBank:
    told: list[Credit] = field(default_factory=list)
    methods: Collection[str] = ("wechat_pay",)
    is_down: bool = False

    async def credits(self, day: date) -> tuple[Credit, ...]:
        if self.is_down:
            raise Unavailable
        return tuple(each for each in self.told if each.day == day)


class NoBooks:
    """`OwnBooks` of a day on which we took nothing; `later` was written down late."""

    def __init__(self) -> None:
        self.later: list[tuple[int, Booked]] = []  # each with its number in the journal
        self.moved: list[Entry] = []
        self.out: list[Entry] = []

    async def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        for each in self.moved:
            yield Booked(each, ())

    async def taken_out(self, method: str, day: date) -> AsyncIterator[Booked]:
        for each in self.out:
            yield Booked(each, ())

    async def late(self, method: str, until: date, *, after: int) -> AsyncIterator[Booked]:
        for number, booked in self.later:
            if number > after and booked.entry.at[:10] <= until.isoformat():
                yield booked


class NoSource:
    """A `BillSource` nobody reads from, for its name alone."""

    name = "wechat_pay"
    trades = "ALL"

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        return ()

    def entries(self, bill: BillFile) -> Iterator[Entry]:
        return iter(())

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        return columns_of(self.entries(bill))

    def counts_repeats(self, bill: BillFile) -> bool:
        return False

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        return 0


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()
