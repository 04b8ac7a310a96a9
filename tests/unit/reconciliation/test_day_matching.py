"""A day's matching with its look-ups: what is found does not depend on how much there is."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.domain.documents import to_document
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from payment.order import Order, State
from payment.orders import ORDERS, Orders
from payment.ports import BillFile, Remark
from payment.ports import unsaid as unremarked
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.days.matching import DayMatching
from payment.reconciliation.differences import Difference
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.collecting import Collecting
from payment.reconciliation.gathering.looking_up import LookingUp
from payment.reconciliation.progress import unsaid
from payment.reconciliation.suspense.account import SUSPENSE, SuspenseAccount
from tests.unit.days.fakes import NoBooks, NoSource, ToldBills
from tests.unit.days.samples import DAY, NOW
from tests.unit.payment.fakes import CountingNames, MovedClock
from tests.unit.payment.samples import order

MANY = 5500  # lines of which our journal has none


def paid_order(number: int, booked_on: date) -> Order:
    at = NOW - timedelta(days=1)
    given = {
        "notice": f"330199|{number}",
        "pay_code": f"{number}",
        "open_key": None,
        "state": State.CONFIRMED,
        "transaction": f"T{number}",
        "transaction_key": f"wechat_pay|T{number}",
        "paid_at": at,
        "settles": f"330199|{number}",
        "confirmed_at": at + (booked_on - DAY),
        "unit_code": "U1",
    }
    return order(f"G20260302{number:020d}", **given)


def line(of: Order) -> Entry:
    at = f"{DAY} 10:30:00"
    return Entry("payment", of.id, "", of.transaction or "", of.amount_fen, at)


class Source(NoSource):
    def __init__(self, lines: list[Entry]) -> None:
        self._lines = lines

    def columns(self, bill: BillFile, remark: Remark = unremarked) -> Iterator[Columns]:
        return columns_of(self._lines)


class Finance:
    three_ways = True

    def __init__(self, days: dict[date, list[Entry]]) -> None:
        self.days = days
        self.asked: list[date] = []

    async def of_day(self, day: date) -> AsyncIterator[Sequence[Entry]]:
        self.asked.append(day)
        lines = self.days.get(day, [])
        for start in range(0, len(lines), 100):
            yield lines[start : start + 100]

    async def apart(self, day: date, method: str) -> list[Difference]:
        return []

    def tells(self, entry: Entry) -> bool:
        return True


async def found(
    orders: list[Order], finance: Finance, folder: Path, now: MovedClock
) -> list[Difference]:
    """The channel has all of these, our journal none."""
    store = MemoryStore((ORDERS, SUSPENSE, *CHAINS))
    await store.open()
    await store.insert_many(ORDERS.name, [to_document(each) for each in orders])
    known, sources = Orders(store), {"wechat_pay": Source([line(each) for each in orders])}
    bills, vault = ToldBills(), Vault({"1": b"k" * 32}, b"i" * 32, CountingNames())
    journal = StoredChains(store, vault).chain("journal")
    suspense = SuspenseAccount(store, known, journal, vault, now)
    methods = ("wechat_pay",)
    collecting = Collecting(NoBooks(), finance, bills, sources, known, suspense, methods, now)
    looking_up = LookingUp(known, suspense, journal, finance, bills, sources, now)
    bill = BillFile("ALL", folder / "bill", "digest")
    bill.content.touch()
    matching = DayMatching(collecting, looking_up, sources)
    async with matching.matched(DAY, "wechat_pay", (bill,), unsaid) as day:
        assert await day.unlisted_fen() == 0
        return [each async for each in day.differences()]


@pytest.mark.parametrize("many", [1, MANY])
async def test_every_difference_is_looked_up_however_many(tmp_path: Path, many: int) -> None:
    orders = [paid_order(number, DAY) for number in range(many)]
    finance = Finance({DAY: [line(each) for each in orders]})

    assert await found(orders, finance, tmp_path, MovedClock(NOW)) == []


async def test_a_far_statement_is_read_once_for_all_that_is_looked_for_on_it(
    tmp_path: Path,
) -> None:
    orders = [paid_order(number, DAY + timedelta(days=4)) for number in range(300)]
    finance = Finance({DAY + timedelta(days=4): [line(each) for each in orders]})

    differences = await found(orders, finance, tmp_path, MovedClock(NOW + timedelta(days=9)))

    assert {each.kind.value for each in differences} == {"M9"}
    assert len(differences) == 300
    assert finance.asked.count(DAY + timedelta(days=4)) == 1
