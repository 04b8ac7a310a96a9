"""Whose a line of finance's statement is: by journals, by orders and notices, however many."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from channel_gateway.domain.documents import to_document
from channel_gateway.store.memory import MemoryStore
from payment.orders import ORDERS, Orders
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.drawers import Drawers
from payment.reconciliation.gathering.owners import FEW, Owners
from payment.reconciliation.gathering.piles import Pile
from payment.reconciliation.gathering.sources import Booked
from tests.unit.days.fakes import NoBooks
from tests.unit.days.samples import DAY
from tests.unit.payment.samples import order

METHODS = ("alipay", "wechat_pay")


def line(number: str, pay_code: str = "") -> Entry:
    return Entry("payment", number, "", "", 100, f"{DAY} 12:00:00", pay_code=pay_code)


class Journals(NoBooks):
    """What each method has on a day; and which of them were read."""

    def __init__(self) -> None:
        super().__init__()
        self.days: dict[tuple[str, date], list[Entry]] = defaultdict(list)
        self.read: list[tuple[str, date]] = []

    async def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        self.read.append((method, day))
        for entry in self.days[method, day]:
            yield Booked(entry, ())


class NoSuspense:
    async def outside(self, number: str) -> None:
        return None


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journals, self.store = Journals(), MemoryStore((ORDERS,))
        self.own = Pile(folder / "own", lambda entry: False)

    async def owned(self, lines: list[Entry]) -> tuple[set[str], set[str]]:
        """By number: those of `wechat_pay` that we moved, and those paid elsewhere."""
        owners = Owners(
            self.journals,
            Orders(self.store),
            NoSuspense(),
            METHODS,
            Drawers(self.folder / "drawers", 3),
        )
        owners.put(lines)
        known = {entry.number for entry in owners.known([self.own])}
        await owners.learn_others("wechat_pay", DAY)
        ours, elsewhere = (Pile(self.folder / name, lambda entry: False) for name in ("o", "e"))
        await owners.look_up("wechat_pay", ours, elsewhere)
        return known | _numbers(ours), _numbers(elsewhere)


def _numbers(pile: Pile) -> set[str]:
    return {booked.entry.number for piece in pile for booked in piece.booked()}


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    await desk.store.open()
    return desk


async def test_what_our_journal_has_is_ours_and_no_other_journal_is_read(desk: Desk) -> None:
    desk.own.put([Booked(line("a"), ()), Booked(line("b"), ())])

    assert await desk.owned([line("a"), line("b")]) == ({"a", "b"}, set())
    assert desk.journals.read == []


async def test_an_order_says_whose_a_line_is_and_a_notice_where_there_is_no_order(
    desk: Desk,
) -> None:
    ours = order()
    await desk.store.insert(ORDERS.name, to_document(ours))

    found = await desk.owned([line(ours.id), line("counter", ours.pay_code), line("nobody's")])

    assert found == ({ours.id}, {"counter"})


@pytest.mark.parametrize("days", [0, -1, 1])
async def test_many_lines_of_another_method_are_passed_over_by_its_journals(
    desk: Desk, days: int
) -> None:
    theirs = [line(f"n{number}") for number in range(FEW + 1)]
    desk.journals.days["alipay", DAY + timedelta(days=days)] = theirs
    desk.own.put([Booked(line("a"), ())])

    assert await desk.owned([*theirs, line("a")]) == ({"a"}, set())
    assert ("alipay", DAY) in desk.journals.read
    assert all(method == "alipay" for method, _ in desk.journals.read)
