"""Entries as columns: the form in which millions of them are read and laid aside. Pure.

An `Entry` for each line of a day costs more than all the matching, so what only passes by stays
as the file had it; texts are made of what differs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from payment.reconciliation.cells import BEFORE, Cells, Text, Whole
from payment.reconciliation.entries import Entry, Movement

AT_ONCE = 1000  # entries of a side that are made columns together
CODING = ("utf-8", "surrogatepass")  # what comes in goes out again
SILENT = int(np.iinfo(np.int64).min)  # instead of a fee: this side does not know it

_PARTING = str.maketrans("\t\n", "  ")


class Columns(NamedTuple):
    """Entries of one movement. No cell has a tab or a line feed in it."""

    movement: Movement
    numbers: Cells  # of orders, or of refunds
    transactions: Cells
    fens: Whole
    states: Cells
    moments: Cells
    fees: Whole  # in 10⁻⁵ yuan, or `SILENT`
    order_ids: Cells
    pay_codes: Cells
    unit_codes: Cells

    def taken(self, places: Whole) -> "Columns":
        """Some of them."""
        numbers = self.numbers.taken(places)
        return Columns(
            self.movement,
            numbers,
            self.transactions.taken(places),
            self.fens.take(places),
            self.states.taken(places),
            self.moments.taken(places),
            self.fees.take(places),
            numbers if self.order_ids is self.numbers else self.order_ids.taken(places),
            self.pay_codes.taken(places),
            self.unit_codes.taken(places),
        )

    def printed(self) -> Iterator[bytes]:
        """Column by column, for a digest."""
        for column in self[1:]:
            yield b"\n".join(column) if isinstance(column, Cells) else column.tobytes()

    def entries(self) -> Iterator[Entry]:
        """Made again, one by one."""
        refund = self.movement is Movement.REFUND
        fees = (None if fee == SILENT else fee for fee in self.fees.tolist())
        texts = (self.numbers, self.transactions, self.moments, self.states)
        more = (self.order_ids, self.pay_codes, self.unit_codes)
        numbers, transactions, moments, states = map(_decoded, texts)
        orders, codes, units = map(_decoded, more)
        for number, transaction, fen, at, state, fee, order, code, unit in zip(
            *(numbers, transactions, self.fens.tolist(), moments, states, fees),
            *(orders, codes, units),
            strict=True,
        ):
            yield Entry(
                self.movement.value,
                order,
                number if refund else "",
                transaction,
                fen,
                at,
                state,
                fee,
                code,
                unit,
            )


def total(numbers: Whole) -> int:
    """Their sum, exactly: it may be more than 64 bits hold."""
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())


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
    numbers = [refund or order for refund, order in zip(refund_nos, order_ids, strict=True)]
    return Columns(
        movement,
        _cells(numbers),
        _cells(transactions),
        np.array(fens, np.int64),
        _cells(states),
        _cells(moments),
        np.array([SILENT if fee is None else fee for fee in fees], np.int64),
        _cells(order_ids),
        _cells(codes),
        _cells(units),
    )


def _cells(texts: Sequence[str]) -> Cells:
    text = "\n".join(texts)
    if text.count("\n") >= len(texts) or "\t" in text:
        text = "\n".join(each.translate(_PARTING) for each in texts)
    lines = text.encode(*CODING)
    ends = np.flatnonzero(np.frombuffer(lines + b"\n", np.uint8) == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    return Cells(Text.of(lines), starts + len(BEFORE), ends - starts)


def _decoded(cells: Cells) -> list[str]:
    return [cell.decode(*CODING) for cell in cells.cut()]
