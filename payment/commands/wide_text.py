"""Tables for a terminal, aligned where Chinese characters take two columns. Pure."""

from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

_WIDE = ("W", "F")
_GAP = "  "


def width(text: str) -> int:
    """In columns of a terminal."""
    return sum(2 if east_asian_width(char) in _WIDE else 1 for char in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Filled up to so many columns; what is longer stays whole."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()
) -> list[str]:
    """Lines of a table under its header; the columns named in `right` are amounts."""
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    to_right = frozenset(right)

    def line(cells: Sequence[str]) -> str:
        filled = (padded(cell, widths[at], right=at in to_right) for at, cell in enumerate(cells))
        return _GAP.join(filled).rstrip()

    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return [line(lines[0]), rule, *(line(cells) for cells in lines[1:])]
