"""A line of a bill cut at its separator, although a free text has that separator in it. Pure.

Nothing in a bill is quoted. But numbers, moments, amounts and known words look strictly: where all
of them can stand at one place alone, the line is cut so; what else there is belongs to the texts.
"""

import re
from collections.abc import Mapping, Sequence

MOST_PIECES = 256  # of one line

MOMENT = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t?")
AMOUNT = re.compile(rb"-?\d{1,12}\.\d{2}\t?|-?0(?:\.0)?\t?")
FEE = re.compile(rb"-?\d{1,12}\.(?:\d{5}|\d{2})\t?|-?0(?:\.0)?\t?")
PLATFORM_NUMBER = re.compile(rb"\d{1,64}\t?")
CODE = re.compile(rb"[0-9A-Za-z_|*@.%-]{0,128}\t?")  # also numbers that merchants may make

Look = re.Pattern[bytes]


def word(*known: str, encoding: str = "utf-8") -> Look:
    """One of few words."""
    return re.compile(
        rb"(?:%s)\t?" % b"|".join(map(re.escape, (w.encode(encoding) for w in known)))
    )


def cut_around(
    pieces: Sequence[bytes], separator: bytes, names: Sequence[str], looks: Mapping[str, Look]
) -> list[bytes] | None:
    """The cells of a line; None where there is no way to cut it, or more than one.

    `pieces` is the line cut at each separator; a column without a look is a free text.
    """
    if not len(names) <= len(pieces) <= MOST_PIECES:
        return None
    of_columns = [looks.get(name) for name in names]
    begins = _begins(pieces, of_columns)
    for places, look in zip(begins, of_columns, strict=False):
        if not places or (look and places & (places - 1)):
            return None
    at, cells = 0, []
    for look, nexts in zip(of_columns, begins[1:], strict=True):
        end = at + 1 if look else _lowest(nexts & -(2 << at))
        cells.append(pieces[at] if end == at + 1 else separator.join(pieces[at:end]))
        at = end
    return cells


def _begins(pieces: Sequence[bytes], looks: Sequence[Look | None]) -> list[int]:
    """Where each column may begin, and last where the line may end, for it to be cut at all.

    Of each the places are the bits of a number, so that a million such lines can be borne.
    """
    room = (2 << (len(pieces) - len(looks))) - 1  # every column has a piece at least
    begins = [1]
    for column, look in enumerate(looks):
        after = _after(begins[-1], look, pieces)
        begins.append(after & (room << column + 1))
    begins[-1] &= 1 << len(pieces)
    for column in range(len(looks) - 1, -1, -1):
        ends = begins[column + 1]
        before = ends >> 1 if looks[column] else (1 << ends.bit_length() >> 1) - 1
        begins[column] &= max(before, 0)
    return begins


def _after(begins: int, look: Look | None, pieces: Sequence[bytes]) -> int:
    if look is None:
        return -((begins & -begins) << 1) if begins else 0
    after = 0
    while begins:
        at = _lowest(begins)
        begins &= begins - 1
        if at < len(pieces) and look.fullmatch(pieces[at]):
            after |= 2 << at
    return after


def _lowest(places: int) -> int:
    return (places & -places).bit_length() - 1
