"""Which of the day's payments pay a notice that another order settles (重复缴费). Pure over files.

Only payments that would otherwise be M1, or money that we know to settle nothing, are asked about;
they are few, so our journal is read once more for their notices.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from payment.reconciliation.cells import Bits, Cells, Whole
from payment.reconciliation.columns import CODING
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.fingerprints import Fingerprints, are_among
from payment.reconciliation.matching.packs import read
from payment.reconciliation.matching.spool import NOTICE, Book, books_in, key_of, settled
from payment.reconciliation.matching.taking import entries_at

NOTED_AT_ONCE = 100_000
AT_ONCE = 20_000  # suspects whose notices are looked for in one reading

Row = tuple[object, ...]  # of a difference, as it is kept in files


class Suspect(NamedTuple):
    pay_code: str
    order_id: str
    at: str  # when the channel has it as paid
    stray: bool  # unless it was paid twice, all sides agree
    unit_code: str
    row: Row  # the difference, its kind first and its detail last


def paid_twice(folder: Path, places: int, count: int) -> Iterator[tuple[str, Suspect]]:
    """Every suspect, and the other order that settles its notice; empty: none does."""
    rounds = count // AT_ONCE + 1
    for number in range(rounds):
        by_notice: dict[str, list[Suspect]] = defaultdict(list)
        for suspect in suspects(folder, places):
            if crc32(suspect.pay_code.encode()) % rounds == number:
                by_notice[suspect.pay_code].append(suspect)
        settles = _settling(folder, places, by_notice.keys()) if by_notice else {}
        for pay_code, several in by_notice.items():
            yield from _told_apart(several, settles.get(pay_code, set()))


def suspects(folder: Path, places: int) -> Iterator[Suspect]:
    for place in range(places):
        for row in read(folder / f"suspects-{place}"):
            yield Suspect(*row)


def _told_apart(several: list[Suspect], settles: set[str]) -> Iterator[tuple[str, Suspect]]:
    """Where no order settles the notice, the earliest payment does."""
    first = min(several, key=lambda suspect: (suspect.stray, suspect.at, suspect.order_id))
    for suspect in several:
        others = (settles or {first.order_id}) - {suspect.order_id}
        yield min(others, default=""), suspect


def _settling(folder: Path, places: int, notices: Iterable[str]) -> Mapping[str, set[str]]:
    """The orders that settle some notices, of those that the channel has as well."""
    notices = set(notices)
    orders: dict[str, set[str]] = defaultdict(set)
    for some in settled(folder):
        for pay_code, order_id in some:
            if pay_code in notices:
                orders[pay_code].add(order_id)
    for notice, order_id in _done(folder, notices):
        orders[notice].add(order_id)
    for place in range(places):
        for some in read(folder / f"found-{place}"):
            for kind, _, order_id, _, _, pay_code, *_ in some:
                if kind == Kind.MISSING_MONEY and pay_code in notices:
                    orders[pay_code].discard(order_id)
    return orders


def _done(folder: Path, notices: set[str]) -> Iterator[tuple[str, str]]:
    """Of our journal's payments that settle: notice and order."""
    fingerprints = Fingerprints(key_of(folder))
    asked = np.sort(fingerprints.of(Cells.of([notice.encode(*CODING) for notice in notices])))
    for near in (False, True):
        for book in books_in(folder, Side.GATEWAY, near=near):
            for piece in entries_at(folder, book, _noted(folder, book, asked)):
                for entry in piece.entries():
                    if entry.pay_code in notices and entry.state == EntryState.DONE:
                        yield entry.pay_code, entry.order_id


def _noted(folder: Path, book: Book, asked: Bits) -> Whole:
    """Where a book has some notices."""
    path, found = folder / "notices" / str(book), [np.empty(0, np.int64)]
    if path.exists():
        with open(path, "rb") as file:
            while len(some := np.fromfile(file, NOTICE, NOTED_AT_ONCE)):
                found.append(some["where"][are_among(some["notice"], asked)])
    return np.concatenate(found)
