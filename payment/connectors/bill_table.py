"""The table of a bill, read in blocks of lines: exact numbers, and mistakes named by their place.

No cell of a bill is quoted, and a name of goods is free text, so no CSV reader may touch it: a line
is cut at the separator and must give as many cells as its header, or `free_text` knows the one way
to cut it. A block is cut at once, for a day may have millions of lines. No cell is ever in an
error: it may be personal.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import contains
from typing import BinaryIO, TypeVar

from payment.connectors.free_text import Look, cut_around
from payment.reconciliation.wrong_bills import BillDamaged, BillLineUnreadable, BillWrong

BLOCK_BYTES = 2**17  # larger ones leave the caches
LONGEST_LINE = 2**16
TAIL_BYTES = 2**16

Read = TypeVar("Read")

# One number, and many of them, a line each. Old bills write `0` and `0.0` for `0.00` and for a fee.
# Twelve digits are as many as `domain.money` takes.
_ONE = {2: re.compile(rb"(-?\d{1,12})\.(\d{2})|0(?:\.0)?")}
_ONE |= {5: re.compile(rb"(-?\d{1,12})\.(\d{5}|\d{2})|0(?:\.0)?")}
_MANY = {2: re.compile(rb"-?\d{1,12}\.\d{2}(?:\n-?\d{1,12}\.\d{2})*")}
_MANY |= {5: re.compile(rb"-?\d{1,12}\.\d{5}(?:\n-?\d{1,12}\.\d{5})*")}
_MOMENTS = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)*")
_WIDE_COLON = "："


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table's lines are cut: what opens a line, what parts its cells, what comes after."""

    columns: Mapping[str, int]  # name → place
    opening: bytes
    separator: bytes
    end: bytes  # how the line after the last begins
    newline: bytes
    encoding: str
    looks: Mapping[str, Look] = field(default_factory=dict)  # of columns that are no free text


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a table, cut into cells, as columns. Each reading raises `BillWrong`."""

    layout: Layout
    first_line: int  # its number in the file, from 1
    # Of all lines, one after the other: a line's last cell, its end and the next's first are one.
    cells: list[bytes]
    _read: list[tuple[list[bytes], list[int]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.cells) // (len(self.layout.columns) - 1)

    def column(self, name: str) -> list[bytes]:
        place, last = self.layout.columns[name], len(self.layout.columns) - 1
        cells = self.cells[place::last]
        if place == 0:
            between = self.layout.newline + self.layout.opening
            return [cells[0], *(cell.partition(between)[2] for cell in cells[1:-1])]
        if place == last:
            return [*(cell.partition(self.layout.newline)[0] for cell in cells[:-1]), cells[-1]]
        return cells

    def texts(self, name: str) -> list[str]:
        return self._text(name).split("\n")

    def moments(self, name: str) -> list[str]:
        text = self._text(name)
        if _WIDE_COLON in text:  # so v2's page prints its sample
            text = text.replace(_WIDE_COLON, ":")
        moments = text.split("\n")
        if not _MOMENTS.fullmatch(text):
            raise self._wrong(name, moments, _MOMENTS.fullmatch, "no moment")
        return moments

    def words(self, name: str, known: Mapping[bytes, Read]) -> list[Read]:
        """A column of few words, in ours."""
        cells = self.column(name)
        if not known.keys() >= set(cells):
            raise self._wrong(name, cells, known.__contains__, "a word that is not known")
        return list(map(known.__getitem__, cells))

    def numbers(self, name: str, decimals: int = 2) -> list[int]:
        """An amount in fen, or with five decimals in 10⁻⁵ yuan; never through a float."""
        cells = self.column(name)
        for alike, numbers in self._read:
            if alike == cells:  # several columns of a bill mostly say the same
                return numbers
        try:
            numbers = _numbers(cells, decimals)
        except ValueError:
            raise self._wrong(name, cells, _ONE[decimals].fullmatch, "no amount") from None
        self._read.append((cells, numbers))
        return numbers

    def _text(self, name: str) -> str:
        """A column as a text of lines. Alipay ends its texts with tabs."""
        try:
            return b"\n".join(self.column(name)).decode(self.layout.encoding).replace("\t", "")
        except UnicodeDecodeError:
            raise BillLineUnreadable(
                f"lines from {self.first_line}, {name}: not in {self.layout.encoding}"
            ) from None

    def _wrong(
        self, name: str, cells: Sequence[Read], fits: Callable[[Read], object], what: str
    ) -> BillWrong:
        for line, cell in enumerate(cells, start=self.first_line):
            if not fits(cell):
                return BillLineUnreadable(f"line {line}, {name}: {what}")
        raise AssertionError("a wrong column without a wrong cell")


class Table:
    """The lines of an open file from where it stands; `tail` is what came after them."""

    def __init__(self, file: BinaryIO, layout: Layout, first_line: int) -> None:
        self.layout = layout
        self.first_line = first_line
        self.lines = 0
        self.tail: list[str] = []
        self.begin = 0  # where in the file the last of its texts began
        self._file = file

    def blocks(self) -> Iterator[Block]:
        """Raises `BillWrong` for a line with another number of cells, or a file cut short."""
        for text in self.texts():
            block = cut(text, self.layout, self.first_line + self.lines)
            self.lines += len(block)
            yield block

    def texts(self, at_once: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Whole lines, without the last line feed, up to the table's end."""
        rest = b""
        while chunk := self._file.read(at_once):
            self.begin = self._file.tell() - len(chunk) - len(rest)
            whole = rest + chunk
            last = whole.rfind(b"\n") + 1
            if len(whole) - last > LONGEST_LINE:
                raise BillLineUnreadable(
                    f"a line after line {self.first_line + self.lines} has no end"
                )
            text, rest = whole[:last], whole[last:]
            rows = self._rows(text)
            if rows:
                yield text[:rows].removesuffix(self.layout.newline)
            if rows < len(text):
                self._read_tail(text[rows:] + rest)
                return
        if not rest.startswith(self.layout.end):
            raise BillDamaged("the bill ends without its sums: it was cut short")
        self._read_tail(rest)

    def _rows(self, text: bytes) -> int:
        """How far the table's lines reach in whole lines."""
        if text.startswith(self.layout.end):
            return 0
        found = text.find(self.layout.newline + self.layout.end)
        return len(text) if found < 0 else found + len(self.layout.newline)

    def _read_tail(self, begun: bytes) -> None:
        text = begun + self._file.read(TAIL_BYTES)
        self.tail = text.decode(self.layout.encoding, "replace").splitlines()


