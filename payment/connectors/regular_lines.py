"""Nearly all lines of a bill look alike: one regular expression reads them, hundreds at once.

Pure. It is what makes a day of millions of lines bearable. It takes only what is surely right:
every other line is left over for `bill_table`, which reads cell by cell and names what is wrong.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from payment.connectors.bill_table import Layout

WORD = rb"([^,]*+)"  # a number or a name; see `_are_words`
MOMENT = rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"
AMOUNT = rb"([1-9]\d{0,11}+\.\d\d)"  # from one yuan on: its digits are its fen
FEE = rb"(-?\d{1,12}+\.\d{5})"

_ANY = rb"[^,]*+"
_NOT_IN_WORDS = (b"\t", b"\n", b"`")


class RegularLines:
    """Lines of which some columns look as given, and the others any way, but with a comma."""

    def __init__(
        self, layout: Layout, looks: Mapping[str, bytes], *, free: Collection[str] = ()
    ) -> None:
        """`looks`: an expression for a column, with one group where it is to be read.

        `free`: texts that may have commas, if a separator is more than that.
        """
        self._newline, separator = layout.newline, layout.separator
        names = sorted(layout.columns, key=layout.columns.__getitem__)
        self._columns = [name for name in names if b"(" in looks.get(name, b"")]
        self._words = [name for name in self._columns if looks[name] == WORD]
        # Up to the separator's last byte, before which its first must stand.
        text = b"[^%s]*+(?<=,)%s" % (separator[-1:], separator[-1:])
        cells = [text if name in free else looks.get(name, _ANY) + separator for name in names[:-1]]
        end = looks.get(names[-1], rb"[^,\r\n]*+") + rb"(?:%s|\Z)" % layout.newline
        # What is searched for by a text is found fast; `_are_whole` sees where it was found.
        begin = layout.opening or b"(?m:^)"
        self._line = re.compile(begin + b"".join(cells) + end)

    def apart(self, text: bytes) -> tuple[Mapping[str, list[bytes]], bytes]:
        """The columns of the regular lines, and whole what is left over."""
        parts = self._line.split(text)
        step = len(self._columns) + 1
        columns = {name: parts[place::step] for place, name in enumerate(self._columns, start=1)}
        left = parts[::step]
        if self._are_whole(text, left) and all(map(_are_words, map(columns.get, self._words))):
            return columns, b"".join(left)
        return {name: [] for name in self._columns}, text

    def _are_whole(self, text: bytes, left: Sequence[bytes]) -> bool:
        """Whether regular lines begin where a line does, and none is made of two."""
        *before, last = left
        odd = [piece for piece in before if piece]
        if not all(piece.endswith(self._newline) for piece in odd):
            return False
        ends = len(before) - (not last) + sum(piece.count(b"\n") for piece in odd)
        return text.count(b"\n") == ends + last.count(b"\n")


def _are_words(cells: list[bytes] | None) -> bool:
    together = b"".join(cells or ())
    return together.isascii() and not any(mark in together for mark in _NOT_IN_WORDS)


def digits(amounts: Iterable[bytes]) -> list[bytes]:
    """Amounts without their points."""
    text = b"\n".join(amounts).replace(b".", b"")
    return text.split(b"\n") if text else []


def without_noughts(numbers: Iterable[int]) -> list[bytes]:
    """The same as text; `repr` writes a list of numbers faster than anything writes each."""
    text = repr(list(numbers))[1:-1]
    return text.encode("ascii").split(b", ") if text else []
