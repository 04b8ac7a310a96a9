"""What agrees on all sides cancels out, and is added up by the unit. Pure.

Nearly every entry of a day ends here, so whole pages of our journal are compared and added: an
entry by itself, and what a rule says of it, is for what does not cancel (`partition`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import NamedTuple

from payment.reconciliation.columns import CODING
from payment.reconciliation.entries import Side
from payment.reconciliation.matching.outcome import Question, Sums
from payment.reconciliation.matching.shelf import Page, Shelf

Shelves = Mapping[Side, Shelf]

_NOBODY = repeat(None)


class Cancelled(NamedTuple):
    """A page of our journal, of which all sides have the same."""

    page: Page
    fees: list[bytes | None]  # the channel's, of each entry
    left: set[bytes]  # facts of the page that do not agree

    def rows(self) -> Iterator[tuple[bytes, bytes, bytes | None]]:
        """Unit, amount and fee of each entry that agrees."""
        facts, pack = self.page
        rows = zip(pack.units.split(b"\n"), pack.moved.split(b"\n"), self.fees, strict=True)
        if not self.left:
            return rows
        return (row for fact, row in zip(facts, rows, strict=True) if fact not in self.left)


def cancel(shelves: Shelves, question: Question) -> list[Cancelled]:
    """Take off the shelves what all sides have, with the same fee where we know one."""
    channel, gateway, finance = (shelf.fees for shelf in shelves.values())
    if question.three_ways:
        both = (fact for fact in gateway if fact in channel)
        shelves[Side.FINANCE].name_transactions(both)
    left: dict[bytes, bytes] = {}
    cancelled = []
    for page in shelves[Side.GATEWAY].pages:
        fees = page.pack.fees.split(b"\n")
        taken = list(map(channel.pop, page.facts, _NOBODY))
        told = list(map(finance.pop, page.facts, _NOBODY)) if question.three_ways else fees
        out: set[bytes] = set()
        if None in told or None in taken or (taken != fees and any(fees)):
            for fact, ours, theirs, booked in zip(page.facts, fees, taken, told, strict=True):
                if theirs is None or booked is None or (theirs != ours and theirs and ours):
                    out.add(fact)
                    left[fact] = ours
                    if theirs is not None:
                        channel[fact] = theirs
                    if booked is not None and question.three_ways:
                        finance[fact] = booked
        cancelled.append(Cancelled(page, taken, out))
    shelves[Side.GATEWAY].fees = left
    return cancelled


def named(cancelled: Iterable[Cancelled], numbers: set[bytes]) -> list[bytes]:
    """The facts that agree, of some numbers."""
    return [
        fact
        for page, _, left in cancelled
        for fact in page.facts
        if fact.partition(b"\t")[0] in numbers and fact not in left
    ]


def put_back(cancelled: Iterable[Cancelled], facts: set[bytes]) -> None:
    """They agree, and yet are no longer of what cancels out."""
    for page, _, left in cancelled if facts else ():
        left |= facts.intersection(page.facts)


def sums_by_unit(cancelled: Iterable[Cancelled]) -> dict[str, Sums]:
    """What our journal has of all that agrees, with the channel's fees."""
    moved: dict[bytes, list[bytes]] = defaultdict(list)
    fees: dict[bytes, list[bytes | None]] = defaultdict(list)
    for each in cancelled:
        for unit, fen, fee in each.rows():
            moved[unit].append(fen)
            fees[unit].append(fee)
    return {
        unit.decode(*CODING): sums_of(
            list(map(int, some)), sum(map(int, filter(None, fees[unit]))), balanced=len(some)
        )
        for unit, some in moved.items()
    }


def sums_of(moved: list[int], fees_e5: int, *, balanced: int) -> Sums:
    paid = [fen for fen in moved if fen > 0]
    back = [fen for fen in moved if fen < 0]
    return Sums(len(paid), len(back), sum(paid), -sum(back), fees_e5, balanced)
