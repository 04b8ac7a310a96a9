"""What looking single orders up adds to a day's books: kept in files, for it may be as many."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from payment.orders import Orders
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.piles import Pile
from payment.reconciliation.gathering.sources import Booked

SettledBy = dict[str, str]  # pay code → the order that settles it


class Beside:
    """Grows look-up by look-up. Of each number a side is told once."""

    def __init__(self, folder: Path, is_silent: Callable[[Entry], bool]) -> None:
        folder.mkdir()
        self.ours = Pile(folder / "ours", is_silent)  # as orders are now: for the journal's
        self.replaced: set[bytes] = set()  # the numbers of these
        # Out of the suspense account, and not in the day's journal: as the account has it now.
        self.suspense = Pile(folder / "suspense", is_silent)
        self.ours_near = Pile(folder / "ours near", is_silent)  # of other days
        self.channel_near = Pile(folder / "channel near", is_silent)  # on bills of other days
        self.finance_near = Pile(folder / "finance near", is_silent)  # booked on other days
        self.settled_by = SettledBy()
        # Of bills and statements farther away than the neighbouring days': which numbers are
        # looked for on each.
        self.on_bills: dict[date, set[str]] = {}
        self.on_statements: dict[date, set[str]] = {}

    def __len__(self) -> int:
        here = len(self.ours) + len(self.suspense)
        return here + len(self.ours_near) + len(self.finance_near)

    def stand_for(self, booked: Iterable[Booked]) -> None:
        for piece in self.ours.put(booked):
            self.replaced.update(piece.columns.numbers)


async def learn_who_settled(
    orders: Orders, unsettling: Iterable[Entry], settled_by: SettledBy
) -> None:
    """Perhaps an order of another method, or of another day: it is on no books of this one."""
    for entry in unsettling:
        for order in await orders.of_pay_code(entry.pay_code) if entry.pay_code else ():
            if order.settles and order.id != entry.order_id:
                settled_by[entry.pay_code] = order.id
