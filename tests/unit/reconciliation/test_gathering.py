"""A day's books are brought together; what neighbours cannot say holds up nothing."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.ports import StatementLine
from channel_gateway.store.memory import MemoryStore
from payment.authorities import Jurisdiction
from payment.lines import OrderLine
from payment.orders import ORDERS, Orders
from payment.ports import BillFile, BillWrong, Remark, unsaid
from payment.reconciliation.bill_files.bills import FetchedDay
from payment.reconciliation.bill_files.day import DayState
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.collecting import Collecting
from payment.reconciliation.gathering.gathered import Gathered
from payment.reconciliation.gathering.gathering import gather
from payment.reconciliation.gathering.sources import Booked
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.reconciliation.matching import Question, match
from payment.reconciliation.suspense.item import (
    SuspenseEntry,
    SuspenseEntryKind,
    SuspenseItem,
    outside_number,
)
from tests.unit.days.fakes import NoBooks, NoSource, ToldBills
from tests.unit.days.samples import DAY, NOW
from tests.unit.payment.fakes import MovedClock

BEFORE, NEXT = DAY - timedelta(days=1), DAY + timedelta(days=1)


def paid(number: str, **more: object) -> Entry:
    told: dict[str, object] = {"pay_code": "33", "unit_code": "U1"} | more
    return Entry("payment", number, "", f"T{number}", 100, f"{DAY} 12:00:00", **told)  # type: ignore[arg-type]


class Source(NoSource):
    """A bill for each day; those of some are wrong."""

    def __init__(self) -> None:
        self.lines: dict[date, list[Entry]] = {}
        self.wrong: set[date] = set()

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        day = date.fromisoformat(bill.content.name)
        if day in self.wrong:
            raise BillWrong("it does not add up")
        remark(f"a new column on {day}")
        return columns_of(self.lines.get(day, []))


class Kept(ToldBills):
    """Each day's bill, named by it."""

    async def of(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        bill = BillFile("ALL", Path(day.isoformat()), "digest")
        return FetchedDay(method, day, DayState.READY, "", (bill,))


class Journal(NoBooks):
    def __init__(self) -> None:
        super().__init__()
        self.days: dict[tuple[str, date], list[Entry]] = {}

    async def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        for entry in self.days.get((method, day), []):
            yield Booked(entry, ())

    async def taken_out(self, method: str, day: date) -> AsyncIterator[Booked]:
        for entry in self.out if (method, day) == ("wechat_pay", DAY) else ():
            yield Booked(entry, ())


class Suspense:
    """`SuspenseBooks` of one sum, if any."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[SuspenseItem, SuspenseEntry]] = {}

    async def outside(self, number: str) -> tuple[SuspenseItem, SuspenseEntry] | None:
        return self.known.get(number)


class Finance:
    """`FinanceBooks` as told; some days are not ready."""

    three_ways = True

    def __init__(self) -> None:
        self.days: dict[date, list[Entry]] = {}
        self.not_ready: set[date] = set()
        self.differing: dict[tuple[date, str], list[Difference]] = {}
        self.silent: set[str] = set()  # units whose authority gives no statements

    async def of_day(self, day: date) -> AsyncIterator[Sequence[Entry]]:
        if day in self.not_ready:
            raise Unavailable("the statement is not made yet")
        yield self.days.get(day, [])

    async def apart(self, day: date, method: str) -> list[Difference]:
        return self.differing.get((day, method), [])

    def tells(self, entry: Entry) -> bool:
        return entry.unit_code not in self.silent


class Desk:
    def __init__(self) -> None:
        self.source, self.journal, self.finance = Source(), Journal(), Finance()
        self.methods: tuple[str, ...] = ("alipay", "wechat_pay")
        self.now: list[Booked] = []  # orders as they are by now
        self.suspense = Suspense()

    async def gather(self) -> tuple[Gathered, dict[str, str]]:
        """Of the day, and the kinds of what differs."""
        store = MemoryStore((ORDERS,))
        await store.open()
        collecting = Collecting(
            self.journal,
            self.finance,
            Kept(),
            {"wechat_pay": self.source},
            Orders(store),
            self.suspense,
            self.methods,
            MovedClock(NOW),
        )
        with TemporaryDirectory() as name:
            folder = Path(name)
            bill = BillFile("ALL", folder / DAY.isoformat(), "digest")
            bill.content.touch()
            collected = await collecting.collect(folder, DAY, "wechat_pay", (bill,))
            beside = Beside(folder / "beside", collecting.is_silent)
            beside.stand_for(self.now)
            spool, books = gather(collected, folder / "first", beside)
            found = list(match(spool, Question(DAY, "wechat_pay")).differences())
        return books, {each.order_id: each.kind.value for each in found}


@pytest.fixture
def desk() -> Desk:
    """One payment, which all three have."""
    desk = Desk()
    desk.source.lines[DAY] = [paid("a")]
    desk.journal.days["wechat_pay", DAY] = [paid("a")]
    desk.finance.days[DAY] = [paid("a")]
    return desk


async def test_a_neighbouring_bill_is_known_unless_its_day_is_not_over(desk: Desk) -> None:
    books, kinds = await desk.gather()

    assert (books.bill_before_known, books.next_bill_known, kinds) == (True, False, {})


async def test_a_neighbouring_bill_that_is_wrong_holds_up_nothing(desk: Desk) -> None:
    desk.source.wrong = {BEFORE}

    books, kinds = await desk.gather()

    assert (books.bill_before_known, kinds) == (False, {})


async def test_the_days_own_bill_that_is_wrong_is_no_bill(desk: Desk) -> None:
    desk.source.wrong = {DAY}

    with pytest.raises(BillWrong):
        await desk.gather()


async def test_a_neighbouring_statement_is_not_waited_for_and_the_days_own_is(desk: Desk) -> None:
    desk.finance.not_ready = {BEFORE, NEXT}
    assert (await desk.gather())[1] == {}

    desk.finance.not_ready = {DAY}
    with pytest.raises(Unavailable):
        await desk.gather()


async def test_an_authority_without_statements_is_taken_to_agree(desk: Desk) -> None:
    desk.finance.days, desk.finance.silent = {}, {"U1"}

    books, kinds = await desk.gather()

    assert kinds == {}
    assert (books.counting.finance.gross_fen, books.counting.booked) == (100, {"U1": 100})


async def test_what_another_method_took_is_not_looked_for_on_this_methods_bill(desk: Desk) -> None:
    desk.journal.days["alipay", BEFORE] = [paid("b")]
    desk.finance.days[DAY].append(paid("b"))

    books, kinds = await desk.gather()

    assert (books.counting.finance.payments, kinds) == (1, {})


IDENTIFIED = SuspenseEntry(2, SuspenseEntryKind.IDENTIFY, -100, NOW, "lin", "", "33")
SUM = SuspenseItem(
    id="D1",
    method="wechat_pay",
    about=BEFORE,
    unit_code="",
    order_id="stranger",
    transaction="T9",
    entered_at=NOW,
    entries=(IDENTIFIED,),
)
OUT = outside_number(SUM, IDENTIFIED)


@pytest.mark.parametrize("silent", [False, True])
async def test_what_was_identified_agrees_with_finance_and_was_never_in_transit(
    desk: Desk, silent: bool
) -> None:
    taken_out = paid(OUT, state="identified", unit_code="U2")
    desk.journal.out = [taken_out]
    desk.suspense.known[OUT] = (SUM, IDENTIFIED)
    if silent:
        desk.finance.silent = {"U2"}
    else:
        desk.finance.days[DAY].append(paid(OUT, unit_code="U2"))

    books, kinds = await desk.gather()

    assert kinds == {}
    assert (books.counting.identified_fen, books.counting.gateway.gross_fen) == (100, 100)
    assert (books.counting.finance.gross_fen, books.counting.booked) == (200, {"U1": 100})


async def test_what_another_method_had_in_suspense_is_not_this_methods(desk: Desk) -> None:
    desk.suspense.known[OUT] = (replace(SUM, method="alipay"), IDENTIFIED)
    desk.finance.days[DAY].append(paid(OUT))

    assert (await desk.gather())[1] == {}


async def test_an_order_as_it_is_now_stands_for_the_journals_entry(desk: Desk) -> None:
    desk.now = [Booked(paid("a", state="stray"), ())]

    assert (await desk.gather())[1] == {"a": "M5"}


async def test_an_order_as_it_is_now_is_counted_in_the_entrys_place(desk: Desk) -> None:
    desk.journal.days["wechat_pay", DAY].append(paid("b", unit_code="U2"))
    fee = OrderLine("1030", "罚款", Fen(100))
    desk.now = [Booked(paid("a", state="stray", unit_code="U3"), (fee,))]

    books, _ = await desk.gather()

    assert books.counting.gateway.gross_fen == 200
    assert [row.unit_code for row in books.counting.sorted_rows()] == ["U3"]
    assert books.counting.received == {"U1": 0, "U2": 100, "U3": 100}


async def test_what_was_late_the_day_before_and_is_on_neither_bill_is_missing(desk: Desk) -> None:
    late = paid("late")._replace(at=f"{BEFORE} 23:59:30")
    desk.journal.days["wechat_pay", BEFORE] = [late]
    assert (await desk.gather())[1] == {"late": "M3"}

    desk.source.lines[BEFORE] = [late]
    assert (await desk.gather())[1] == {}


async def test_what_the_day_has_is_explained_by_its_neighbours_on_every_side(desk: Desk) -> None:
    over = paid("over")._replace(at=f"{DAY} 00:00:30")
    desk.source.lines[DAY].append(over)
    desk.journal.days["wechat_pay", BEFORE] = [over._replace(at=f"{BEFORE} 23:59:58")]
    desk.finance.days[BEFORE] = [over]

    assert (await desk.gather())[1] == {"over": "M9"}


async def test_the_digest_is_of_the_days_own_lines_alone(desk: Desk) -> None:
    first, _ = await desk.gather()
    desk.journal.days["wechat_pay", BEFORE] = [paid("near")]
    desk.finance.days[BEFORE] = [paid("near")]
    near, _ = await desk.gather()
    desk.finance.days[DAY] = []
    own, _ = await desk.gather()

    assert near.inputs == first.inputs
    assert own.inputs != first.inputs


async def test_what_differs_on_a_platform_of_finances_is_on_the_first_methods_page_alone(
    desk: Desk,
) -> None:
    differing = Difference(Kind.PAID_ELSEWHERE, DAY, "", Movement.PAYMENT, pay_code="33")
    desk.finance.differing = {(DAY, name): [differing] for name in ("alipay", "wechat_pay")}
    second, _ = await desk.gather()
    assert second.apart == []

    desk.methods = ("wechat_pay", "wechat_pay_two")
    first, _ = await desk.gather()

    assert first.apart == [differing]
    assert first.inputs != second.inputs


class Told:
    def __init__(self) -> None:
        self.asked = 0

    async def statement(self, day: date) -> AsyncIterator[Sequence[StatementLine]]:
        self.asked += 1
        yield ()


async def test_an_authority_of_two_regions_is_asked_once_and_one_may_tell_nothing() -> None:
    told = Told()
    authority: object = None
    regions = [
        Jurisdiction(authority, region, name=name)  # type: ignore[arg-type]
        for region, name in (("3301", "city"), ("3302", "city"), ("44", "mute"))
    ]
    books = FinanceStatements(regions, {"city": told})

    assert [list(lines) async for lines in books.of_day(DAY)] == [[]]
    assert told.asked == 1
    assert books.three_ways
    assert [books.tells(paid("a", pay_code=code)) for code in ("3302", "44")] == [True, False]


async def test_what_is_odd_about_the_day_s_own_bill_is_remarked_upon() -> None:
    """Neighbouring days only explain."""
    books, _ = await Desk().gather()

    assert books.remarks == [f"a new column on {DAY}"]
