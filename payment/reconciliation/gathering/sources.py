"""Where a day's books come from, as ports: kept bills, our journal, finance's statements."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from payment.lines import OrderLine
from payment.ports import BillFile
from payment.reconciliation.entries import Entry


class KeptBills(NamedTuple):
    """A day's bills as the platform gave them last; `version` counts how often they changed."""

    files: Sequence[BillFile]
    version: int


class Bills(Protocol):
    async def of(self, method: str, day: date) -> KeptBills:
        """Fetched if they are not kept yet. Raises `BillLate`, `BillWrong`, `Unavailable`."""
        ...

    async def kept(self, method: str, day: date) -> KeptBills | None:
        """Without fetching; None: not kept."""
        ...


class Booked(NamedTuple):
    """A movement of our own books, with what it was for."""

    entry: Entry
    lines: tuple[OrderLine, ...]


class OwnBooks(Protocol):
    def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        """What we received and gave back on a Beijing day, as the journal has it."""
        ...


class FinanceBooks(Protocol):
    """Finance's statements. `three_ways`: whether there is an authority that gives any."""

    three_ways: bool

    async def of_day(self, day: date) -> list[Entry]:
        """Of all methods, lines of others than ours included.

        Raises `Unavailable`; `RefusedForNow` while the day is not ready there.
        """
        ...

    def tells(self, entry: Entry) -> bool:
        """Whether the authority in charge gives statements; else it is taken to agree."""
        ...
