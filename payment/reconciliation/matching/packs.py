"""Packs: entries in files, in the order in which they came, opened again only where they differ.

What lies in a file is not written again: a pack has the places of its cells there, so that file is
to stay as it is while the spool is used.
"""

import marshal
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from payment.reconciliation.cells import AFTER, BEFORE, Cells, Text, Whole
from payment.reconciliation.columns import Columns
from payment.reconciliation.entries import Movement

ALL = slice(None)
_LENGTH = 4  # bytes that say how long a piece is


def append(file: IO[bytes], what: Any) -> None:
    packed = marshal.dumps(what)
    file.write(len(packed).to_bytes(_LENGTH) + packed)


def read(path: Path) -> Iterator[Any]:
    """What was appended, one after the other. `marshal.load` would read in small pieces."""
    with open(path, "rb") as file:
        while (found := _next(file)) is not None:
            yield found


def _next(file: IO[bytes]) -> Any:
    length = file.read(_LENGTH)
    if not length:
        return None
    return marshal.loads(file.read(int.from_bytes(length)))  # noqa: S302 - our own file, of this run


def write_pack(file: IO[bytes], piece: Columns) -> int:
    """Returns where it lies."""
    begin = file.tell()
    append(file, packed(piece))
    return begin


def open_pack(file: IO[bytes], place: int, entries: Whole) -> Columns:
    """Some entries of a pack."""
    file.seek(place)
    return unpacked(_next(file), entries)


def packed(piece: Columns) -> tuple[Any, ...]:
    """Plain values; a text and a column that stand for several are there once."""
    texts: dict[int, int] = {}
    kept: dict[int, int] = {}
    read_from: list[tuple[str, int] | bytes] = []
    cells: list[Any] = []
    places: list[int] = []
    for column in piece:
        if isinstance(column, Cells):
            if id(column.text) not in texts:
                texts[id(column.text)] = len(read_from)
                read_from.append(_kept(column.text))
            if id(column) not in kept:
                kept[id(column)] = len(cells)
                number = texts[id(column.text)]
                cells.append((number, _narrow(column.starts), _narrow(column.lengths)))
            places.append(kept[id(column)])
    numbers = _narrow(piece.fens), _narrow(piece.fees)
    return piece.movement.value, len(piece.fens), read_from, cells, places, *numbers


def unpacked(pack: Any, entries: Whole | slice = ALL) -> Columns:
    """Some entries. Of a text that lies in a file, no more than theirs is read."""
    movement, many, texts, kept, places, fens, fees = pack
    cells = [
        (number, _wide(starts, many)[entries], _wide(lengths, many)[entries])
        for number, starts, lengths in kept
    ]
    read = [
        _read(text, [each[1:] for each in cells if each[0] == at]) for at, text in enumerate(texts)
    ]
    made = [Cells(read[n][0], starts + read[n][1], lengths) for n, starts, lengths in cells]
    numbers, transactions, states, moments, orders, codes, units = (made[at] for at in places)
    return Columns(
        Movement(movement),
        numbers,
        transactions,
        _wide(fens, many)[entries],
        states,
        moments,
        _wide(fees, many)[entries],
        orders,
        codes,
        units,
    )


def _read(text: tuple[str, int] | bytes, cells: list[tuple[Whole, Whole]]) -> tuple[Text, Whole]:
    """The text of these cells, and by how much each of them starts later in it."""
    low = np.minimum.reduce([starts for starts, _ in cells])
    if isinstance(text, bytes):
        return Text.of(text), np.zeros(len(low), np.int64)
    path, begin = text
    sizes = np.maximum.reduce([starts + lengths for starts, lengths in cells]) - low
    with open(path, "rb") as file:
        pieces = [
            os.pread(file.fileno(), size, begin + at)
            for at, size in zip((low - len(BEFORE)).tolist(), sizes.tolist(), strict=True)
        ]
    return Text.of(*pieces), len(BEFORE) + np.cumsum(sizes) - sizes - low


def _kept(text: Text) -> tuple[str, int] | bytes:
    """Where it can be read again, or else all of it."""
    if text.path:
        return text.path, text.begin
    return text.whole[len(BEFORE) : -len(AFTER)]


def _narrow(numbers: Whole) -> tuple[int, str, bytes]:
    """Less the least, in as few bytes as they need; none where they are all the same."""
    least, most = int(numbers.min()), int(numbers.max())
    form = next(form for form, bits in _FORMS if most - least < 2**bits)
    return least, form, b"" if most == least else (numbers - least).astype(form).tobytes()


_FORMS = (("u1", 8), ("<u2", 16), ("<u4", 32), ("<u8", 64))


def _wide(narrow: tuple[int, str, bytes], many: int) -> Whole:
    least, form, numbers = narrow
    if not numbers:
        return np.broadcast_to(np.int64(least), many)
    return np.frombuffer(numbers, form).astype(np.int64) + least
