"""What is known of a day's books as they pass by: their sums, and a digest over them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from payment.reconciliation.columns import CODING, Columns
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.differences import Difference
from payment.reconciliation.entries import BY_TRANSFER, COUNTED, EntryState, Movement
from payment.reconciliation.gathering.sources import Booked


@dataclass
class Gathered:
    """A day's books, counted; `inputs` is a digest over the day's own lines of every side.

    Neighbouring days only explain, and grow while the day is looked at: they are not in it.
    """

    counting: Counting
    bill_before_known: bool = False
    next_bill_known: bool = False
    three_ways: bool = True
    apart: list[Difference] = field(default_factory=list)  # of money that no method of ours moves
    remarks: list[str] = field(default_factory=list)  # on the channel's bill
    _digest: Any = field(default_factory=sha256)

    @property
    def inputs(self) -> str:
        return str(self._digest.hexdigest())

    def less(self, gone: Counting) -> "Gathered":
        """What goes on from here, without some of what was counted."""
        return replace(self, counting=self.counting.less(gone), _digest=self._digest.copy())

    def note(self, text: str) -> None:
        self._digest.update(text.encode())

    def noted(self, side: str, pieces: Iterable[Columns]) -> Iterator[Columns]:
        """Pass a side's lines on, and have them in the digest."""
        for piece in pieces:
            self.note(f"{side}{piece.movement}")
            for column in piece.printed():
                self._digest.update(column)
                self._digest.update(b"\t")
            yield piece

    def counted_booked(self, pieces: Iterable[Columns], *, ours: bool) -> Iterator[Columns]:
        """Pass finance's lines on, counted; `ours`: we moved this money."""
        for piece in pieces:
            count_booked(self.counting, piece, ours=ours)
            yield piece


def count(counting: Counting, booked: Iterable[Booked]) -> None:
    """Entries of ours."""
    for entry, lines in booked:
        if entry.state in BY_TRANSFER:
            counting.transferred_fen += entry.amount_fen
        if entry.state not in COUNTED:
            continue
        if entry.movement == Movement.PAYMENT:
            counting.paid(entry.unit_code, entry.amount_fen, lines)
        else:
            counting.went_back(entry.unit_code, entry.amount_fen, lines)


def count_taken_out(counting: Counting, booked: Iterable[Booked]) -> None:
    """Out of the suspense account: what was given back is on the channel's bill."""
    for entry, _ in booked:
        if entry.state == EntryState.IDENTIFIED:
            counting.identified_fen += entry.amount_fen
        elif entry.state == EntryState.STRAY:
            counting.given_back_fen += entry.amount_fen


def count_booked(counting: Counting, piece: Columns, *, ours: bool) -> None:
    """Lines of finance's, added up by the unit first: there are few units."""
    refund = piece.movement is Movement.REFUND
    by_unit: dict[bytes, list[int]] = {}
    for unit, fen in zip(piece.unit_codes, piece.fens.tolist(), strict=True):
        by_unit.setdefault(unit, []).append(fen)
    for unit, fens in by_unit.items():
        counting.booked_by_finance(
            unit.decode(*CODING), sum(fens), refund=refund, ours=ours, lines=len(fens)
        )
