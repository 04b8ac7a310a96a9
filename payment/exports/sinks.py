"""Where the rows of an export go: what every kind of file can do, and CSV, which is plain."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from channel_gateway.private_files import privately
from payment.exports.cover import Cover
from payment.exports.table import Row


class Sink(Protocol):
    def write(self, rows: Sequence[Row], text: bytes) -> None:
        """The next rows; `text`: the same as CSV."""
        ...

    def finish(self, cover: Cover) -> None:
        """The sums, and the cover where the kind of file has one."""
        ...

    def close(self) -> None:
        """Also of what was never finished."""
        ...


class CsvFile:
    """The text as it is. It has no sums and no cover: whoever reads it adds up the columns."""

    def __init__(self, path: Path, header: bytes) -> None:
        self._file = open(path, "wb", opener=privately)  # noqa: SIM115 (closed by `close`)
        self._file.write(header)

    def write(self, rows: Sequence[Row], text: bytes) -> None:
        self._file.write(text)

    def finish(self, cover: Cover) -> None:
        """Nothing is left to write."""

    def close(self) -> None:
        self._file.close()
