"""Entries as columns of bytes: the form in which millions of them are read and laid aside. Pure.

An `Entry` for each line of a day costs more than all the matching, so what only passes by stays
as the file had it; texts are made of what differs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from payment.reconciliation.entries import Entry, Movement

AT_ONCE = 1000  # entries of a side that are made columns together
CODING = ("utf-8", "surrogatepass")  # what comes in goes out again

_PARTING = str.maketrans("\t\n", "  ")  # columns are laid aside as lines of cells


class Columns(NamedTuple):
    """Entries of one movement. No cell has a tab or a line feed in it."""

    movement: Movement
    numbers: Sequence[bytes]  # of orders, or of refunds
    transactions: Sequence[bytes]
    fens: Sequence[bytes]  # digits, without noughts in front
    states: Sequence[bytes]
    moments: Sequence[bytes]
    fees: Sequence[bytes]  # the same in 10⁻⁵ yuan; empty: this side is silent
    order_ids: Sequence[bytes]
    pay_codes: Sequence[bytes]
    unit_codes: Sequence[bytes]

    def entries(self) -> Iterator[Entry]:
        """Made again, one by one."""
        refund = self.movement is Movement.REFUND
        for number, transaction, fen, state, at, fee, order, code, unit in zip(
            *self[1:], strict=True
        ):
            yield Entry(
                self.movement.value,
                order.decode(*CODING),
                number.decode(*CODING) if refund else "",
                transaction.decode(*CODING),
                int(fen),
                at.decode(*CODING),
                state.decode(*CODING),
                int(fee) if fee else None,
                code.decode(*CODING),
                unit.decode(*CODING),
            )


def columns_of(entries: Iterable[Entry]) -> Iterator[Columns]:
    left = iter(entries)
    while some := list(islice(left, AT_ONCE)):
        by_movement: dict[str, list[Entry]] = defaultdict(list)
        for entry in some:
            by_movement[entry.movement].append(entry)
        for movement, alike in by_movement.items():
            yield _columns(Movement(movement), alike)


def _columns(movement: Movement, entries: list[Entry]) -> Columns:
    _, order_ids, refund_nos, transactions, fens, moments, states, fees, codes, units = zip(
        *entries, strict=True
    )
    orders = _cells(order_ids)
    return Columns(
        movement,
        [refund or order for refund, order in zip(_cells(refund_nos), orders, strict=True)],
        _cells(transactions),
        [b"%d" % fen for fen in fens],
        _cells(states),
        _cells(moments),
        [b"" if fee is None else b"%d" % fee for fee in fees],
        orders,
        _cells(codes),
        _cells(units),
    )


def _cells(texts: Sequence[str]) -> list[bytes]:
    text = "\n".join(texts)
    if text.count("\n") >= len(texts) or "\t" in text:
        text = "\n".join(each.translate(_PARTING) for each in texts)
    return text.encode(*CODING).split(b"\n")