def cut(text: bytes, layout: Layout, first_line: int) -> Block:
    """Cut whole lines into cells, all of them at once."""
    last, between = len(layout.columns) - 1, layout.newline + layout.opening
    cells = text.removeprefix(layout.opening).split(layout.separator)
    ends = text.count(layout.newline)
    # There are as many ends as lines before the last: each must stand where a last cell does.
    fits = len(cells) == last * (ends + 1) + 1 and text.startswith(layout.opening)
    if not fits or not all(map(contains, cells[last:-1:last], repeat(between))):
        cells = _cut_one_by_one(text, layout, first_line)
    return Block(layout, first_line, cells)


def _cut_one_by_one(text: bytes, layout: Layout, first_line: int) -> list[bytes]:
    """The same for lines with free texts that have the separator in them."""
    names = sorted(layout.columns, key=layout.columns.__getitem__)
    between, cells = layout.newline + layout.opening, [b""]
    for number, line in enumerate(text.split(layout.newline), start=first_line):
        first, *others = _cells_of(line, layout, names, number)
        cells[-1] += (between if number > first_line else b"") + first
        cells += others
    return cells


def _cells_of(line: bytes, layout: Layout, names: list[str], number: int) -> list[bytes]:
    pieces = line.removeprefix(layout.opening).split(layout.separator)
    if line.startswith(layout.opening):
        if len(pieces) == len(names):
            return pieces
        if around := cut_around(pieces, layout.separator, names, layout.looks):
            return around
    raise BillLineUnreadable(
        f"line {number}: {len(pieces)} cells, where the header has {len(names)}"
    )


def _numbers(cells: list[bytes], decimals: int) -> list[int]:
    distinct = set(cells)
    if len(distinct) * 2 < len(cells):
        known = {cell: _number(cell, decimals) for cell in distinct}
        return list(map(known.__getitem__, cells))
    text = b"\n".join(cells)
    if _MANY[decimals].fullmatch(text):
        return list(map(int, text.replace(b".", b"").split(b"\n")))
    return [_number(cell, decimals) for cell in cells]


def _number(cell: bytes, decimals: int) -> int:
    found = _ONE[decimals].fullmatch(cell)
    if found is None:
        raise ValueError("no amount")
    whole, fraction = found.groups()
    return int(whole + fraction.ljust(decimals, b"0")) if whole else 0
