"""Rows in files by the hash of their number: what belongs together lies in one drawer."""

import marshal
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

_HELD = 20_000  # rows before they are written
_LENGTH = 4  # bytes that say how long some rows are

Row = tuple[Any, ...]  # the number first, as bytes; plain values


class Drawers:
    """So many of them that what is held of one fits into memory."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self.count = count
        folder.mkdir()

    def put(self, name: str, rows: Iterable[Row]) -> int:
        """Returns how many they were."""
        left, laid = iter(rows), 0
        while some := list(islice(left, _HELD)):
            laid += len(some)
            held: dict[int, list[Row]] = {}
            for row in some:
                held.setdefault(crc32(row[0]) % self.count, []).append(row)
            for place, waiting in held.items():
                packed = marshal.dumps(waiting)
                with open(self._folder / f"{name}-{place}", "ab") as file:
                    file.write(len(packed).to_bytes(_LENGTH) + packed)
        return laid

    def rows(self, name: str, place: int) -> Iterator[Row]:
        path = self._folder / f"{name}-{place}"
        if not path.exists():
            return
        with open(path, "rb") as file:
            while length := file.read(_LENGTH):
                packed = file.read(int.from_bytes(length))
                yield from marshal.loads(packed)  # noqa: S302 - our own file, of this run
