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
    if any(
        len(places) != 1
        for places, look in zip(begins, of_columns, strict=False)
        if look or not places
    ):
        return None
    at, cells = 0, []
    for look, nexts in zip(of_columns, begins[1:], strict=True):
        end = at + 1 if look else min(place for place in nexts if place > at)
        cells.append(separator.join(pieces[at:end]))
        at = end
    return cells


def _begins(pieces: Sequence[bytes], looks: Sequence[Look | None]) -> list[set[int]]:
    """Where each column may begin, and last where the line may end, for it to be cut at all."""
    begins = [{0}]
    for look in looks:
        begins.append(_after(begins[-1], look, pieces))
    begins[-1] &= {len(pieces)}
    for place in range(len(looks) - 1, -1, -1):
        ends, look = begins[place + 1], looks[place]
        if look is None:
            begins[place] = {begin for begin in begins[place] if begin < max(ends, default=0)}
        else:
            begins[place] = {begin for begin in begins[place] if begin + 1 in ends}
    return begins


def _after(begins: set[int], look: Look | None, pieces: Sequence[bytes]) -> set[int]:
    if look is None:
        return set(range(min(begins, default=len(pieces)) + 1, len(pieces) + 1))
    return {at + 1 for at in begins if at < len(pieces) and look.fullmatch(pieces[at])}
