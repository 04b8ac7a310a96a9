"""Entries laid aside in files by the hash of their number, so that each file fits in memory.

A *fact* is what the sides must agree on, as one text: number, movement, amount, state, transaction.
What agrees cancels out by comparing sets of facts; the rest of an entry is looked at only where
something differs, so it is kept packed.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple
from zlib import crc32

from payment.reconciliation.entries import Entry, Movement, Side

LINES_IN_MEMORY = 40_000  # of a side, while a partition is matched
SETTLED = "settled-"
_LENGTH = 4  # bytes that say how long a pack is
_HELD, _CELLS = 200, 7  # entries of a partition, before they are written, and of each

_LETTER = {Movement.PAYMENT.value: "P", Movement.REFUND.value: "R"}


class Pack(NamedTuple):
    """Some entries of a partition, as columns; `rest` is marshalled once more."""

    near: bool
    facts: list[str]
    moved: list[int]  # in fen: a payment is positive, a refund negative, a failed one nought
    fees: list[int | None]
    units: list[str]
    rest: bytes  # order ids, moments, pay codes

    def opened(self) -> tuple[list[str], list[str], list[str]]:
        order_ids, moments, pay_codes = marshal.loads(self.rest)  # noqa: S302 - our own
        return order_ids, moments, pay_codes


def partitions_for(lines: int) -> int:
    """How many files keep the memory small, for so many lines of the longest side."""
    return lines // LINES_IN_MEMORY + 1


class Spool:
    """A folder of partitions. Several spools may fill one folder from as many processes."""

    def __init__(self, folder: Path, partitions: int, *, name: str = "") -> None:
        """`name`: what tells it from the other spools of the folder."""
        self.folder, self.partitions = folder, partitions
        self._name = name

    def put(self, side: Side, entries: Iterable[Entry], *, near: bool = False) -> None:
        """Lay entries aside; `near`: they are a neighbouring day's, and only explain."""
        partitions, letters = self.partitions, _LETTER
        # Flat lists: a tuple for each entry would keep the collector of garbage busy.
        held: list[list[str | int | None]] = [[] for _ in range(partitions)]
        for movement, order_id, refund_no, transaction, fen, at, state, fee, code, unit in entries:
            number = refund_no or order_id
            fact = f"{number}\t{letters[movement]}\t{fen}\t{state}\t{transaction}"
            moved = 0 if state == "failed" else -fen if refund_no else fen
            place = crc32(number.encode()) % partitions
            waiting = held[place]
            waiting.extend((fact, moved, fee, unit, order_id, at, code))
            if len(waiting) == _HELD * _CELLS:
                self._write(side, place, near, waiting)
                waiting.clear()
        for place, waiting in enumerate(held):
            if waiting:
                self._write(side, place, near, waiting)

    def settled(self, orders: Iterator[tuple[str, str]]) -> None:
        """Lay aside which order settles a notice, as (pay code, order id).

        For notices that other methods settled, or this one on other days: what is paid for them
        once more was paid twice.
        """
        with open(self.folder / f"{SETTLED}{self._name}", "ab") as file:
            while some := list(islice(orders, _HELD)):
                append(file, some)

    def _write(self, side: Side, place: int, near: bool, waiting: list[str | int | None]) -> None:
        facts, moved, fees, units, *rest = (waiting[cell::_CELLS] for cell in range(_CELLS))
        pack = (near, facts, moved, fees, units, marshal.dumps(rest))
        # Opened for each pack: a day may have more partitions than a process may have files.
        with open(self.folder / f"{side}-{place}-{self._name}", "ab") as file:
            append(file, pack)


def fill(
    folder: Path,
    partitions: int,
    name: str,
    side: Side,
    entries: Callable[[Path], Iterable[Entry]],
    path: Path,
) -> None:
    """Read a file into a spool of its own: the work of another process. Raises as `entries`."""
    Spool(folder, partitions, name=name).put(side, entries(path))


def packs(folder: Path, side: Side, place: int) -> Iterator[Pack]:
    """Everything that was put of a side into a partition, by all spools of the folder."""
    for path in sorted(folder.glob(f"{side}-{place}-*")):
        for pack in read(path):
            yield Pack(*pack)


def settled(folder: Path) -> Iterator[list[tuple[str, str]]]:
    for path in sorted(folder.glob(f"{SETTLED}*")):
        yield from read(path)


def append(file: IO[bytes], what: Any) -> None:
    packed = marshal.dumps(what)
    file.write(len(packed).to_bytes(_LENGTH) + packed)


def read(path: Path) -> Iterator[Any]:
    """What was appended, one after the other. `marshal.load` would read in small pieces."""
    with open(path, "rb") as file:
        while length := file.read(_LENGTH):
            packed = file.read(int.from_bytes(length))
            yield marshal.loads(packed)  # noqa: S302 - our own file, of this run
