"""What left the suspense account is looked up for the books of a day on which it is not ours."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from payment.orders import Orders
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.looking_up import LookingUp
from payment.reconciliation.gathering.piles import Pile
from payment.reconciliation.suspense.item import EntryStanding, SuspenseItem
from tests.unit.days.conftest import Office
from tests.unit.days.fakes import NoSource, ToldBills
from tests.unit.days.samples import DAY, difference
from tests.unit.days.test_suspense import (
    PAY_CODE,
    entered,
    given_back,
    identified,
    standing_of,
)

DONE_ON = DAY + timedelta(days=1)  # of an entry that is worked on at once


class Statements:
    """`FinanceBooks` of a day on which it booked a number."""

    three_ways = True

    def __init__(self, day: date, number: str) -> None:
        self.day = day
        self.line = Entry(Movement.PAYMENT, number, "", "4200001", 20600, f"{day} 12:00:00")

    async def of_day(self, day: date) -> AsyncIterator[Sequence[Entry]]:
        yield [self.line] if day == self.day else []

    async def apart(self, day: date, method: str) -> list[Difference]:
        return []

    def tells(self, entry: Entry) -> bool:
        return True


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    return Beside(tmp_path / "beside", lambda _: False)


def in_pile(pile: Pile) -> list[Entry]:
    return [booked.entry for piece in pile for booked in piece.booked()]


async def look_up(office: Office, found: Difference, beside: Beside, booked_on: date = DAY) -> None:
    suspense, journal = office.desk.suspense, office.chains.chain("journal")
    books, bills = Statements(booked_on, found.order_id), ToldBills()
    looking_up = LookingUp(
        Orders(office.store),
        suspense,
        journal,
        books,
        bills,
        {"wechat_pay": NoSource()},
        office.clock,
    )
    await looking_up.learn([found], beside)
    await looking_up.read_far("wechat_pay", beside)


def on_statement(item: SuspenseItem, day: date = DAY) -> Difference:
    """Finance alone has it."""
    return difference(
        Kind.PAID_ELSEWHERE,
        day=day,
        order_id=f"{item.id}N2",
        pay_code=PAY_CODE,
        channel_fen=None,
        finance_fen=20600,
    )


async def test_what_finance_booked_before_it_answered_us_is_ours_on_that_day(
    office: Office, beside: Beside
) -> None:
    item = await identified(office, await entered(office))
    await look_up(office, on_statement(item), beside)
    [entry] = in_pile(beside.suspense)
    assert (entry.number, entry.state) == (f"{item.id}N2", EntryState.IDENTIFIED)
    assert (entry.amount_fen, entry.pay_code) == (20600, PAY_CODE)


async def test_what_we_heard_of_on_another_day_stays_on_that_day(
    office: Office, beside: Beside
) -> None:
    item = await identified(office, await entered(office))
    await office.outbox.work()
    await look_up(office, on_statement(item), beside)
    assert in_pile(beside.suspense) == []
    [entry] = in_pile(beside.ours_near)
    assert (entry.number, entry.at[:10]) == (f"{item.id}N2", DONE_ON.isoformat())


async def test_an_answer_lost_for_days_is_found_on_the_day_finance_booked(
    office: Office, beside: Beside
) -> None:
    item = await identified(office, await entered(office))
    office.finance.down = True
    office.clock.move(days=4)
    office.finance.down = False
    await office.outbox.work()
    today = DONE_ON + timedelta(days=4)
    ours = difference(Kind.FINANCE_NOT_TOLD, day=today, order_id=f"{item.id}N2", channel_fen=None)
    await look_up(office, ours, beside, booked_on=DONE_ON)
    [entry] = in_pile(beside.finance_near)
    assert (entry.number, entry.amount_fen) == (f"{item.id}N2", 20600)


async def test_what_was_refused_for_good_or_nobody_approved_is_not_ours(
    office: Office, beside: Beside
) -> None:
    item = await entered(office)
    office.finance.paid_by = "another"
    await identified(office, item)
    await office.outbox.work()
    assert await standing_of(office, item) is EntryStanding.FAILED
    await look_up(office, on_statement(item), beside)
    assert len(beside) == 0


@pytest.mark.parametrize("number", ["N2", "B9", "R2", "N", "Nx"])
async def test_a_number_of_no_entry_or_of_another_kind_is_nobodys(
    office: Office, number: str
) -> None:
    item = await given_back(office, await entered(office))
    assert await office.desk.suspense.outside(f"{item.id}{number}") is None
    assert await office.desk.suspense.outside(f"{item.id}B2") is not None
