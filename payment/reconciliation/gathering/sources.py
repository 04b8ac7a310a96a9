"""Where a day's books come from, as ports: kept bills, our journal, finance's statements."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from payment.lines import OrderLine
from payment.reconciliation.bill_files.bills import FetchedDay
from payment.reconciliation.bill_files.kept import KeptFile
from payment.reconciliation.differences import Difference
from payment.reconciliation.entries import Entry
from payment.reconciliation.suspense.item import SuspenseEntry, SuspenseItem


class KeptBills(Protocol):
    """See `payment.reconciliation.bill_files.bills`."""

    async def of(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        """Fetched unless they are here. `taken`: we have money of this day."""
        ...

    async def fetch(self, method: str, day: date, *, taken: bool = False) -> FetchedDay:
        """Ask the platform, also for what is here."""
        ...

    async def versions(self, method: str, day: date) -> list[KeptFile]: ...


class Booked(NamedTuple):
    """A movement of our own books, with what it was for."""

    entry: Entry
    lines: tuple[OrderLine, ...]


class OwnBooks(Protocol):
    def of_day(self, method: str, day: date) -> AsyncIterator[Booked]:
        """What we received and gave back on a Beijing day, as the journal has it."""
        ...

    def taken_out(self, method: str, day: date) -> AsyncIterator[Booked]:
        """What left the suspense account on a Beijing day: of no order, and of nobody's fees."""
        ...

    def late(self, method: str, until: date, *, after: int) -> AsyncIterator[Booked]:
        """The same of all days up to that one, as far as it was written down after that entry."""
        ...


class SuspenseBooks(Protocol):
    """See `payment.reconciliation.suspense.account`."""

    async def outside(self, number: str) -> tuple[SuspenseItem, SuspenseEntry] | None:
        """What finance or a platform knows under this number; None: it is none of the account's."""
        ...


class FinanceBooks(Protocol):
    """Finance's statements."""

    @property
    def three_ways(self) -> bool:
        """Whether there is an authority that gives any."""
        ...

    def of_day(self, day: date) -> AsyncIterator[Sequence[Entry]]:
        """Some at a time, of all methods, lines of others than ours included.

        Raises `Unavailable`; `RefusedForNow` while the day is not ready there.
        """
        ...

    async def apart(self, day: date, method: str) -> list[Difference]:
        """What differs where payments are taken on an authority's own platform. Raises alike."""
        ...

    def tells(self, entry: Entry) -> bool:
        """Whether the authority in charge gives statements; else it is taken to agree."""
        ...
