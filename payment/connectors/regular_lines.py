"""Nearly all lines of a bill look alike: they are read as columns, thousands at once.

Pure. It is what makes a day of millions of lines bearable. It takes only what is surely right:
every other line is left over for `bill_table`, which reads cell by cell and names what is wrong.
"""

import numpy as np
from numpy.typing import NDArray

from payment.connectors.bill_table import Layout
from payment.reconciliation.cells import BEFORE, WORD, Bits, Cells, Flags, Text, Whole, words_at

LARGEST = 12  # digits before the point, as many as `bill_table` takes

_MOMENT = b"0000-00-00 00:00:00"
_HIGH = np.uint64(0x8080808080808080)  # the bits that no ASCII letter has
_BYTE = np.uint64(8)
# The last bytes of a word, of which a number has so many.
_LAST = ~np.array([2 ** (8 * (WORD - many)) - 1 for many in range(WORD + 1)], np.uint64)


class Lines:
    """Whole lines of a table, cut at their separators; those with too many or too few are not."""

    def __init__(self, text: Text, layout: Layout) -> None:
        """`text`: with the last line's end."""
        self._layout, self._text = layout, text
        every = np.frombuffer(text.whole, np.uint8)
        self._ends = np.flatnonzero(every == layout.newline[-1]) + 1  # of lines, with their ends
        self._begins = np.concatenate(([len(BEFORE)], self._ends[:-1]))
        cuts = _found(every, layout.separator)
        many = np.diff(np.searchsorted(cuts, self._ends), prepend=0)
        self.whole = self._are_whole(every, many == len(layout.columns) - 1)
        cuts = cuts if self.whole.all() else cuts[np.repeat(self.whole, many)]
        self._cuts = cuts.reshape(-1, len(layout.columns) - 1)

    def __len__(self) -> int:
        """Of those that could be cut."""
        return len(self._cuts)

    def cells(self, name: str) -> Cells:
        place, width = self._layout.columns[name], len(self._layout.columns)
        if place == 0:
            starts = self._begins[self.whole] + len(self._layout.opening)
        else:
            starts = self._cuts[:, place - 1] + 1
        if place == width - 1:
            ends = self._ends[self.whole] - len(self._layout.newline)
        else:
            ends = self._cuts[:, place] + 1 - len(self._layout.separator)
        return Cells(self._text, starts, ends - starts)

    def left(self, taken: Whole) -> bytes:
        """All lines but those, with their ends."""
        left = np.ones(len(self._ends), np.bool_)
        left[np.flatnonzero(self.whole)[taken]] = False
        lengths = self._ends - self._begins
        return b"".join(Cells(self._text, self._begins[left], lengths[left]))

    def _are_whole(self, every: NDArray[np.uint8], fit: Flags) -> Flags:
        """A line begins after a whole end, and has one."""
        newline, opening = self._layout.newline, self._layout.opening
        for back, sign in enumerate(reversed(newline)):
            ended = every[self._ends - 1 - back] == sign
            fit &= ended
            fit[1:] &= ended[:-1]
        for place, sign in enumerate(opening):
            fit &= every[self._begins + place] == sign
        return fit


def _found(every: NDArray[np.uint8], separator: bytes) -> Whole:
    """Where the last byte of each separator is."""
    places = np.flatnonzero(every == separator[-1])
    for back, sign in enumerate(reversed(separator[:-1]), start=1):
        places = places[every[places - back] == sign]
    return places


def plain(cells: Cells) -> Flags:
    """Which of them are ASCII, and so the same in any encoding."""
    high = np.zeros(len(cells), np.uint64)
    for number in range(-(-cells.longest // WORD)):
        high |= cells.word(number)
    low: Flags = (high & _HIGH) == 0
    return low


def moments(cells: Cells) -> Flags:
    """Which of them look like `2026-01-05 13:29:35`."""
    fit: Flags = cells.lengths == len(_MOMENT)
    for number in range(-(-len(_MOMENT) // WORD)):
        sample = _MOMENT[number * WORD : (number + 1) * WORD].ljust(WORD, b"\0")
        fit &= _are_like(cells.word(number) ^ _word(sample), sample)
    return fit


def numbers(cells: Cells, decimals: int = 0) -> tuple[Whole, Flags]:
    """Exactly, without their points; and which of them are numbers with so many decimals."""
    negative = np.frombuffer(cells.text.whole, np.uint8)[cells.starts] == ord("-")
    lengths, ends = cells.lengths - negative, cells.starts + cells.lengths
    after = decimals + 1 if decimals else 0  # the digits before the point
    fit = (lengths > after) & (lengths <= after + LARGEST)
    found, scale = np.zeros(len(cells), np.uint64), 1
    for number in range(-(-min(cells.longest, after + LARGEST) // WORD)):
        sample = bytearray(b"0" * WORD)
        if after and not number:
            sample[-after] = ord(".")
        left = words_at(cells.text, ends - WORD * (number + 1)) ^ _word(sample)
        left &= _LAST[np.clip(lengths - WORD * number, 0, WORD)]
        fit &= _are_like(left, sample)
        if after and not number:
            point = _word(bytes(WORD - after) + b"\xff" * after)
            left = (left & point) | (left & ~point) << _BYTE
        found += _read(left) * np.uint64(scale)
        scale *= 10 ** (WORD - bool(after and not number))
    whole = found.astype(np.int64)
    return np.where(negative, -whole, whole), fit


def _are_like(left: Bits, sample: bytes | bytearray) -> Flags:
    """Whether of words less a sample 0 to 9 is left of each digit, and nothing of each sign."""
    digits = [sign == ord("0") for sign in sample]
    more = left + _word(bytes(6 * digit for digit in digits))  # from ten on it has a high bit
    like: Flags = ((left | more) & _word(bytes(0xF0 if digit else 0xFF for digit in digits))) == 0
    return like


def _read(digits: Bits) -> Bits:
    """Eight digits as a number: neighbours are put together, then pairs, then fours."""
    for width in (1, 2, 4):
        both = digits * np.uint64(10**width) + (digits >> np.uint64(8 * width))
        digits = both & _word((b"\xff" * width + bytes(width)) * (4 // width))
    return digits


def _word(text: bytes | bytearray) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))
