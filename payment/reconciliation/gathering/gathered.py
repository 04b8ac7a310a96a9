"""What is known of a day's books as they pass by: their sums, and a digest over them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from payment.reconciliation.columns import Columns
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.entries import COUNTED, TRANSFERS, Entry, EntryState, Movement
from payment.reconciliation.gathering.sources import Booked

_FAILED = EntryState.FAILED.value.encode()


@dataclass
class Gathered:
    """A day's books, counted; `inputs` is a digest over the day's own lines of every side.

    Neighbouring days only explain, and grow while the day is looked at: they are not in it.
    """

    counting: Counting
    bill_before_known: bool = False
    next_bill_known: bool = False
    three_ways: bool = True
    remarks: list[str] = field(default_factory=list)  # on the channel's bill
    _digest: Any = field(default_factory=sha256)

    @property
    def inputs(self) -> str:
        return str(self._digest.hexdigest())

    def note(self, text: str) -> None:
        self._digest.update(text.encode())

    def count(self, booked: Booked) -> None:
        """An entry of ours."""
        entry, counting = booked.entry, self.counting
        if entry.state in TRANSFERS:
            counting.transferred_fen += entry.amount_fen
        if entry.state not in COUNTED:
            return
        if entry.movement == Movement.PAYMENT:
            counting.paid(entry.unit_code, entry.amount_fen, booked.lines)
        else:
            counting.went_back(entry.unit_code, entry.amount_fen, booked.lines)

    def count_taken_out(self, entry: Entry) -> None:
        """Out of the suspense account: what was given back is on the channel's bill."""
        if entry.state == EntryState.IDENTIFIED:
            self.counting.identified_fen += entry.amount_fen
        elif entry.state == EntryState.STRAY:
            self.counting.given_back_fen += entry.amount_fen

    def count_booked(self, entry: Entry, *, ours: bool) -> None:
        """A line of finance's; `ours`: we moved this money."""
        refund = entry.movement == Movement.REFUND
        self.counting.booked_by_finance(entry.unit_code, entry.amount_fen, refund=refund, ours=ours)

    def counted(self, pieces: Iterable[Columns]) -> Iterator[Columns]:
        """Pass the channel's lines on, and know at the end what they came to."""
        payments = gross = refunds = refunded = fees = 0
        for piece in pieces:
            fees += sum(map(int, filter(None, piece.fees)))
            if piece.movement is Movement.PAYMENT:
                payments, gross = payments + len(piece.fens), gross + sum(map(int, piece.fens))
            else:
                of_both = zip(piece.fens, piece.states, strict=True)
                moved = [int(fen) for fen, state in of_both if state != _FAILED]
                refunds, refunded = refunds + len(moved), refunded + sum(moved)
            yield piece
        before = self.counting.channel
        self.counting.channel = replace(
            before,
            payments=before.payments + payments,
            gross_fen=before.gross_fen + gross,
            refunds=before.refunds + refunds,
            refunded_fen=before.refunded_fen + refunded,
            fees_e5=before.fees_e5 + fees,
        )
