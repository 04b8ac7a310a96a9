"""A column of texts as places in one text: millions of them are passed on without being cut. Pure.

What is asked of them is asked of eight bytes at a time, of all cells at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Bits = NDArray[np.uint64]
Flags = NDArray[np.bool_]

WORD = 8  # bytes
# Round a text, so that whole words can be read from its first cell's end and its last one's begin.
BEFORE, AFTER = bytes(3 * WORD), bytes(WORD)
# The bytes of a word that belong to a cell of so many.
_OF_CELL = np.array([2 ** (8 * many) - 1 for many in range(WORD + 1)], np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Bytes between spare ones; `path` and `begin`: where they can be read again, if anywhere."""

    whole: bytes
    path: str = ""
    begin: int = 0

    @classmethod
    def of(cls, *pieces: bytes, path: str = "", begin: int = 0) -> "Text":
        return cls(b"".join((BEFORE, *pieces, AFTER)), path, begin)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    text: Text
    starts: Whole  # in the whole text
    lengths: Whole

    @classmethod
    def of(cls, cells: Sequence[bytes]) -> "Cells":
        lengths = np.fromiter(map(len, cells), np.int64, len(cells))
        return cls(Text.of(*cells), len(BEFORE) + np.cumsum(lengths) - lengths, lengths)

    @classmethod
    def alike(cls, cell: bytes, many: int) -> "Cells":
        """One cell, many times."""
        start, length = np.full(1, len(BEFORE)), np.full(1, len(cell))
        return cls(Text.of(cell), np.broadcast_to(start, many), np.broadcast_to(length, many))

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.cut())

    @property
    def are_alike(self) -> bool:
        """Whether it is known that all are one cell."""
        return self.starts.strides == (0,) == self.lengths.strides

    @property
    def longest(self) -> int:
        return int(self.lengths.max(initial=0))

    def cut(self) -> list[bytes]:
        text, ends = self.text.whole, self.starts + self.lengths
        return [
            text[start:end] for start, end in zip(self.starts.tolist(), ends.tolist(), strict=True)
        ]

    def taken(self, places: Whole) -> "Cells":
        if self.are_alike:
            many = len(places)
            return Cells(self.text, self.starts[:many], self.lengths[:many])
        return Cells(self.text, self.starts.take(places), self.lengths.take(places))

    def word(self, number: int) -> Bits:
        """Of every cell eight of its bytes; what it has not got of them are noughts."""
        before = number * WORD
        places = np.minimum(self.starts + before, len(self.text.whole) - WORD)
        words = words_at(self.text, places)
        if len(words) and int(self.lengths.min()) < before + WORD:
            words &= _OF_CELL[np.clip(self.lengths - before, 0, WORD)]
        return words

    def are(self, cell: bytes) -> Flags:
        """Which of them are this one."""
        same: Flags = self.lengths == len(cell)
        for number in range(-(-len(cell) // WORD)):
            word = cell[number * WORD : (number + 1) * WORD].ljust(WORD, b"\0")
            same &= self.word(number) == int.from_bytes(word, "little")
        return same


def words_at(text: Text, places: Whole) -> Bits:
    """Eight bytes each, from wherever they begin."""
    every = np.ndarray((len(text.whole) - WORD + 1,), "<u8", text.whole, strides=(1,))
    words: Bits = every[places]
    return words
