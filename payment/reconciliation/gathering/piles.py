"""Movements of our own books laid aside in a file, as columns, so that they are read once."""

import marshal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from channel_gateway.domain.money import Fen
from payment.lines import OrderLine
from payment.reconciliation.columns import AT_ONCE, CODING, Columns, columns_of
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.sources import Booked
from payment.reconciliation.matching.packs import packed as packed_columns
from payment.reconciliation.matching.packs import unpacked

Item = TypeVar("Item")

_LENGTH = 4  # bytes that say how long a piece is
_Told = tuple[tuple[str, str, int, bool], ...]  # what a movement was for, as plain values


class Piece(NamedTuple):
    """Some movements, and what each was for."""

    columns: Columns
    silent: bool  # finance gives no statement of them, and is taken to agree
    lines: Sequence[_Told]

    def booked(self) -> Iterator[Booked]:
        for entry, told in zip(self.columns.entries(), self.lines, strict=True):
            yield Booked(entry, tuple(OrderLine(c, n, Fen(fen), late) for c, n, fen, late in told))

    def parted(self, wanted: Sequence[bool]) -> "Piece":
        """Those rows alone."""
        lines = list(compress(self.lines, wanted))
        return Piece(parted(self.columns, wanted), self.silent, lines)

    def without(self, numbers: Set[bytes]) -> "Piece":
        if numbers.isdisjoint(self.columns.numbers):
            return self
        return self.parted([number not in numbers for number in self.columns.numbers])


class Pile:
    """A file of pieces, in the order in which they were put."""

    def __init__(self, path: Path, is_silent: Callable[[Entry], bool]) -> None:
        self._path = path
        self._is_silent = is_silent
        self.count = 0
        self.silent = 0  # pieces

    def __len__(self) -> int:
        return self.count

    def put(self, booked: Iterable[Booked]) -> list[Piece]:
        """Lay aside, and return as laid."""
        alike: dict[tuple[str, bool], list[Booked]] = defaultdict(list)
        for each in booked:
            alike[str(each.entry.movement), self._is_silent(each.entry)].append(each)
        pieces = [
            Piece(columns, silent, [_told(each.lines) for each in some])
            for (_, silent), many in alike.items()
            for some in batched(many)
            for columns in columns_of(each.entry for each in some)
        ]
        self.lay(pieces)
        return pieces

    def lay(self, pieces: Iterable[Piece]) -> None:
        with open(self._path, "ab") as file:
            for columns, silent, lines in pieces:
                self.count += len(columns.numbers)
                self.silent += silent
                packed = marshal.dumps((packed_columns(columns), silent, list(lines)))
                file.write(len(packed).to_bytes(_LENGTH) + packed)

    def __iter__(self) -> Iterator[Piece]:
        if not self.count:
            return
        with open(self._path, "rb") as file:
            while length := file.read(_LENGTH):
                columns, silent, lines = _loaded(file.read(int.from_bytes(length)))
                yield Piece(unpacked(columns), silent, lines)

    def columns(self) -> Iterator[Columns]:
        return (piece.columns for piece in self)


def parted(columns: Columns, wanted: Sequence[bool]) -> Columns:
    """Those rows alone."""
    if all(wanted):
        return columns
    return columns.taken(np.flatnonzero(wanted))


def batched(many: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """As many at once as become one piece of columns."""
    return (many[start : start + AT_ONCE] for start in range(0, len(many), AT_ONCE))


def _told(lines: Iterable[OrderLine]) -> _Told:
    return tuple((each.code, each.name, int(each.amount_fen), each.late) for each in lines)


def _loaded(packed: bytes) -> Any:
    return marshal.loads(packed)  # noqa: S302 - our own file, of this run


def cell(text: str) -> bytes:
    """A number as columns have it."""
    return text.encode(*CODING)
