"""What agrees on all sides cancels out, and is added up by the unit. Pure over files.

Nearly every entry of a day ends here, as one row among many: a number agrees when each side has it
exactly once, and says the same. Of every other number all entries are named, to be looked at.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from payment.reconciliation.cells import Bits, Flags, Whole
from payment.reconciliation.columns import SILENT
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.fingerprints import Fingerprints, are_among
from payment.reconciliation.matching.outcome import Question, Sums
from payment.reconciliation.matching.spool import (
    ROW,
    UNKNOWN,
    Book,
    Rows,
    books_in,
    key_of,
    rows_at,
)


@dataclass(frozen=True, slots=True)
class UnitSums:
    """What agrees of a unit, which is known by one of its entries."""

    fingerprint: int
    book: Book
    where: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Shelf:
    """The day's rows of a side."""

    books: list[Book]
    bounds: list[int]  # of each book's rows: one after the other
    rows: Rows

    @classmethod
    def of(cls, folder: Path, side: Side, place: int) -> "Shelf":
        books = books_in(folder, side, near=False)
        rows = [_rows(folder, place, book) for book in books]
        bounds = list(accumulate(map(len, rows), initial=0))
        return cls(books, bounds, np.concatenate([np.empty(0, ROW), *rows]))

    def by_book(self, flags: Flags) -> Iterator[tuple[Book, Rows]]:
        """Some rows."""
        for book, begin, end in zip(self.books, self.bounds, self.bounds[1:], strict=False):
            yield book, self.rows[begin:end][flags[begin:end]]

    def book_of(self, row: int) -> Book:
        return self.books[bisect_right(self.bounds, row) - 1]


def cancel(folder: Path, place: int, question: Question) -> tuple[list[UnitSums], int]:
    """Returns the sums of what agrees, and of how many entries the places were written."""
    sides = list(Side) if question.three_ways else [Side.CHANNEL, Side.GATEWAY]
    shelves = [Shelf.of(folder, side, place) for side in sides]
    numbers = np.concatenate([shelf.rows["number"] for shelf in shelves])
    begins = np.cumsum([0, *(len(shelf.rows) for shelf in shelves)])
    order = np.argsort(numbers)
    in_order = numbers[order]
    members = _once_on_each(order, in_order, begins)
    same = [
        rows_at(shelf.rows, rows - begin)
        for shelf, rows, begin in zip(shelves, members.T, begins[:-1], strict=True)
    ]
    agree = _agree(*same)
    left = np.ones(len(numbers), np.bool_)
    left[members[agree]] = False
    written = 0
    for shelf, flags in zip(shelves, np.split(left, begins[1:-1]), strict=True):
        for book, rows in shelf.by_book(flags):
            written += _write(folder, book, place, rows)
    written += _write_near(folder, place, sides, in_order, numbers[left])
    failed = Fingerprints(key_of(folder)).of_one(EntryState.FAILED.value.encode())
    channel, gateway = same[0][agree], same[1][agree]
    rows_of_units = _by_unit(channel, gateway, failed)
    ours = members[agree, 1] - begins[1]
    return [
        UnitSums(unit, shelves[1].book_of(int(ours[row])), int(gateway["where"][row]), sums)
        for unit, row, sums in rows_of_units
    ], written


def _once_on_each(order: Whole, in_order: Bits, begins: Whole) -> Whole:
    """Of the numbers that stand once on each side: their rows, a column for each side."""
    sides, first = len(begins) - 1, _first_of_each(in_order)
    many = np.diff(np.append(first, len(in_order)))
    rows = np.sort(order[first[many == sides, None] + np.arange(sides)], axis=1)
    of_each: Whole = rows[((rows >= begins[:-1]) & (rows < begins[1:])).all(axis=1)]
    return of_each


def _first_of_each(in_order: Bits | Whole) -> Whole:
    """Where in a sorted column each number begins."""
    return np.flatnonzero(np.append(True, in_order[1:] != in_order[:-1])[: len(in_order)])


def _agree(channel: Rows, gateway: Rows, finance: Rows | None = None) -> Flags:
    """Finance may be silent about the transaction, channel and gateway about the fee."""
    silent = (channel["fee"] == SILENT) | (gateway["fee"] == SILENT)
    agree: Flags = silent | (channel["fee"] == gateway["fee"])
    for name in ("fen", "state", "transaction"):
        agree &= channel[name] == gateway[name]
    if finance is not None:
        told = finance["transaction"]
        agree &= (told == UNKNOWN) | (told == gateway["transaction"])
        agree &= (finance["fen"] == gateway["fen"]) & (finance["state"] == gateway["state"])
    return agree


def _write_near(folder: Path, place: int, sides: list[Side], own: Bits, left: Bits) -> int:
    """Of neighbouring days: what belongs to a number that is left, and what we alone have."""
    books = [book for side in sides for book in books_in(folder, side, near=True)]
    rows = {book: _rows(folder, place, book) for book in books}
    theirs = [some["number"] for book, some in rows.items() if book.side is Side.CHANNEL]
    ours = [some["number"] for book, some in rows.items() if book.side is Side.GATEWAY]
    near = np.sort(np.concatenate([left[:0], *theirs]))
    alone = [each[~are_among(each, own) & ~are_among(each, near)] for each in ours]
    wanted = np.sort(np.concatenate([left, *alone]))
    return sum(
        _write(folder, book, place, some[are_among(some["number"], wanted)])
        for book, some in rows.items()
    )


def _write(folder: Path, book: Book, place: int, rows: Rows) -> int:
    if len(rows):
        path = folder / f"left-{book}"
        path.mkdir(exist_ok=True)
        (path / str(place)).write_bytes(rows["where"].tobytes())
    return len(rows)


def _rows(folder: Path, place: int, book: Book) -> Rows:
    path = folder / f"rows-{place}" / str(book)
    return np.fromfile(path, ROW) if path.exists() else np.empty(0, ROW)


def _by_unit(channel: Rows, gateway: Rows, failed: int) -> Iterator[tuple[int, int, Sums]]:
    """What our journal has of all that agrees, with the channel's fees; and a row of each unit."""
    units = np.sort(gateway["unit"])
    units = units[_first_of_each(units)]
    of_unit = np.searchsorted(units, gateway["unit"])
    order = np.argsort(of_unit.astype(np.uint16 if len(units) < 2**16 else int), kind="stable")
    begins = _first_of_each(of_unit[order])
    moved = np.where(gateway["state"] == failed, 0, gateway["fen"])[order]
    fees = np.where(channel["fee"] == SILENT, 0, channel["fee"])[order]
    sums = zip(
        totals((moved > 0).astype(np.int64), begins),
        totals((moved < 0).astype(np.int64), begins),
        totals(np.maximum(moved, 0), begins),
        totals(-np.minimum(moved, 0), begins),
        totals(fees, begins),
        np.diff(np.append(begins, len(moved))).tolist(),
        strict=True,
    )
    for unit, row, told in zip(units.tolist(), order[begins].tolist(), sums, strict=True):
        yield unit, row, Sums(*told)


def totals(numbers: Whole, begins: Whole) -> list[int]:
    """The sum of each group, exactly: it may be more than 64 bits hold."""
    if not len(begins):
        return []
    halves = (numbers >> 32, numbers & 0xFFFFFFFF)
    highs, lows = (np.add.reduceat(half, begins).tolist() for half in halves)
    return [(high << 32) + low for high, low in zip(highs, lows, strict=True)]
