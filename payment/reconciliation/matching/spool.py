"""Entries laid aside in files by the hash of their number, so that each file fits in memory."""

from collections.abc import Iterable
from pathlib import Path

from payment.reconciliation.entries import Entry, Side


def partitions_for(lines: int) -> int:
    """How many files keep the memory small, for so many lines of the longest side."""
    raise NotImplementedError


class Spool:
    """A folder of partitions. Two spools may fill one folder from two processes, if named apart."""

    def __init__(self, folder: Path, partitions: int, *, name: str = "") -> None: ...

    def put(self, side: Side, entries: Iterable[Entry], *, near: bool = False) -> None:
        """Lay entries aside; `near`: they are a neighbouring day's, and only explain."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what is still held. `match` does it itself."""
        raise NotImplementedError
