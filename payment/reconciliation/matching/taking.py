"""The entries of all that does not agree, taken out of their packs and laid by their number.

So each number comes to lie in one place, with all that any side says of it, and a place fits in
memory: even if nothing of a day agrees.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from payment.reconciliation.cells import Whole
from payment.reconciliation.columns import Columns
from payment.reconciliation.entries import EntryState, Movement, Side
from payment.reconciliation.matching.case import Record
from payment.reconciliation.matching.packs import append, open_pack, read
from payment.reconciliation.matching.spool import PLACES, Book, books_in

ENTRIES_IN_MEMORY = 30_000  # of all sides, while a place is looked at
STRETCH = 2**24  # bytes of a book that are gone through at once
_HELD = 10_000  # entries before they are written

_LETTERS = {Movement.PAYMENT: "P", Movement.REFUND: "R"}


class Stretch(NamedTuple):
    """A part of a book's packs."""

    book: Book
    begin: int
    end: int


def places_for(entries: int) -> int:
    return entries // ENTRIES_IN_MEMORY + 1


def stretches(folder: Path) -> list[Stretch]:
    """Of all books of which something is left."""
    return [
        Stretch(book, begin, begin + STRETCH)
        for side in Side
        for near in (False, True)
        for book in books_in(folder, side, near=near)
        if (folder / f"left-{book}").exists()
        for begin in range(0, (folder / "packs" / str(book)).stat().st_size, STRETCH)
    ]


def take(folder: Path, some: Iterable[Stretch], places: int) -> None:
    """Lay what is left of some stretches by their numbers."""
    for place in range(places):
        (folder / f"cases-{place}").mkdir(exist_ok=True)
    for stretch in some:
        held: dict[int, list[Record]] = defaultdict(list)
        waiting = 0
        for piece in entries_at(folder, stretch.book, _left(folder, stretch)):
            for record in records_of(piece):
                held[crc32(record.number.encode("utf-8", "surrogatepass")) % places].append(record)
            waiting += len(piece.fens)
            if waiting >= _HELD:
                _lay(folder, stretch, held)
                waiting = 0
        _lay(folder, stretch, held)


def taken(folder: Path, side: Side, place: int, *, near: bool) -> Iterator[Record]:
    for path in sorted((folder / f"cases-{place}").glob(f"{Book(side, near, '')}*")):
        for some in read(path):
            yield from map(Record._make, some)


def entries_at(folder: Path, book: Book, where: Whole) -> Iterator[Columns]:
    """Some entries of a book, in its order."""
    begins = np.flatnonzero(np.diff(where // PLACES, prepend=-1))
    with open(folder / "packs" / str(book), "rb") as file:
        for some in np.split(where, begins[1:]) if len(where) else ():
            yield open_pack(file, int(some[0] // PLACES), some % PLACES)


def _left(folder: Path, stretch: Stretch) -> Whole:
    """Where something is left in a stretch, of all partitions, in the order of the book."""
    parts = [np.empty(0, np.int64)]
    for path in (folder / f"left-{stretch.book}").iterdir():
        where = np.memmap(path, np.int64, mode="r")
        begin, end = np.searchsorted(where, [stretch.begin * PLACES, stretch.end * PLACES])
        parts.append(np.array(where[begin:end]))
    return np.sort(np.concatenate(parts))


def records_of(piece: Columns) -> Iterator[Record]:
    letter = _LETTERS[piece.movement]
    sign = 1 if piece.movement is Movement.PAYMENT else -1
    for entry in piece.entries():
        moved = 0 if entry.state == EntryState.FAILED else sign * entry.amount_fen
        yield Record(
            entry.number,
            letter,
            entry.amount_fen,
            entry.state,
            entry.transaction,
            moved,
            entry.fee_e5,
            entry.unit_code,
            entry.order_id,
            entry.at,
            entry.pay_code,
        )


def _lay(folder: Path, stretch: Stretch, held: dict[int, list[Record]]) -> None:
    for place, records in held.items():
        with open(folder / f"cases-{place}" / f"{stretch.book}-{stretch.begin:020}", "ab") as file:
            append(file, list(map(tuple, records)))
    held.clear()
