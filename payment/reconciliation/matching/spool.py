"""Entries laid aside in files by the hash of their number, so that each file fits in memory.

A *fact* is what the sides must agree on, as one text: number, movement, amount, state, transaction.
What agrees cancels out by comparing facts; the rest of an entry is looked at only where something
differs: so entries are kept as columns, each a text of lines that is cut when it is asked for.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, repeat, starmap
from pathlib import Path
from typing import IO, Any, NamedTuple
from zlib import crc32

from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import Entry, EntryState, Movement, Side

LINES_IN_MEMORY = 20_000  # of a side, while a partition is matched
SETTLED = "settled-"
_LENGTH = 4  # bytes that say how long a pack is
_HELD, _CELLS = 30_000, 6  # entries of a side before some are written, and the cells of each
_PACKED = 128  # entries of a pack: all of them are cut where one of them differs
_AT_ONCE = 500  # settled notices

_LETTERS = {Movement.PAYMENT: b"P", Movement.REFUND: b"R"}
_FAILED = EntryState.FAILED.value.encode()

Book = tuple[Side, Callable[[Path], Iterable[Columns]], Path]  # whose, how it is read, and where


class Pack(NamedTuple):
    """Some entries of a partition, as columns: texts of lines."""

    near: bool
    facts: bytes
    # In fen: a payment is positive, a refund negative, and one that failed nought.
    moved: bytes
    fees: bytes
    units: bytes
    pay_codes: bytes
    rest: bytes  # order id and moment

    def opened(self) -> Iterator[tuple[bytes, ...]]:
        """Its entries, each the cells of its columns."""
        return zip(*(column.split(b"\n") for column in self[1:]), strict=True)


def partitions_for(lines: int) -> int:
    """How many files keep the memory small, for so many lines of the longest side."""
    return lines // LINES_IN_MEMORY + 1


class Spool:
    """A folder of partitions. Several spools may fill one folder from as many processes."""

    def __init__(self, folder: Path, partitions: int, *, name: str = "") -> None:
        """`name`: what tells it from the other spools of the folder."""
        self.folder, self.partitions = folder, partitions
        self._name = name
        for place in range(partitions):
            (folder / str(place)).mkdir(exist_ok=True)

    def put(self, side: Side, entries: Iterable[Entry], *, near: bool = False) -> None:
        """Lay entries aside; `near`: they are a neighbouring day's, and only explain."""
        self.lay(side, columns_of(entries), near=near)

    def lay(self, side: Side, pieces: Iterable[Columns], *, near: bool = False) -> None:
        """The same, of entries that are columns already."""
        held: list[list[bytes]] = [[] for _ in range(self.partitions)]
        in_a_pack, laid = max(_PACKED, _HELD // self.partitions) * _CELLS, 0
        for piece in pieces:
            numbers = piece.numbers
            for place, cells in zip(self._places(numbers), _laid(piece), strict=True):
                held[place] += cells
            laid += len(numbers)
            if laid * _CELLS >= in_a_pack:
                laid = 0
                for place, waiting in enumerate(held):
                    if len(waiting) >= in_a_pack:
                        self._write(side, place, near, waiting)
                        waiting.clear()
        for place, waiting in enumerate(held):
            if waiting:
                self._write(side, place, near, waiting)

    def settled(self, orders: Iterator[tuple[str, str]]) -> None:
        """Lay aside which order settles a notice, as (pay code, order id).

        For notices that other methods settled, or this one on other days: what is paid for them
        once more was paid twice.
        """
        with open(self.folder / f"{SETTLED}{self._name}", "ab") as file:
            while some := list(islice(orders, _AT_ONCE)):
                append(file, some)

    def _places(self, numbers: Iterable[bytes]) -> list[int]:
        partitions = self.partitions
        return [crc32(number) % partitions for number in numbers]

    def _write(self, side: Side, place: int, near: bool, waiting: list[bytes]) -> None:
        some = [
            (near, *(b"\n".join(waiting[cell:end:_CELLS]) for cell in range(begin, begin + _CELLS)))
            for begin in range(0, len(waiting), _PACKED * _CELLS)
            for end in (begin + _PACKED * _CELLS,)
        ]
        # Opened each time: a day may have more partitions than a process may have files.
        with open(self.folder / str(place) / f"{side}-{self._name}", "ab") as file:
            append(file, some)


def _laid(piece: Columns) -> Iterator[tuple[bytes, ...]]:
    """The cells of a pack, for each entry."""
    letter = repeat(_LETTERS[piece.movement])
    facts = zip(piece.numbers, letter, piece.fens, piece.states, piece.transactions)  # noqa: B905
    rest = zip(piece.order_ids, piece.moments, strict=True)
    return zip(
        map(b"\t".join, facts),
        _moved(piece),
        piece.fees,
        piece.unit_codes,
        piece.pay_codes,
        map(b"\t".join, rest),
        strict=True,
    )


def _moved(piece: Columns) -> Iterable[bytes]:
    if piece.movement is Movement.PAYMENT and _FAILED not in piece.states:
        return piece.fens
    sign = b"" if piece.movement is Movement.PAYMENT else b"-"
    return [
        b"0" if state == _FAILED else sign + fen
        for state, fen in zip(piece.states, piece.fens, strict=True)
    ]


def fill(folder: Path, partitions: int, name: str, books: Iterable[Book]) -> None:
    """Read files into a spool of its own: the work of a process. Raises as the readers do."""
    spool = Spool(folder, partitions, name=name)
    for side, pieces, path in books:
        spool.lay(side, pieces(path))


def packs(folder: Path, side: Side, place: int) -> Iterator[Pack]:
    """Everything that was put of a side into a partition, by all spools of the folder."""
    for path in sorted((folder / str(place)).glob(f"{side}-*")):
        for some in read(path):
            yield from starmap(Pack, some)


def settled(folder: Path) -> Iterator[list[tuple[str, str]]]:
    for path in sorted(folder.glob(f"{SETTLED}*")):
        yield from read(path)


def append(file: IO[bytes], what: Any) -> None:
    packed = marshal.dumps(what)
    file.write(len(packed).to_bytes(_LENGTH) + packed)


def read(path: Path) -> Iterator[Any]:
    """What was appended, one after the other. `marshal.load` would read in small pieces."""
    with open(path, "rb") as file:
        while length := file.read(_LENGTH):
            packed = file.read(int.from_bytes(length))
            yield marshal.loads(packed)  # noqa: S302 - our own file, of this run
