"""A day's entries laid aside: small rows of numbers to compare, and packs of what they stand for.

A *row* has what the sides must agree on, in columns of fixed width: fingerprints of its texts, its
amount and fee as they are. Rows lie in partitions by the fingerprint of their number, so that each
partition fits in memory; where a row disagrees, the entry is taken out of its pack.

    FOLDER/key                    of the fingerprints: of all processes that fill this spool
    FOLDER/packs/BOOK             entries as they came; a book: channel-near-NAME
    FOLDER/rows-PARTITION/BOOK
    FOLDER/notices/BOOK           of what our journal has as paid, for `twice`
    FOLDER/settled-NAME
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from payment.reconciliation.cells import Whole
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import Entry, Movement, Side
from payment.reconciliation.matching.fingerprints import KEY_BYTES, Fingerprints, shares
from payment.reconciliation.matching.packs import append, read, write_pack

LINES_IN_MEMORY = 100_000  # of a side, while a partition is compared
_HELD = 50_000  # rows of a book before they are written
_AT_ONCE = 500  # settled notices

PLACES = 2**20  # of a pack at most
UNKNOWN = 0  # instead of a fingerprint: this side does not know the transaction
ROW = np.dtype(
    [
        ("number", "<u8"),  # and of which movement
        ("transaction", "<u8"),  # or `UNKNOWN`
        ("state", "<u8"),
        ("unit", "<u8"),
        ("fen", "<i8"),  # of a refund negative
        ("fee", "<i8"),  # or `SILENT`
        ("where", "<i8"),  # the entry lies: its pack, and its place in the pack
    ]
)
NOTICE = np.dtype([("notice", "<u8"), ("where", "<i8")])
Rows = NDArray[Any]  # of `ROW`

Filled = tuple[Side, Callable[[Path], Iterable[Columns]], Path]  # whose, how it is read, and where


class Book(NamedTuple):
    """What one spool has of a side, of the day or of the days beside it."""

    side: Side
    near: bool
    name: str

    def __str__(self) -> str:
        return f"{self.side}-{'near' if self.near else 'own'}-{self.name}"


def partitions_for(lines: int) -> int:
    """How many partitions keep the memory small, for so many lines of the longest side."""
    return lines // LINES_IN_MEMORY + 1


class Spool:
    """A folder of partitions. Several spools may fill one folder from as many processes."""

    def __init__(self, folder: Path, partitions: int, *, name: str = "") -> None:
        """`name`: what tells it from the other spools of the folder."""
        self.folder, self.partitions = folder, partitions
        self._name = name
        self._fingerprints = Fingerprints(key_of(folder))
        for inner in ("packs", "notices", *(f"rows-{place}" for place in range(partitions))):
            (folder / inner).mkdir(exist_ok=True)

    def put(self, side: Side, entries: Iterable[Entry], *, near: bool = False) -> None:
        """Lay entries aside; `near`: they are a neighbouring day's, and only explain."""
        self.lay(side, columns_of(entries), near=near)

    def lay(self, side: Side, pieces: Iterable[Columns], *, near: bool = False) -> None:
        """The same, of entries that are columns already."""
        book, held, laid = Book(side, near, self._name), [], 0
        with open(self.folder / "packs" / str(book), "ab") as file:
            for piece in pieces:
                if not len(piece.fens):
                    continue
                rows = self._rows(piece, write_pack(file, piece))
                if side is Side.GATEWAY and piece.movement is Movement.PAYMENT:
                    self._note(book, piece, rows)
                held.append(rows)
                laid += len(rows)
                if laid >= _HELD:
                    self._write(book, np.concatenate(held))
                    held, laid = [], 0
        if held:
            self._write(book, np.concatenate(held))

    def settled(self, orders: Iterator[tuple[str, str]]) -> None:
        """Lay aside which order settles a notice, as (pay code, order id).

        For notices that other methods settled, or this one on other days: what is paid for them
        once more was paid twice.
        """
        with open(self.folder / f"settled-{self._name}", "ab") as file:
            while some := list(islice(orders, _AT_ONCE)):
                append(file, some)

    def _rows(self, piece: Columns, pack: int) -> Rows:
        rows, of = np.empty(len(piece.fens), ROW), self._fingerprints.of
        numbers, refund = of(piece.numbers), piece.movement is Movement.REFUND
        rows["number"] = ~numbers if refund else numbers
        rows["fen"] = -piece.fens if refund else piece.fens
        transactions = of(piece.transactions)
        rows["transaction"] = np.where(piece.transactions.lengths == 0, UNKNOWN, transactions)
        rows["state"], rows["unit"] = of(piece.states), of(piece.unit_codes)
        rows["fee"] = piece.fees
        rows["where"] = np.arange(pack * PLACES, pack * PLACES + len(rows))
        return rows

    def _note(self, book: Book, piece: Columns, rows: Rows) -> None:
        notices = np.empty(len(rows), NOTICE)
        notices["notice"] = self._fingerprints.of(piece.pay_codes)
        notices["where"] = rows["where"]
        with open(self.folder / "notices" / str(book), "ab") as file:
            file.write(notices.tobytes())

    def _write(self, book: Book, rows: Rows) -> None:
        """Opened each time: a day may have more partitions than a process may have files."""
        places = shares(rows["number"], self.partitions)
        order = np.argsort(places.astype(np.uint16), kind="stable")
        ends = np.cumsum(np.bincount(places, minlength=self.partitions)).tolist()
        sorted_rows = rows_at(rows, order)
        for place, (begin, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            if begin < end:
                with open(self.folder / f"rows-{place}" / str(book), "ab") as file:
                    file.write(sorted_rows[begin:end].tobytes())


def fill(folder: Path, partitions: int, name: str, books: Iterable[Filled]) -> None:
    """Read files into a spool of its own: the work of a process. Raises as the readers do."""
    spool = Spool(folder, partitions, name=name)
    for side, pieces, path in books:
        spool.lay(side, pieces(path))


def key_of(folder: Path) -> bytes:
    """The spool's own, made by who comes first: chance that no answer depends on."""
    path, made = folder / "key", folder / f"key-{os.getpid()}"
    if not path.exists():
        made.write_bytes(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_bytes()


def rows_at(rows: Rows, places: Whole) -> Rows:
    """Some rows: whole ones, as numpy copies no records but numbers fast."""
    numbers = rows.view(np.int64).reshape(-1, ROW.itemsize // 8)
    return numbers.take(places, axis=0).view(ROW).reshape(-1)


def books_in(folder: Path, side: Side, *, near: bool) -> list[Book]:
    """What all spools have put of a side."""
    found = (folder / "packs").glob(f"{Book(side, near, '')}*")
    names = sorted(path.name.removeprefix(str(Book(side, near, ""))) for path in found)
    return [Book(side, near, name) for name in names]


def settled(folder: Path) -> Iterator[list[tuple[str, str]]]:
    for path in sorted(folder.glob("settled-*")):
        yield from read(path)
